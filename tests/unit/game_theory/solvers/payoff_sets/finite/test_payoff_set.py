from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from negotiation.errors import InvalidStrategy
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.payoff_sets.finite.payoff_set import finite_horizon_payoff_set
from negotiation.game_theory.solvers.payoff_sets.finite.payoffs import finite_horizon_payoffs

# Both gain 1 by leaving (5, 5). The stage equilibria pay (4, 1) and (1, 4).
ROWS = [[5, -5, -5], [6, 4, -5], [-5, -5, 1]]
COLUMNS = [[5, -5, 6], [-5, 1, -5], [-5, -5, 4]]
GAME = StageGame.from_matrices(ROWS, COLUMNS)


def vertices(stage, periods, **keywords):
    return [tuple(row) for row in finite_horizon_payoff_set(stage, periods, **keywords).vertices]


def test_a_lottery_over_the_last_period_keeps_both_to_what_no_equilibrium_alone_does():
    half = Fraction(1, 2)
    assert vertices(GAME, 1) == [(1, 4), (4, 1)]
    assert vertices(GAME, 2) == [(1, 4), (4, 1), (4, 3 + half), (3 + half, 4)]
    without = finite_horizon_payoffs(GAME, 2).payoffs
    assert without.max() == 4
    assert without.sum(axis=1).max() == 5
    found = finite_horizon_payoff_set(GAME, 2)
    assert found.contains((Fraction(15, 4), Fraction(15, 4)))
    assert not found.contains((Fraction(15, 4), Fraction(15, 4) + Fraction(1, 10**30)))
    assert found.worst == (1, 1)


def test_the_discount_factor_from_which_the_lottery_is_enough_is_a_knife_edge():
    # A fair lottery promises each 3/2 above the worst: delta 3/2 >= 1.
    enough, short = Fraction(2, 3), Fraction(2, 3) - Fraction(1, 10**20)
    average = (5 + enough * Fraction(5, 2)) / (1 + enough)
    assert (average, average) in vertices(GAME, 2, discount_factor=enough)
    assert vertices(GAME, 2, discount_factor=short) == [(1, 4), (4, 1)]
    assert finite_horizon_payoff_set(GAME, 2, discount_factor=float(enough)).contains((4, 4))


def test_more_periods_come_closer_to_cooperation():
    best = [max(x + y for x, y in vertices(GAME, t)) for t in range(1, 8)]
    assert best == [Fraction(10 * (t - 1) + 5, t) for t in range(1, 8)]


def test_a_single_stage_equilibrium_unravels_and_none_is_the_empty_set(dilemma):
    assert vertices(dilemma, 5) == [(3, 3)]
    pennies = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    found = finite_horizon_payoff_set(pennies, 3)
    assert found.is_empty
    assert found.worst is None
    assert not found.contains((0, 0))
    assert verify(pennies, found, exact=True).holds


def test_a_set_that_is_too_large_too_small_or_empty_does_not_pass():
    found = finite_horizon_payoff_set(GAME, 3)
    last = np.array(found.vertices)
    grown, shrunk = last.copy(), last[:-1]
    grown[np.argmax(grown.sum(axis=1)), 0] += Fraction(1, 10**6)
    for wrong in (grown, shrunk, last[:0]):
        for exact in (False, True):
            verdict = verify(GAME, replace(found, polygons=(*found.polygons[:-1], wrong)), exact=exact)
            assert not verdict.holds
            assert verdict.margin < 0
    first = replace(found, polygons=(found.polygons[1], *found.polygons[1:]))
    assert not verify(GAME, first).holds


def test_floats_give_the_rational_answer():
    floats = StageGame(GAME.payoffs / 10)
    found, expected = finite_horizon_payoff_set(floats, 4), finite_horizon_payoff_set(GAME, 4)
    assert found.vertices.dtype == float
    assert found.vertices == pytest.approx(expected.vertices.astype(float) / 10, abs=1e-12)
    assert verify(floats, found).holds
    with pytest.raises(InvalidStrategy, match="rational numbers"):
        verify(floats, found, exact=True)
