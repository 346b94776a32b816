"""A small fixed part of the entries for continuous time and for transfers, and what they found."""

from fractions import Fraction
from math import log

import numpy as np
import pytest

import negotiation as ng
from tests.adversary import continuous_referees, transfer_referees
from tests.adversary.suite import CONTINUOUS, TRANSFERS, run
from tests.adversary.test_adversary import DILEMMA, SEED


@pytest.mark.long
@pytest.mark.parametrize("entries", [CONTINUOUS, TRANSFERS], ids=["continuous", "transfers"])
def test_nothing_is_wrong_in_some_hundred_games(entries):
    count = run(SEED, range(150), entries)
    assert not count.wrong, count.faults
    assert {name for name, _ in count.asked} == {entry.name for entry in entries}


def test_referees_of_continuous_time():
    one, two = Fraction(1), Fraction(2)
    rates, shown = [[-one, one], [two, -two]], [[Fraction(0)] * 2, [one, Fraction(0)]]
    found = continuous_referees.stationary(rates, [one, one * 0])
    assert [float(x) for x in found] == [2 / 3, 1 / 3]
    assert [float(x) for x in continuous_referees.event_times(rates, shown)] == [3.0, 2.0]
    never = continuous_referees.event_times([[Fraction(0)] * 2, [two, -two]], [[Fraction(0)] * 2] * 2)
    assert never == [None, None]
    there = continuous_referees.moved([one, one * 0], rates, one)
    assert abs(float(there[1]) - (1 - np.exp(-3)) / 3) < 1e-15


def test_referees_of_transfers():
    reveals = np.eye(4).reshape(2, 2, 4)
    for delta in (Fraction(1, 8), Fraction(1, 2)):
        joint, threats = transfer_referees.seen(DILEMMA, delta)
        assert (joint, threats) == ((6, [3, 3]) if delta < Fraction(1, 7) else (18, [3, 3]))
        found = transfer_referees.signalled(DILEMMA.astype(np.float64), float(delta), reveals)
        assert np.allclose([found[0], *found[1]], [float(joint), 3, 3], atol=1e-8)


# What was found, as short as it gets.


def test_events_after_two_rare_hidden_moves():
    r = 1e-7
    maker = ng.DecisionMaker(0, r, [[(0, 0)], [(1, 0)], [(2, 0, "b")]])
    game = ng.ContinuousTimeGame([[0.0]] * 3, [maker], 0.1, nature=[[0, r, 0], [0, 0, r], [0, 0, 0]])
    found = ng.log_likelihood(game, [[[1], [1], [1]]], ng.EventPath("0", [(1.0, "b")], years=1.0))
    assert found.value == pytest.approx(3 * log(r) - log(2), abs=1e-5)


def test_the_bound_of_a_response_of_who_is_quick():
    maker = ng.DecisionMaker(0, 1e9, [[(0, 0.0), (0, -0.25)], [(1, 0.0)]], 1.0)
    found = ng.logit_response(ng.ContinuousTimeGame([[-8.0], [9.0]], [maker], 1e-6), [[1, 0]])
    assert abs(found.values[0, 0] - (-8 - 0.25e9) / 1e-6) <= found.residuals[0] / 1e-6


def test_flows_far_from_zero():
    maker = ng.DecisionMaker(0, 365.0, [[(0, 0), (1, 0)], [(1, 0), (0, -1)]])
    found = ng.markov_perfect_equilibria(ng.ContinuousTimeGame([[1e10 + 6], [1e10]], [maker], 0.01))
    assert found.status == "complete"
    assert ng.verify(found[0].game, found[0]).margin > -1e-8


def test_the_joint_payoff_of_the_patient():
    stage = ng.StageGame(DILEMMA.astype(np.float64))
    game = ng.RepeatedGame(stage, 1 - 1e-13, ng.PublicSignal(np.eye(4).reshape(2, 2, 4)))
    found = ng.equilibrium_payoffs(game, transfers=True)
    assert found.status != "complete" or found.joint == pytest.approx(18, abs=1e-8)


def test_the_threat_of_the_patient():
    stage = ng.StageGame([[[1, Fraction(-5, 2)], [1, Fraction(5, 3)]], [[1, 10], [1, 1]]])
    game = ng.RepeatedGame(stage, 1 - Fraction(1, 10**11))
    found = ng.equilibrium_payoffs(game, transfers=True)
    assert found.status == "partial" or found.threats[1] == pytest.approx(5 / 3, abs=1e-9)


def test_the_bound_of_an_equilibriums_error():
    game = ng.ContinuousTimeGame([[0.0]], [ng.DecisionMaker(0, 1e4, [[(0, 0.25), (0, 0.0)]])], 0.05)
    found = ng.markov_perfect_equilibria(game)[0]
    off = abs(Fraction(found.values[0, 0]) - 2500 / Fraction(0.05))
    assert off <= found.residuals[0] / 0.05 + 1e-10
