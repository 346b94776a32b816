"""The gap of a payoff set is counted in the ranges of the players, and has no unit."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.solutions.plane import distance_to_polygon


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


def test_a_gap_in_states_and_under_a_signal_has_no_unit():
    for unit in (1.0, 3e-7, 1e5):
        payoffs = np.array([[[9, 9], [1, 10]], [[10, 1], [3, 3]]]) * [1.0, unit]
        game = ng.StochasticGame([payoffs, 2 * payoffs], np.full((2, 2, 2, 2), 0.5), 0.75)
        for part in ng.equilibrium_payoffs(game, directions=8).sets:
            assert part.gap == pytest.approx(gap_of(part, np.array([19.0, 19.0 * unit])), rel=1e-6, abs=1e-9)
        signal = ng.PublicSignal([[[0.9, 0.1], [0.2, 0.8]], [[0.2, 0.8], [0.1, 0.9]]])
        found = ng.equilibrium_payoffs(ng.RepeatedGame(ng.StageGame(payoffs), 0.9, signal))
        assert found.gap == pytest.approx(gap_of(found, np.array([9.0, 9.0 * unit])), rel=1e-6, abs=1e-12)
