"""Compiled operator of Abreu and Sannikov (2014) and its iteration, for two players who discount alike.

R(W, u) is the convex hull, over action profiles a with stage payoff g and deviation gains h, of
(1 - delta) g + delta C(a, W, u). With b = u + (1 - delta) / delta h, C is {g} where g >= b, and otherwise the
extreme points of {w in W: w >= b} at which a constraint binds: at most four. `binding_points.py` writes those
that matter. A profile with no w in W above b is out for good, since W only shrinks and u only rises. Buffers
hold one point a profile and two for each row and column, which is the most there can be.
"""

from typing import TypeAlias

import numpy as np
from numba import njit

from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.payoff_sets.common.polygons import bounds, convex_hull, copied, largest_distance
from negotiation.solvers.payoff_sets.perfect.kernels.binding_points import (
    Grid,
    clear,
    empty_lines,
    empty_room,
    most_points,
    operator_points,
)

SLOW = 64
"""Every so many iterations the change is measured as a distance of sets, and not vertex by vertex."""

Pair: TypeAlias = tuple[float, float]
Stage: TypeAlias = tuple[FloatArray, FloatArray]
"""Stage payoffs and best deviation gains, each (profiles, 2)."""

Ring: TypeAlias = tuple[Pair, Pair, Pair, Pair]


@njit(cache=True, nogil=True)
def shifted_stage(payoffs: FloatArray, shift: Pair) -> tuple[FloatArray, FloatArray]:
    """Return shifted stage payoffs and best deviation gains by profile, row-major; payoffs are (n, m, 2)."""
    n, m, _ = payoffs.shape
    moved, gains = np.empty((n * m, 2)), np.empty((n * m, 2))
    best = np.full(m, -np.inf)
    for i in range(n):
        row = -np.inf
        for j in range(m):
            x, y = payoffs[i, j, 0] - shift[0], payoffs[i, j, 1] - shift[1]
            moved[i * m + j, 0], moved[i * m + j, 1] = x, y
            best[j], row = max(best[j], x), max(row, y)
        for j in range(m):
            gains[i * m + j, 1] = row - moved[i * m + j, 1]
    for i in range(n):
        for j in range(m):
            gains[i * m + j, 0] = best[j] - moved[i * m + j, 0]
    return moved, gains


@njit(cache=True, nogil=True)
def diagonal_extremes(points: FloatArray, count: int) -> tuple[int, int, int, int]:
    """Return the positions of the points that are extreme along the diagonals, counter-clockwise."""
    a = b = c = d = 0
    for k in range(1, count):
        s, t = points[k, 0] + points[k, 1], points[k, 0] - points[k, 1]
        if s < points[a, 0] + points[a, 1]:
            a = k
        if t > points[b, 0] - points[b, 1]:
            b = k
        if s > points[c, 0] + points[c, 1]:
            c = k
        if t < points[d, 0] - points[d, 1]:
            d = k
    return a, b, c, d


@njit(cache=True, nogil=True)
def inside_ring(x: float, y: float, ring: Ring) -> bool:
    """Whether a point is strictly inside a quadrilateral, some corners of which may coincide."""
    a, b, c, d = ring
    return (
        bool(a != c or b != d)
        and left_of(x, y, a, b)
        and left_of(x, y, b, c)
        and left_of(x, y, c, d)
        and left_of(x, y, d, a)
    )


@njit(cache=True, nogil=True)
def at_corner(x: float, y: float, ring: Ring) -> bool:
    """Whether a point is one of the corners of a quadrilateral."""
    a, b, c, d = ring
    first = (x == a[0] and y == a[1]) or (x == b[0] and y == b[1])
    return bool(first or (x == c[0] and y == c[1]) or (x == d[0] and y == d[1]))


@njit(cache=True, nogil=True)
def left_of(x: float, y: float, a: Pair, b: Pair) -> bool:
    """Whether a point is strictly left of the line from a to b, or these coincide."""
    ux, uy = b[0] - a[0], b[1] - a[1]
    return bool(ux * (y - a[1]) - uy * (x - a[0]) > 0.0 or (ux == 0.0 and uy == 0.0))


@njit(cache=True, nogil=True)
def thinned(points: FloatArray, count: int) -> int:
    """Drop points strictly inside the quadrilateral of the extremes along the diagonals (Akl-Toussaint 1978).

    Points at its corners are kept once, as the last ones.
    """
    if count < 32:
        return count
    a, b, c, d = diagonal_extremes(points, count)
    ring = (
        (points[a, 0], points[a, 1]),
        (points[b, 0], points[b, 1]),
        (points[c, 0], points[c, 1]),
        (points[d, 0], points[d, 1]),
    )
    kept = 0
    for k in range(count):
        x, y = points[k, 0], points[k, 1]
        if not inside_ring(x, y, ring) and not at_corner(x, y, ring):
            points[kept, 0], points[kept, 1] = x, y
            kept += 1
    # Each corner once, however many points are there.
    for corner in range(4):
        x, y = ring[corner]
        known = False
        for other in range(corner):
            known = known or (x == ring[other][0] and y == ring[other][1])
        if not known:
            points[kept, 0], points[kept, 1] = x, y
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def largest_move(before: FloatArray, after: FloatArray, count: int) -> float:
    """Return the largest change of a coordinate of the first `count` points."""
    largest = 0.0
    for k in range(count):
        largest = max(largest, abs(after[k, 0] - before[k, 0]), abs(after[k, 1] - before[k, 1]))
    return largest


@njit(cache=True, nogil=True)
def iterate(
    grid: Grid,
    active: IntArray,
    n_active: int,
    polygon: FloatArray,
    count: int,
    threats: FloatArray,
    delta: float,
    relax: float,
    size: float,
    tolerance: float,
    limit: int,
) -> tuple[int, int, int, float]:
    """Iterate the operator until the set moves by at most `tolerance`.

    Overwrites `polygon`, `threats` and `active`; returns the number of vertices (0: empty), of profiles
    left, of iterations, and the last change.
    """
    room, lines = empty_room(len(polygon), n_active), empty_lines(grid)
    capacity = most_points(grid, n_active)
    points, order = (np.empty((capacity, 2)), np.empty(0, np.int64)), np.empty(capacity, np.int64)
    hull, change = np.empty((2 * capacity + 4, 2)), np.inf
    for step in range(limit):
        clear(lines)
        problem = (polygon, count, threats, delta, relax)
        n_points, n_active = operator_points(grid, active, n_active, problem, room, lines, points)
        if n_points == 0:
            return 0, n_active, step + 1, 0.0
        n_hull = convex_hull(points[0], thinned(points[0], n_points), size, order, hull)
        change = np.inf
        if n_hull == count:
            change = largest_move(hull, polygon, count)
        if change > tolerance and step % SLOW == SLOW - 1:
            # Vertices that come and go by rounding hide that the set has settled.
            change = largest_distance(polygon, count, hull, n_hull)
        count = n_hull
        copied(hull, count, polygon)
        x_min, _, y_min, _ = bounds(polygon, count)
        raised = max(x_min - threats[0], y_min - threats[1])
        threats[0], threats[1] = max(threats[0], x_min), max(threats[1], y_min)
        if change <= tolerance and raised <= tolerance:
            return count, n_active, step + 1, change
    return count, n_active, limit, change
