"""Payoffs with transfers: thresholds in closed form, knife edges, and the check."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import negotiation as ng
from negotiation.game_theory.solutions.payoff_set import PayoffSet

UNLIKE = np.array([[[9, 9], [1, 15]], [[10, 1], [3, 3]]])
"""A dilemma in which player 2 gains 6 by defecting and player 1 gains 1; both have 6 to lose."""

THRESHOLD = Fraction(7, 19)
"""(1 - d) (1 + 6) = d (18 - 6): with transfers the sums count."""


def stage(payoffs=UNLIKE):
    return ng.StageGame(payoffs, actions=(("C", "D"), ("C", "D")))


@pytest.mark.parametrize(
    ("delta", "joint"),
    [
        (THRESHOLD, 18),
        (THRESHOLD - Fraction(1, 10**13), 6),
        (float(THRESHOLD), 18),
        (float(THRESHOLD) - 1e-9, 6),
        (0.9, 18),
    ],
)
def test_cooperation_needs_the_sum_of_gains_to_be_worth_less_than_what_is_lost(delta, joint):
    game = ng.RepeatedGame(stage(), delta)
    found = ng.equilibrium_payoffs(game, transfers=True)
    assert isinstance(found, PayoffSet)
    # Below the threshold of (C, C), (C, D) with a sum of 16 needs (1 - d) 2 <= d 10, from 1/6 on.
    assert found.joint == pytest.approx(joint if joint == 18 else 16)
    assert found.threats.tolist() == [3.0, 3.0]
    assert ng.verify(game, found).holds
    if isinstance(delta, Fraction):
        assert ng.verify(game, found, exact=True).holds


def test_transfers_do_what_gains_that_differ_forbid_without_them():
    game = ng.RepeatedGame(stage(), 0.45)
    assert ng.equilibrium_payoffs(game).contains((9, 9)) is False
    assert ng.equilibrium_payoffs(game, transfers=True).contains((9, 9)) is True


@pytest.mark.parametrize("hazard", [Fraction(1, 10), Fraction(2, 5)])
def test_a_hazard_of_break_up_scales_the_threshold(hazard):
    moves = np.zeros((2, 2, 2, 2), dtype=object)
    moves[0, ..., 0], moves[0, ..., 1], moves[1, ..., 1] = 1 - hazard, hazard, 1
    for delta, kept in (
        (THRESHOLD / (1 - hazard), True),
        (THRESHOLD / (1 - hazard) - Fraction(1, 10**9), False),
    ):
        game = ng.StochasticGame([UNLIKE - 3, np.zeros((2, 2, 2), dtype=int)], moves, delta)
        found = ng.equilibrium_payoffs(game, transfers=True)
        labels = [row[2] for row in found["0"].table().rows]
        assert (labels[0] == "0, 0") == kept
        assert ng.verify(game, found, exact=True).holds


def test_where_there_is_no_pure_equilibrium_the_set_is_empty():
    pennies = np.array([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    found = ng.equilibrium_payoffs(ng.RepeatedGame(ng.StageGame(pennies), 0.9), transfers=True)
    assert found.is_empty
    assert found.contains((0, 0)) is False
    moves = np.zeros((2, 2, 2, 2))
    moves[0, ..., 0], moves[1, ..., 1] = 1.0, 1.0
    moves[0, 0, 0] = [0.5, 0.5]
    both = ng.equilibrium_payoffs(ng.StochasticGame([UNLIKE, pennies], moves, 0.9), transfers=True)
    assert both["1"].is_empty
    assert both["0"].joint < 18
    assert ng.verify(both.game, both).holds


def closed_form(payoffs, delta):
    """Return U and v of a repeated game: the largest solution, over all triples of profiles."""
    best = [payoffs[..., 0].max(axis=0), payoffs[..., 1].max(axis=1)]
    profiles = list(product(range(payoffs.shape[0]), range(payoffs.shape[1])))
    reply = {(i, j): (best[0][j], best[1][i]) for i, j in profiles}
    kept = []
    for top, first, second in product(profiles, repeat=3):
        joint, low = payoffs[top].sum(), (reply[first][0], reply[second][1])
        if all(
            (1 - delta) * (sum(reply[a]) - payoffs[a].sum()) <= delta * (joint - sum(low)) + 1e-12
            for a in (top, first, second)
        ):
            kept.append((joint, *low))
    return (max(k[0] for k in kept), min(k[1] for k in kept), min(k[2] for k in kept)) if kept else None


@given(st.lists(st.integers(-5, 5), min_size=12, max_size=12), st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9]))
def test_repeated_games_agree_with_a_search_over_all_triples_of_profiles(entries, delta):
    payoffs = np.array(entries, dtype=float).reshape(2, 3, 2)
    found = ng.equilibrium_payoffs(ng.RepeatedGame(ng.StageGame(payoffs), delta), transfers=True)
    expected = closed_form(payoffs, delta)
    if expected is None:
        assert found.is_empty
    else:
        assert (found.joint, *found.threats) == pytest.approx(expected, abs=1e-9)


def test_the_check_refuses_claims_that_are_too_large():
    game = ng.RepeatedGame(stage(), 0.5)
    found = ng.equilibrium_payoffs(game, transfers=True)
    for changes in ({"joint": found.joint + 0.1}, {"threats": found.threats - 0.1}, {"plan": (0, 0, 3)}):
        assert not ng.verify(game, replace(found, **changes)).holds
    impatient = ng.RepeatedGame(stage(), 0.2)
    assert not ng.verify(impatient, replace(found, game=impatient)).holds
