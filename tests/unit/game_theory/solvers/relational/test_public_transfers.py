"""Transfers under public signals: closed forms, what is refused, and faults that the certificate finds."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng

DILEMMA = ng.StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]], actions=("CD", "CD"))


def common_signal(p, q):
    """Return the signal that is bad with p if both cooperate, and with q otherwise."""
    return ng.PublicSignal([[[1 - p, p], [1 - q, q]], [[1 - q, q], [1 - q, q]]], ("good", "bad"))


def own_signals(p, q):
    """Return one signal a player, bad with p after C and with q after D."""
    bad = np.array([p, q])
    own = np.stack([1 - bad, bad], axis=-1)
    return ng.PublicSignal(np.einsum("ax,by->abxy", own, own).reshape(2, 2, 4))


def found(delta, signal, stage=DILEMMA):
    game = ng.RepeatedGame(stage, delta, monitoring=signal)
    return game, ng.equilibrium_payoffs(game, transfers=True)


@pytest.mark.parametrize(("p", "q"), [(0.1, 0.6), (0.25, 0.75), (0.0, 0.5)])
def test_one_common_signal_burns_what_both_gain_times_the_likelihood_of_error(p, q):
    # Both lose what they gain, 1, over q - p when the signal is bad, so that U = 4 - 2 p / (q - p).
    # The losses have to be there: 2 / (q - p) is at most delta U / (1 - delta).
    joint, needed = 4 - 2 * p / (q - p), 2 / (q - p)
    threshold = needed / (needed + joint)
    game, above = found(threshold + 1e-6, common_signal(p, q))
    assert above.joint == pytest.approx(joint, abs=1e-9)
    assert above.threats.tolist() == [0, 0]
    assert above.status == "complete"
    assert ng.verify(game, above).margin >= 0
    _, below = found(threshold - 1e-6, common_signal(p, q))
    assert below.joint == pytest.approx(0, abs=1e-9)
    assert found(threshold, common_signal(p, q))[1].joint == pytest.approx(joint, abs=1e-9)


def test_signals_that_tell_who_did_it_burn_nothing():
    # Of 4 delta / (1 - delta) half goes to either, and to the other after a bad signal: (q - p) half >= 1.
    p, q = 0.1, 0.6
    threshold = (2 / (q - p)) / (2 / (q - p) + 4)
    assert found(threshold + 1e-6, own_signals(p, q))[1].joint == pytest.approx(4, abs=1e-9)
    assert found(threshold - 1e-2, own_signals(p, q))[1].joint < 4 - 1e-3


def test_a_game_without_equilibrium_has_an_empty_set():
    pennies = ng.StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    blind = ng.PublicSignal([[[1], [1]], [[1], [1]]])
    game, answer = found(0.9, blind, pennies)
    assert answer.is_empty
    assert answer.joint == -np.inf
    assert not answer.contains((0, 0))
    assert ng.verify(game, answer).holds


def three(benefit=2, cost=3):
    pay = [[benefit * sum(a) - cost * a[i] for i in range(3)] for a in np.ndindex(2, 2, 2)]
    return ng.StageGame(np.array(pay).reshape(2, 2, 2, 3))


def test_three_who_contribute():
    # Each gains 1 by keeping what is due; all get 9 together, or nothing: 3 <= 9 delta / (1 - delta).
    for delta, joint in ((0.26, 9), (0.25, 9), (0.24, 0)):
        answer = ng.equilibrium_payoffs(ng.RepeatedGame(three(), delta), transfers=True)
        assert answer.joint == pytest.approx(joint, abs=1e-9)
        assert answer.threats.tolist() == [0, 0, 0]
    assert answer.vertices.shape == (4, 3)


def test_three_who_are_as_patient_as_floats_can_be_lose_no_digit():
    answer = ng.equilibrium_payoffs(ng.RepeatedGame(three(), 1 - 1e-14), transfers=True)
    assert answer.status == "complete"
    assert answer.joint == pytest.approx(9, abs=1e-12)


@pytest.mark.parametrize("delta", [0.6, 0.9])
@pytest.mark.parametrize("fault", ["joint", "threats", "continuations", "sums", "profiles"])
def test_the_certificate_finds_a_wrong_set(fault, delta):
    game, answer = found(delta, common_signal(0.1, 0.6))
    later, worst = answer.continuations.copy(), answer.threats - [1e-6, 0]
    later[0, 0, 0] -= 1e-6
    # As much more after every signal tempts nobody, but is not there.
    more = answer.continuations + 1e-6 * (np.arange(3) == 0)[:, None, None]
    wrong = {
        "joint": {"joint": answer.joint + 1e-6},
        "threats": {"threats": worst},
        "continuations": {"continuations": later},
        "sums": {"continuations": more},
        "profiles": {"profiles": np.array([0, 0, 3])},
    }[fault]
    assert ng.verify(game, answer).holds
    assert not ng.verify(game, replace(answer, **wrong)).holds


def test_the_certificate_holds_in_rational_numbers():
    signal = common_signal(Fraction(1, 10), Fraction(3, 5))
    game = ng.RepeatedGame(DILEMMA, Fraction(4, 5), monitoring=signal)
    verdict = ng.verify(game, ng.equilibrium_payoffs(game, transfers=True), exact=True)
    assert verdict.holds
    assert verdict.tolerance == 0
