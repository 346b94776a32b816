"""The gap of a payoff set is counted in the ranges of the players, and has no unit."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.solutions.bounded_set import distance_to_polygon
from negotiation.game_theory.solvers.payoff_sets.common.polygons import distance_between_near


def gap_of(found, ranges):
    """Return the largest distance of an outer vertex from the inner bound, payoffs in ranges."""
    inner = found.inner / ranges
    return max(distance_to_polygon(vertex / ranges, inner) for vertex in found.outer)


@pytest.mark.parametrize("method", ["abreu_sannikov", "judd_yeltekin_conklin", "aps"])
@pytest.mark.parametrize("unit", [1.0, 3e-7, 0.7, 1e5])
def test_a_gap_has_no_unit(method, unit):
    stage = ng.StageGame.from_matrices(np.array([[16, 3, 0], [21, 10, -1], [9, 5, -5]]) * unit,
                                    [[9, 13, 3], [1, 4, 0], [0, -4, -15]])  # fmt: skip
    ranges = np.array([26 * unit, 28.0])
    options = {"directions": 16} if method == "judd_yeltekin_conklin" else {}
    found = ng.equilibrium_payoffs(ng.RepeatedGame(stage, 0.6), method=method, **options)
    assert len(found.inner)
    assert found.gap == pytest.approx(gap_of(found, ranges), rel=1e-6, abs=1e-12)


@pytest.mark.long
def test_a_gap_in_states_and_under_a_signal_has_no_unit():
    for unit in (3e-7, 1e5):
        payoffs = np.array([[[9, 9], [1, 10]], [[10, 1], [3, 3]]]) * [1.0, unit]
        game = ng.StochasticGame([payoffs, 2 * payoffs], np.full((2, 2, 2, 2), 0.5), 0.75)
        for part in ng.equilibrium_payoffs(game, directions=8).sets:
            assert part.gap == pytest.approx(gap_of(part, np.array([19.0, 19.0 * unit])), rel=1e-6, abs=1e-9)
        signal = ng.PublicSignal([[[0.9, 0.1], [0.2, 0.8]], [[0.2, 0.8], [0.1, 0.9]]])
        found = ng.equilibrium_payoffs(ng.RepeatedGame(ng.StageGame(payoffs), 0.9, signal))
        assert found.gap == pytest.approx(gap_of(found, np.array([9.0, 9.0 * unit])), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("deltas", [(0.99, 0.98), (0.95, 0.97), (0.98, 0.99)])
def test_a_gap_of_long_bounds_is_theirs_whichever_player_is_more_patient(deltas):
    stage = ng.StageGame.from_matrices([[16, 3, 0], [21, 10, -1], [9, 5, -5]],
                                    [[9, 13, 3], [1, 4, 0], [0, -4, -15]])  # fmt: skip
    found = ng.equilibrium_payoffs(ng.RepeatedGame(stage, deltas))
    assert (found.status, found.method) == ("complete", "policy_iteration")
    ranges = np.array([26.0, 28.0])
    some = found.outer[:: max(1, len(found.outer) // 40)]
    assert max(distance_to_polygon(v / ranges, found.inner / ranges) for v in some) <= found.gap <= 1e-6


def test_bounds_that_begin_at_other_vertices_are_no_farther_apart():
    angles = np.linspace(0, 2 * np.pi, 900, endpoint=False)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    for places in (0, 3, -3, 200):
        moved = np.roll(0.999 * circle, places, axis=0)
        assert distance_between_near(circle, moved) == pytest.approx(1e-3, rel=0.01)
    assert distance_between_near(circle, 0.5 * circle) == pytest.approx(0.5, rel=0.01)


def test_a_walk_does_not_end_at_a_corner_of_short_edges():
    # From (-1e-9, 1) the way along the short edges is nearer at first; the edge beside it is behind them.
    corner = [(-3e-6 + 4e-6 * t, 1e-3 * 4e-6 * t * t) for t in np.linspace(0.75, 1.75, 9)]
    inner = np.array([*corner, (1.0, 0.5), (1.0, 2.0), (0.0, 2.0)])
    outer = np.array([(-1e-9, 1.0), (-1e-9, -1e-9), (1.0 + 1e-9, 0.5), (1.0, 2.0 + 1e-9), (0.0, 2.0 + 1e-9)])
    assert distance_between_near(outer, inner) <= 1e-8
