"""Compiled bounds of the equilibrium payoff set: outer by iteration from above, inner by certificate."""

from typing import TypeAlias

import numpy as np
from numba import njit

from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.payoff_sets.common.polygons import (
    bounds,
    convex_hull,
    copied,
    largest_distance,
    simplified,
)
from negotiation.solvers.payoff_sets.perfect.kernels.abreu_sannikov import (
    Pair,
    iterate,
    shifted_stage,
    thinned,
)
from negotiation.solvers.payoff_sets.perfect.kernels.binding_points import Grid
from negotiation.solvers.payoff_sets.perfect.kernels.inner_payoffs import contributors, inner_set, outlying

COLLINEAR = 1e-11
"""Distance, relative to the size, within which a vertex on a line is not a corner of the result."""

OUTER_CHANGE = 1e-12

NEAR = 1e-8
"""Distance from a corner, relative to the size, within which what a profile generates may be the corner."""

MEET = 1e-6
"""Distance between the bounds, relative to the size, above which more profiles are tried."""

Bounds: TypeAlias = tuple[FloatArray, FloatArray, FloatArray, IntArray, FloatArray, int, float, bool, float]


@njit(cache=True, nogil=True)
def bounded_set(payoffs: FloatArray, delta: float, relax: float, limit: int) -> tuple[Bounds, float]:
    """Return the bounds of the equilibrium payoff set and how they were found, and the size.

    Parameters are the stage payoffs (n, m, 2), the common discount factor, the relaxation of the constraints
    (relative to the size) and the iteration limit. The bounds are outer vertices, threats, inner vertices,
    the profile and continuation behind each of them, the number of iterations, the last change relative to
    the size, whether the inner bound is certified, and the largest distance between the bounds. They are
    found with the least payoffs moved to zero.
    """
    shift = least_payoffs(payoffs)
    moved, gains = shifted_stage(payoffs, shift)
    size = diameter(moved)
    found = bounds_on_grid((moved, gains, payoffs.shape[1]), size, delta, relax, limit)
    outer, threats, inner, _, continuations, _, _, _, _ = found
    threats[0], threats[1] = threats[0] + shift[0], threats[1] + shift[1]
    for points in (outer, inner, continuations):
        for k in range(len(points)):
            points[k, 0], points[k, 1] = points[k, 0] + shift[0], points[k, 1] + shift[1]
    return found, size


@njit(cache=True, nogil=True)
def bounds_on_grid(grid: Grid, size: float, delta: float, relax: float, limit: int) -> Bounds:
    """Return the bounds from payoffs and deviation gains by profile."""
    n = len(grid[0])
    outer, count = feasible_set(grid[0], size)
    threats = pure_minmax(grid)
    active = np.arange(n)
    count, n_active, steps, change = iterate(
        grid, active, n, outer, count, threats, delta, relax * size, size, OUTER_CHANGE * size, limit
    )
    inner, profiles, continuations = (
        np.empty_like(outer),
        np.empty(len(outer), np.int64),
        np.empty_like(outer),
    )
    n_inner, proven = 0, True
    distance = np.inf if count > 0 else 0.0
    left = active[:n_active]
    corners, n_corners = outer[:count].copy(), simplified(outer, count, COLLINEAR * size)
    # The profiles behind the corners are few and as a rule enough for the inner bound; else all are tried.
    for few in (True, False):
        if count == 0 or (proven and distance <= MEET * size):
            break
        chosen = left
        if few:
            points, owners = outlying(grid, left, (corners, count, threats, delta, relax * size), size)
            chosen = contributors(points, owners, outer, n_corners, NEAR * size)
        n_inner, proven = inner_set(
            grid, chosen, corners, count, threats, delta, size, limit, inner, profiles, continuations
        )
        distance = largest_distance(outer, n_corners, inner, n_inner)
    count = n_corners
    certificate = (inner[:n_inner].copy(), profiles[:n_inner].copy(), continuations[:n_inner].copy())
    return (outer[:count].copy(), threats, *certificate, steps, change / size, proven, distance)


@njit(cache=True, nogil=True)
def least_payoffs(payoffs: FloatArray) -> Pair:
    """Return each player's least payoff, (n, m, 2)."""
    x, y = payoffs[0, 0, 0], payoffs[0, 0, 1]
    for i in range(payoffs.shape[0]):
        for j in range(payoffs.shape[1]):
            x, y = min(x, payoffs[i, j, 0]), min(y, payoffs[i, j, 1])
    return x, y


@njit(cache=True, nogil=True)
def pure_minmax(grid: Grid) -> FloatArray:
    """Return the least of the best replies' payoffs, which are the maxima of columns and rows."""
    payoffs, gains, _ = grid
    least = np.full(2, np.inf)
    for k in range(len(payoffs)):
        for axis in range(2):
            least[axis] = min(least[axis], payoffs[k, axis] + gains[k, axis])
    return least


@njit(cache=True, nogil=True)
def diameter(payoffs: FloatArray) -> float:
    """Return the larger extent of the payoffs along an axis, or 1 if they are constant."""
    x_min, x_max, y_min, y_max = bounds(payoffs, len(payoffs))
    size = max(x_max - x_min, y_max - y_min)
    return size if size > 0.0 else 1.0


@njit(cache=True, nogil=True)
def feasible_set(payoffs: FloatArray, size: float) -> tuple[FloatArray, int]:
    """Return the hull of the stage payoffs, in a buffer with room for every later set, and its vertices."""
    hull, order = np.empty((2 * len(payoffs) + 4, 2)), np.empty(len(payoffs), np.int64)
    points = payoffs.copy()
    count = convex_hull(points, thinned(points, len(points)), size, order, hull)
    polygon = np.empty((4 * len(payoffs) + 4, 2))
    copied(hull, count, polygon)
    return polygon, count
