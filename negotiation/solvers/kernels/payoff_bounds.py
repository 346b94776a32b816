"""Compiled bounds of the equilibrium payoff set: outer by iteration from above, inner by certificate."""

from typing import TypeAlias

import numpy as np
from numba import njit

from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.kernels.abreu_sannikov import deviation_gains, iterate, thinned
from negotiation.solvers.kernels.inner_payoffs import contributors, inner_set, outlying
from negotiation.solvers.kernels.polygons import bounds, convex_hull, largest_distance, simplified

COLLINEAR = 1e-11
"""Distance, relative to the size, within which a vertex on a line is not a corner of the result."""

OUTER_CHANGE = 1e-12

NEAR = 1e-8
"""Distance from a corner, relative to the size, within which what a profile generates may be the corner."""

MEET = 1e-6
"""Distance between the bounds, relative to the size, above which more profiles are tried."""

Bounds: TypeAlias = tuple[FloatArray, FloatArray, FloatArray, IntArray, FloatArray, int, float, bool, float]


@njit(cache=True, nogil=True)
def bounded_set(first: FloatArray, second: FloatArray, delta: float, relax: float, limit: int) -> Bounds:
    """Return the outer and inner bound of the equilibrium payoff set, and how they were found.

    Parameters are the two payoff matrices (n, m), the common discount factor, the relaxation of the
    constraints (relative to the size) and the iteration limit. Returns outer vertices, threats, inner
    vertices, the profile and continuation behind each of them, the number of iterations, the last change
    relative to the size, whether the inner bound is certified, and the largest distance between the bounds.
    """
    n = first.size
    stage = (np.empty((n, 2)), np.empty((n, 2)))
    deviation_gains(first, second, stage[0], stage[1])
    size = diameter(stage[0])
    outer, count = feasible_set(stage[0], size)
    # A best reply's payoff is the maximum of a column (row): the pure minmax is the least of those.
    threats = np.array([(stage[0][:, 0] + stage[1][:, 0]).min(), (stage[0][:, 1] + stage[1][:, 1]).min()])
    active = np.arange(n)
    count, n_active, steps, change = iterate(
        stage, active, n, outer, count, threats, delta, relax * size, size, OUTER_CHANGE * size, limit
    )
    inner, profiles, continuations = (
        np.empty_like(outer),
        np.empty(len(outer), np.int64),
        np.empty_like(outer),
    )
    n_inner, proven = 0, True
    distance = np.inf if count > 0 else 0.0
    left = active[:n_active]
    corners, n_corners = outer.copy(), simplified(outer, count, COLLINEAR * size)
    # The profiles behind the corners are few and as a rule enough for the inner bound; else all are tried.
    for few in (True, False):
        if count == 0 or (proven and distance <= MEET * size):
            break
        chosen = left
        if few:
            points, owners = outlying(stage, left, corners, count, threats, delta, relax * size)
            chosen = contributors(points, owners, outer, n_corners, NEAR * size)
        n_inner, proven = inner_set(
            stage, chosen, corners, count, threats, delta, size, limit, inner, profiles, continuations
        )
        distance = largest_distance(outer, n_corners, inner, n_inner)
    count = n_corners
    certificate = (inner[:n_inner].copy(), profiles[:n_inner].copy(), continuations[:n_inner].copy())
    return (outer[:count].copy(), threats, *certificate, steps, change / size, proven, distance)


@njit(cache=True, nogil=True)
def diameter(payoffs: FloatArray) -> float:
    """Return the larger extent of the payoffs along an axis, or 1 if they are constant."""
    x_min, x_max, y_min, y_max = bounds(payoffs, len(payoffs))
    size = max(x_max - x_min, y_max - y_min)
    return size if size > 0.0 else 1.0


@njit(cache=True, nogil=True)
def feasible_set(payoffs: FloatArray, size: float) -> tuple[FloatArray, int]:
    """Return the hull of the stage payoffs, in a buffer with room for every later set, and its vertices."""
    capacity = 4 * len(payoffs) + 4
    hull, order = np.empty((2 * capacity + 4, 2)), np.empty(capacity, np.int64)
    points = payoffs.copy()
    count = convex_hull(points, thinned(points, len(points)), size, order, hull)
    polygon = np.empty((capacity, 2))
    polygon[:count] = hull[:count]
    return polygon, count
