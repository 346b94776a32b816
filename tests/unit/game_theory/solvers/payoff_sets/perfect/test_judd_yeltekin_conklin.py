from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solutions.bounded_set import distance_to_polygon
from negotiation.game_theory.solvers.payoff_sets.common.directions import direction_array
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.payoff_sets.perfect.judd_yeltekin_conklin import (
    abreu_pearce_stacchetti,
    judd_yeltekin_conklin,
)

PAPER = ng.catalogue()["abreu-sannikov-2014"]
THREE, VERTICES = PAPER.game().stage, list(PAPER.known["vertices at 0.3"])
COMMON = StageGame.from_matrices([[4, 0], [0, 1]], [[4, 0], [0, 1]])
PENNIES = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
MIXED = (0.9, 0.3)


def normals_of(polygon):
    edges = np.roll(polygon, -1, axis=0) - polygon
    return np.stack([edges[:, 1], -edges[:, 0]], axis=1)


def support(polygon, directions):
    return (directions @ np.transpose(polygon)).max(axis=1)


def within(points, polygon, room=1e-7):
    return all(distance_to_polygon(point, polygon) <= room for point in points)


def test_the_whole_operator_finds_the_published_set():
    found = abreu_pearce_stacchetti(RepeatedGame(THREE, 0.3))
    assert found.status == "complete"
    assert found.outer == pytest.approx(np.array(VERTICES), abs=1e-7)
    assert found.gap < 1e-6


@pytest.mark.parametrize("directions", [8, 72, 512])
def test_fixed_directions_bracket_the_published_set(directions):
    found = judd_yeltekin_conklin(RepeatedGame(THREE, 0.3), directions=directions)
    assert (found.status == "complete") is (found.gap <= 1e-6) is False
    assert "more `directions`" in found.reason
    assert within(np.array(VERTICES), found.outer)
    assert within(found.inner, np.array(VERTICES))


@pytest.mark.parametrize("delta", [0.3, MIXED])
def test_with_the_sets_own_normals_the_levels_are_those_of_the_set(delta):
    game = RepeatedGame(THREE, delta)
    exact = abreu_pearce_stacchetti(game)
    directions = direction_array(np.concatenate([normals_of(exact.outer), direction_array(64)]))
    found = judd_yeltekin_conklin(game, directions=directions)
    assert support(found.outer, directions) == pytest.approx(support(exact.outer, directions), abs=1e-6)


@pytest.mark.parametrize("method", ["aps", "judd_yeltekin_conklin"])
@pytest.mark.parametrize(
    ("stage", "delta", "vertices"),
    [
        (COMMON, 0.5, [(1, 1), (4, 4)]),
        (PENNIES, 0.5, []),
        (PENNIES, (0.9, 0.99), []),
        (StageGame(np.full((2, 3, 2), 7.0)), (0.3, 0.4), [(7, 7)]),
    ],
)
def test_segments_points_and_the_empty_set_are_values(method, stage, delta, vertices):
    found = equilibrium_payoffs(RepeatedGame(stage, delta), method=method)
    assert found.status == "complete"
    assert found.is_empty is not bool(vertices)
    assert found.outer == pytest.approx(np.array(vertices, dtype=float).reshape(-1, 2), abs=1e-9)
    assert found.gap < 1e-6
    assert verify(found.game, found).holds


@pytest.mark.parametrize("method", ["aps", "judd_yeltekin_conklin"])
def test_a_constraint_that_binds_exactly_is_met(dilemma, method):
    found = equilibrium_payoffs(RepeatedGame(dilemma, Fraction(1, 7)), method=method)
    assert found.exact
    assert found.outer.tolist() == [[3, 3], [9, 9]]
    assert verify(found.game, found, exact=True).holds
    below = equilibrium_payoffs(RepeatedGame(dilemma, 1 / 7 - 1e-6), method=method)
    assert below.outer == pytest.approx(np.array([[3.0, 3.0]]))


def test_unlike_knife_edges_are_decided_exactly(dilemma):
    # Player B has a gain of 1 and a stake of 6: cooperation for ever needs B's discount factor to be 1/7.
    on = equilibrium_payoffs(RepeatedGame(dilemma, (Fraction(1, 7), Fraction(1, 7))))
    assert on.contains((9, 9)) is True
    for deltas in ((0.5, 1 / 7 + 1e-6), (1 / 7 + 1e-6, 0.5)):
        assert equilibrium_payoffs(RepeatedGame(dilemma, deltas)).contains((9, 9)) is True


def test_trading_over_time_sustains_cooperation_below_the_threshold_of_grim_trigger(dilemma):
    # At 0.13 < 1/7, CC for B needs w >= 3 + 0.87/0.13 = 9.69; alternating with (C, D) gives B 9.88.
    found = equilibrium_payoffs(RepeatedGame(dilemma, (0.9, 0.13)))
    assert found.inner.max() > 9.0
    assert verify(found.game, found).holds
    # Below 1/8 it would need more than the greatest payoff, 10, and A alone does not cooperate.
    below = equilibrium_payoffs(RepeatedGame(dilemma, (0.9, 0.124)))
    assert below.outer == pytest.approx(np.array([[3.0, 3.0]]))


def test_with_unlike_discount_factors_the_set_leaves_the_feasible_set(dilemma):
    found = equilibrium_payoffs(RepeatedGame(dilemma, MIXED))
    assert (found.method, found.status) == ("policy_iteration", "complete")
    assert found.inner.sum(axis=1).max() > 18.1  # the greatest feasible sum is 18
    assert found.gap < 1e-6
    assert verify(found.game, found).holds
    outside = found.inner[found.inner.sum(axis=1).argmax()]
    assert found.contains(outside) is True


def test_the_set_need_not_grow_when_one_discount_factor_rises(dilemma):
    one = equilibrium_payoffs(RepeatedGame(dilemma, (0.3, 0.3)))
    other = equilibrium_payoffs(RepeatedGame(dilemma, (0.9, 0.3)))
    lost = [point for point in one.inner if other.contains(point) is False]
    won = [point for point in other.inner if one.contains(point) is False]
    assert lost
    assert won


def test_at_the_limit_the_outer_bound_is_valid_and_the_result_partial(dilemma):
    stopped = equilibrium_payoffs(RepeatedGame(dilemma, MIXED), method="aps", limit=5)
    assert stopped.status == "partial"
    assert "still moved" in stopped.reason
    assert stopped.residual > 0
    assert within(equilibrium_payoffs(RepeatedGame(dilemma, MIXED)).inner, stopped.outer)
