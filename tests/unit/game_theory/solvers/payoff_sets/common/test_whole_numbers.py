from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.solvers.payoff_sets.common.own_ranges import decided_in_whole_numbers

EDGE = ([[-1, 5, -5], [-7, -2, -6], [-9, -4, -9]], [[6, 7, 0], [6, -3, -9], [2, 0, -1]])
"""At 3/4 some profile is just worth its temptation."""
UNLIKE = ([[-3, -1], [-6, 3]], [[-3, -6], [-1, 3]])
"""So here at 2/5 and 1/3."""


def in_unit(tables, unit, zero=0):
    second = np.array([[unit * x + zero for x in row] for row in tables[1]], dtype=object)
    return ng.StageGame.from_matrices(tables[0], second)


@pytest.mark.parametrize("unit", [1, Fraction(3, 5_000_000), 10**10, Fraction(7, 9)])
@pytest.mark.parametrize("zero", [0, 10**13 + 1])
def test_a_knife_edge_is_decided_in_every_unit_of_a_player(unit, zero):
    found = ng.equilibrium_payoffs(ng.RepeatedGame(in_unit(EDGE, unit, zero), Fraction(3, 4)))
    assert (found.status, found.exact) == ("complete", True)
    plain = (found.outer - [0, float(zero)]) / [1, float(unit)]
    room = 1e-12 + 4 * np.spacing(float(zero)) / float(unit)
    vertices = [[-5, 2], [Fraction(1, 6), 2], [2.25, 3], [5, 7], [-4, 6.25], [-5, Fraction(107, 24)]]
    assert np.abs(plain - np.array(vertices, dtype=np.float64)).max() < room


@pytest.mark.parametrize("unit", [1.0, 1.5e-10, 0.3, 7e11])
def test_with_unlike_factors_and_floats_too(unit):
    second = unit * np.array(UNLIKE[1])
    game = ng.RepeatedGame(ng.StageGame.from_matrices(UNLIKE[0], second), (0.4, 1 / 3))
    found = ng.equilibrium_payoffs(game)
    assert found.status == "complete"
    assert found.contains((3, 3 * unit)) is True
    assert found.gap < 1e-9


@pytest.mark.parametrize("unit", [1, Fraction(1, 3), 10**6])
def test_a_rational_discount_factor_is_no_other_however_near(unit):
    dilemma = in_unit(([[9, 1], [10, 3]], [[9, 10], [1, 3]]), unit)
    at = Fraction(1, 7)
    for delta, holds in ((at, True), (at - Fraction(1, 10**30), None), (float(at), True)):
        found = ng.equilibrium_payoffs(ng.RepeatedGame(dilemma, delta))
        assert found.contains((9, 9 * unit)) is holds
        assert (found.status == "complete") is (holds is True)


def test_bounds_that_meet_and_games_of_many_units_are_left_as_they_are():
    def never(game):
        raise AssertionError(game)

    dilemma = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    found = ng.equilibrium_payoffs(ng.RepeatedGame(dilemma, 0.5))
    assert decided_in_whole_numbers(found, 1e-6, never) is found
    many = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9.123456789, 10], [1, 3]])
    found = ng.equilibrium_payoffs(ng.RepeatedGame(many, 0.5))
    assert decided_in_whole_numbers(found, -1.0, never) is found
