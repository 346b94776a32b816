"""Compiled operator of Abreu and Sannikov (2014) and its iteration, for two players who discount alike.

R(W, u) is the convex hull, over action profiles a with stage payoff g and deviation gains h, of
(1 - delta) g + delta C(a, W, u). With b = u + (1 - delta) / delta h, C is {g} where g >= b, and otherwise the
extreme points of {w in W: w >= b} at which a constraint binds: at most four. A profile with no w in W above b
is out for good, since W only shrinks and u only rises. Buffers hold four points a profile, so they cannot
overflow.
"""

from typing import TypeAlias

import numpy as np
from numba import njit

from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.kernels.polygons import bounds, chains, convex_hull, height, largest_distance

ULPS = 1e-15
"""Rounding of a point on an edge, relative to the payoffs, which start at zero."""

SLOW = 64
"""Every so many iterations the change is measured as a distance of sets, and not vertex by vertex."""

Pair: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]
Ring: TypeAlias = tuple[Pair, Pair, Pair, Pair]
Stage: TypeAlias = tuple[FloatArray, FloatArray]
"""Stage payoffs and best deviation gains, each (profiles, 2)."""


@njit(cache=True, nogil=True)
def deviation_gains(first: FloatArray, second: FloatArray, payoffs: FloatArray, gains: FloatArray) -> None:
    """Fill stage payoffs and best deviation gains by profile, row-major, from two payoff matrices."""
    n, m = first.shape
    for j in range(m):
        best = first[0, j]
        for i in range(1, n):
            best = max(best, first[i, j])
        for i in range(n):
            gains[i * m + j, 0] = best - first[i, j]
            payoffs[i * m + j, 0] = first[i, j]
    for i in range(n):
        best = second[i, 0]
        for j in range(1, m):
            best = max(best, second[i, j])
        for j in range(m):
            gains[i * m + j, 1] = best - second[i, j]
            payoffs[i * m + j, 1] = second[i, j]


@njit(cache=True, nogil=True)
def generate(
    stage: Stage,
    active: IntArray,
    n_active: int,
    polygon: FloatArray,
    count: int,
    threats: FloatArray,
    delta: float,
    relax: float,
    work: FloatArray,
    points: FloatArray,
    owners: IntArray,
) -> tuple[int, int]:
    """Write the points of the operator to `points`; return their number and that of profiles left.

    `owners` gets the profile of each point, and is left alone where it is empty.
    """
    payoffs, gains = stage
    box = bounds(polygon, count)
    lengths = chains(polygon, count, 0, work[0], work[1]) + chains(polygon, count, 1, work[2], work[3])
    ratio = (1.0 - delta) / delta
    near = min(relax, ULPS * max(box[1], box[3]))
    n_points, kept = 0, 0
    for position in range(n_active):
        k = active[position]
        g = (payoffs[k, 0], payoffs[k, 1])
        b = (
            threats[0] + ratio * gains[k, 0] - relax,
            threats[1] + ratio * gains[k, 1] - relax,
        )
        if b[0] > box[1] or b[1] > box[3]:
            continue
        before = n_points
        if g[0] >= b[0] and g[1] >= b[1]:
            points[n_points, 0], points[n_points, 1] = g[0], g[1]
            n_points += 1
        else:
            n_points = _binding_points(g, b, near, box, work, lengths, delta, points, n_points)
            if n_points == before and not _some_above(polygon, count, b[0], b[1]):
                continue
        if len(owners) > 0:
            owners[before:n_points] = k
        active[kept] = k
        kept += 1
    return n_points, kept


@njit(cache=True, nogil=True)
def _binding_points(
    g: Pair,
    b: Pair,
    near: float,
    box: Box,
    work: FloatArray,
    lengths: tuple[int, int, int, int],
    delta: float,
    points: FloatArray,
    n_points: int,
) -> int:
    """Add the points whose continuation has a binding constraint and satisfies the other one.

    Where the corner of the constraints is on the boundary, rounding puts it outside by up to `near`.
    """
    if b[0] >= box[0]:
        top = height(work[1], lengths[1], b[0], True)
        if top >= b[1] - near:
            top = max(top, b[1])
            bottom = max(b[1], height(work[0], lengths[0], b[0], False))
            n_points = _add(points, n_points, g[0], g[1], b[0], top, delta)
            n_points = _add(points, n_points, g[0], g[1], b[0], bottom, delta)
    if b[1] >= box[2]:
        right = height(work[3], lengths[3], b[1], True)
        if right >= b[0] - near:
            right = max(right, b[0])
            left = max(b[0], height(work[2], lengths[2], b[1], False))
            n_points = _add(points, n_points, g[0], g[1], right, b[1], delta)
            n_points = _add(points, n_points, g[0], g[1], left, b[1], delta)
    return n_points


@njit(cache=True, nogil=True)
def _add(points: FloatArray, n_points: int, gx: float, gy: float, wx: float, wy: float, delta: float) -> int:
    points[n_points, 0] = (1.0 - delta) * gx + delta * wx
    points[n_points, 1] = (1.0 - delta) * gy + delta * wy
    return n_points + 1


@njit(cache=True, nogil=True)
def _some_above(polygon: FloatArray, count: int, bx: float, by: float) -> bool:
    for k in range(count):  # noqa: SIM110 - compiled code has no any() over a generator
        if polygon[k, 0] >= bx and polygon[k, 1] >= by:
            return True
    return False


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
def left_of(x: float, y: float, a: Pair, b: Pair) -> bool:
    """Whether a point is strictly left of the line from a to b, or these coincide."""
    ux, uy = b[0] - a[0], b[1] - a[1]
    return bool(ux * (y - a[1]) - uy * (x - a[0]) > 0.0 or (ux == 0.0 and uy == 0.0))


@njit(cache=True, nogil=True)
def thinned(points: FloatArray, count: int) -> int:
    """Drop points strictly inside the quadrilateral of the extremes along the diagonals (Akl-Toussaint)."""
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
        if not inside_ring(x, y, ring):
            points[kept, 0], points[kept, 1] = x, y
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def iterate(
    stage: Stage,
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
    capacity = 4 * stage[0].shape[0] + 4
    points, order = np.empty((capacity, 2)), np.empty(capacity, np.int64)
    hull = np.empty((2 * capacity + 4, 2))
    work, nobody = np.empty((4, polygon.shape[0] + 2, 2)), np.empty(0, np.int64)
    change = np.inf
    for step in range(limit):
        n_points, n_active = generate(
            stage, active, n_active, polygon, count, threats, delta, relax, work, points, nobody
        )
        if n_points == 0:
            return 0, n_active, step + 1, 0.0
        n_hull = convex_hull(points, thinned(points, n_points), size, order, hull)
        change = np.inf
        if n_hull == count:
            change = np.abs(hull[:count] - polygon[:count]).max()
        if change > tolerance and step % SLOW == SLOW - 1:
            # Vertices that come and go by rounding hide that the set has settled.
            change = largest_distance(polygon, count, hull, n_hull)
        count = n_hull
        polygon[:count] = hull[:count]
        x_min, _, y_min, _ = bounds(polygon, count)
        raised = max(x_min - threats[0], y_min - threats[1])
        threats[0], threats[1] = max(threats[0], x_min), max(threats[1], y_min)
        if change <= tolerance and raised <= tolerance:
            return count, n_active, step + 1, change
    return count, n_active, limit, change
