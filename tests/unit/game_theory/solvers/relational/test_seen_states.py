"""Transfers where states alone are seen: closed forms, what is refused, faults that the certificate finds."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng

WORK = np.array([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]])


def project(delta, right=Fraction(1, 10), wrong=Fraction(6, 10)):
    """Return the partners whose project stands badly with one chance if both work, else with another."""
    fine, bad = [1 - right, right], [1 - wrong, wrong]
    moves = np.array([[fine, bad], [bad, bad]], dtype=object)
    return ng.StochasticGame([WORK, WORK], np.stack([moves, moves]), delta, states=("good", "bad"))


def found(game):
    return ng.equilibrium_payoffs(game, transfers=True, observed="states")


@pytest.mark.parametrize(("short", "joint"), [(0.0, 3.6), (1e-6, 0.0)])
def test_partners_lose_what_they_gain_times_the_likelihood_of_error(short, joint):
    # Both lose 1 / (q - p) = 2 where the project stands badly: U = 4 - 2 p / (q - p) = 3.6, and what is lost,
    # 4 in all, has to be there: 4 is at most delta U / (1 - delta), from 4 / 7.6 on.
    game = project(4 / 7.6 + 1e-7 - short)
    sets = found(game)
    assert sets.status == "complete"
    for state in game.states:
        assert sets[state].joint == pytest.approx(joint, abs=1e-7)
        assert sets[state].threats == pytest.approx([0, 0], abs=1e-9)


def test_what_is_found_is_held_in_rational_numbers():
    game = project(Fraction(9, 10))
    sets = found(game)
    assert ng.verify(game, sets, exact=True).margin == 0
    assert sets.observed == "states"
    assert "states alone" in ng.verify(game, sets).concept


@pytest.mark.parametrize("part", ["joint", "threats", "continuations", "profiles"])
def test_the_check_refuses_claims_that_are_too_large(part):
    game = project(0.9)
    sets = found(game)
    good = sets["good"]
    changed = {
        "joint": good.joint + 0.01,
        "threats": good.threats - 0.01,
        "continuations": good.continuations + 0.01,
        "profiles": good.profiles[[0, 0, 0]],
    }[part]
    claimed = replace(sets, sets=(replace(good, **{part: changed}), sets.sets[1]))
    assert not ng.verify(game, claimed).holds


def changed(sets, aim, by):
    """Return the sets with what follows one profile of the first state changed, in place, by a function."""
    later = sets["good"].continuations.copy()
    by(later[aim])
    return replace(sets, sets=(replace(sets["good"], continuations=later), sets.sets[1]))


def test_the_check_refuses_what_follows_beyond_the_joint_payoff():
    game = project(0.9)

    def more(later):
        later += 0.01

    assert not ng.verify(game, changed(found(game), 0, more)).holds


def test_the_check_refuses_what_follows_below_the_worst():
    game = project(0.9)

    def less_for_the_first(later):
        later[:, 0] -= 0.01

    assert not ng.verify(game, changed(found(game), 1, less_for_the_first)).holds


@pytest.mark.parametrize("player", [0, 1])
def test_the_check_finds_the_departure_that_nothing_deters(player):
    game = project(0.9)

    def alike(later):
        later[:, player] = 0.9 * later[0, player] + 0.1 * later[1, player]

    verdict = ng.verify(game, changed(found(game), 0, alike))
    assert verdict.margin == pytest.approx(-0.1, abs=1e-9)
    assert verdict.deviation.player == game.players[player]


def test_the_set_of_one_state_is_checked_with_the_others():
    game = project(0.9)
    for sets in (found(game), ng.equilibrium_payoffs(game, transfers=True)):
        with pytest.raises(ng.errors.InvalidStrategy, match="depend on each other"):
            ng.verify(game, sets["good"])


def test_a_state_without_an_equilibrium_is_avoided():
    pennies = np.array([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    moves = np.zeros((2, 2, 2, 2))
    moves[0, ..., 0], moves[1, ..., 1] = 1.0, 1.0
    sets = found(ng.StochasticGame([WORK, pennies], moves, 0.9))
    assert sets["1"].is_empty
    # States tell nothing of what was played in the first, so that nobody works.
    assert sets["0"].joint == pytest.approx(0, abs=1e-9)
    moves[0, 1, 1] = [0.5, 0.5]
    calm = np.array([[[2, 2], [0, 0]], [[0, 0], [0, 0]]])
    kept = found(ng.StochasticGame([calm, pennies], moves, 0.9))
    # Two departures at once would lead to where there is no equilibrium; one does not.
    assert kept["0"].joint == pytest.approx(4)
    assert kept.reason.startswith("7 of 8")
    both = found(ng.StochasticGame([WORK, pennies], moves, 0.9))
    assert all(part.is_empty for part in both.sets)
    assert both.status == "complete"
