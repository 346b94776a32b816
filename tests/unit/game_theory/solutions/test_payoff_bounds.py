"""The hull behind `PayoffBounds.contains`, against a linear program."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from negotiation.game_theory.solutions.payoff_bounds import _in_hull


def farthest(point, points):
    """Return how far off, in its worst coordinate, the best mixture of the points is."""
    count, players = points.shape
    rows = np.hstack([points.T, -np.ones((players, 1))])
    back = np.hstack([-points.T, -np.ones((players, 1))])
    found = linprog(
        np.append(np.zeros(count), 1.0),
        np.vstack([rows, back]),
        np.append(point, -point),
        [np.append(np.ones(count), 0.0)],
        [1.0],
    )
    return found.fun


@given(st.integers(0, 2**32 - 1))
def test_what_is_within_a_hull_is_what_a_linear_program_finds_there(seed):
    rng = np.random.default_rng(seed)
    players, count, rank = rng.integers(2, 4), rng.integers(1, 12), rng.integers(0, 4)
    points = rng.integers(-4, 5, size=(count, rank)) @ rng.integers(-1, 2, size=(rank, players)) + 100.0
    inside = rng.dirichlet(np.full(count, 0.3)) @ points
    assert _in_hull(inside, points, 1e-9)
    near = inside + rng.normal(size=players) * 10.0 ** rng.integers(-3, 2)
    off = farthest(near, points)
    if not 1e-8 < off < 1e-5:
        assert _in_hull(near, points, 1e-6) == (off <= 1e-8)


def test_nothing_is_within_no_points():
    assert not _in_hull(np.zeros(3), np.empty((0, 3)), 1.0)


@pytest.mark.parametrize("copies", [1, 3])
def test_points_that_coincide_are_one_point(copies):
    points = np.ones((copies, 3))
    assert _in_hull(np.ones(3) + 1e-8, points, 1e-7)
    assert not _in_hull(np.ones(3) + 1e-6, points, 1e-7)
