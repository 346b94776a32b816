"""Compiled convex polygons in the plane: hulls, bounds and distances.

Vertices are counter-clockwise, from the lexicographically smallest. Tolerances are relative to `size`, the
size of the problem's feasible set.
"""

from typing import NamedTuple, TypeAlias

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.numerics import NUMERICS

Pair: TypeAlias = tuple[float, float]


class Box(NamedTuple):
    """The least and greatest coordinates of a polygon."""

    x_min: float
    x_max: float
    y_min: float
    y_max: float


@njit(cache=True, nogil=True)
def copied(points: FloatArray, count: int, out: FloatArray) -> None:
    """Copy the first `count` points to `out`; this compiles ten times faster than assigning slices."""
    for k in range(count):
        out[k, 0], out[k, 1] = points[k, 0], points[k, 1]


@njit(cache=True, nogil=True)
def sort_points(points: FloatArray, count: int, order: IntArray) -> None:
    """Fill `order` with the positions that sort the first `count` points by x, then y.

    Runs are sorted by insertion and then merged in pairs. NumPy's `argsort` is not used because it takes as
    long to compile as the rest of a hull.
    """
    run = NUMERICS.few_points
    for first in range(0, count, run):
        for i in range(first, min(first + run, count)):
            j = i
            # Strictly after, so that equal points keep their order: the sort is stable.
            while j > first and comes_after(points, order[j - 1], i):
                order[j] = order[j - 1]
                j -= 1
            order[j] = i
    if count <= run:
        return
    merged = np.empty(count, np.int64)
    while run < count:
        for first in range(0, count, 2 * run):
            left, right = first, min(first + run, count)
            middle, end = right, min(first + 2 * run, count)
            for k in range(first, end):
                if left < middle and (right == end or not comes_after(points, order[left], order[right])):
                    merged[k] = order[left]
                    left += 1
                else:
                    merged[k] = order[right]
                    right += 1
        for k in range(count):
            order[k] = merged[k]
        run *= 2


@njit(cache=True, nogil=True)
def comes_after(points: FloatArray, i: int, j: int) -> bool:
    """Return whether point i has a larger x than point j, or the same x and a larger y."""
    return bool(points[i, 0] > points[j, 0] or (points[i, 0] == points[j, 0] and points[i, 1] > points[j, 1]))


@njit(cache=True, nogil=True)
def turns_left(ax: float, ay: float, bx: float, by: float, cx: float, cy: float, size: float) -> bool:
    """Return whether a, b, c turn left, by more than rounding unless the direction reverses at b."""
    ux, uy, vx, vy = bx - ax, by - ay, cx - bx, cy - by
    turn = ux * vy - uy * vx
    if ux * vx + uy * vy < 0.0:
        # Along a line that is vertical up to rounding the order by x is noise: b may be its far end.
        return turn > 0.0
    return turn > NUMERICS.rounding * size * (abs(ux) + abs(uy) + abs(vx) + abs(vy))


@njit(cache=True, nogil=True)
def convex_hull(points: FloatArray, count: int, size: float, order: IntArray, hull: FloatArray) -> int:
    """Write the hull of the first `count` points to `hull`; return the number of vertices (Andrew 1979)."""
    if count == 0:
        return 0
    sort_points(points, count, order)
    # Points that agree up to rounding are one vertex; the turn at an edge of rounding length is noise.
    near = 8 * NUMERICS.rounding * size
    top = 0
    # The lower chain from left to right, the upper one back; the last point of each is the first of the
    # other.
    for step in range(2):
        base = top
        for i in range(count):
            k = order[i] if step == 0 else order[count - 1 - i]
            x, y = points[k, 0], points[k, 1]
            if top > base and abs(x - hull[top - 1, 0]) <= near and abs(y - hull[top - 1, 1]) <= near:
                continue
            while top - base >= 2 and not turns_left(
                hull[top - 2, 0], hull[top - 2, 1], hull[top - 1, 0], hull[top - 1, 1], x, y, size
            ):
                top -= 1
            hull[top, 0], hull[top, 1] = x, y
            top += 1
        if top - base > 1:
            top -= 1
        elif step == 0:
            return 1
    return max(1, top)


@njit(cache=True, nogil=True)
def diagonal_extremes(points: FloatArray, count: int) -> tuple[int, int, int, int]:
    """Return the positions of the points that are extreme along the diagonals, counter-clockwise."""
    a = b = c = d = 0
    for k in range(1, count):
        # Extremes along (-1, -1), (1, -1), (1, 1), (-1, 1).
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
def thinned(points: FloatArray, count: int) -> int:
    """Drop, in place, points strictly inside the quadrilateral of diagonal extremes; return how many stay.

    This is the method of Akl and Toussaint (1978). Few points are all kept, as dropping would not save time.
    """
    if count < NUMERICS.thinned_from:
        return count
    # In a cloud of points most are inside this quadrilateral; one pass is cheaper than sorting them.
    a, b, c, d = diagonal_extremes(points, count)
    ring, kept = np.empty((4, 2)), 0
    for axis in range(2):
        ring[0, axis], ring[1, axis] = points[a, axis], points[b, axis]
        ring[2, axis], ring[3, axis] = points[c, axis], points[d, axis]
    for k in range(count):
        x, y = points[k, 0], points[k, 1]
        if not inside_ring(x, y, ring):
            points[kept, 0], points[kept, 1] = x, y
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def inside_ring(x: float, y: float, ring: FloatArray) -> bool:
    """Return whether a point is strictly inside a counter-clockwise quadrilateral; corners may coincide."""
    has_inside = False
    for k in range(4):
        j = k + 1 if k < 3 else 0
        ux, uy = ring[j, 0] - ring[k, 0], ring[j, 1] - ring[k, 1]
        if ux * (y - ring[k, 1]) - uy * (x - ring[k, 0]) > 0.0:
            has_inside = True
        elif ux != 0.0 or uy != 0.0:
            return False
    return has_inside


@njit(cache=True, nogil=True)
def simplified(polygon: FloatArray, count: int, distance: float) -> int:
    """Drop, in place, each vertex within a distance of the segment between its neighbours.

    Returns the number of vertices left. The distance is to the segment and not to its line, since the ends of
    a polygon that is almost a segment are near the lines through their neighbours.
    """
    k = 0
    while k < count and count > 2:
        before, after = k - 1 if k > 0 else count - 1, k + 1 if k + 1 < count else 0
        ux, uy = polygon[after, 0] - polygon[before, 0], polygon[after, 1] - polygon[before, 1]
        vx, vy = polygon[k, 0] - polygon[before, 0], polygon[k, 1] - polygon[before, 1]
        length, along = np.sqrt(ux * ux + uy * uy), ux * vx + uy * vy
        between = length > 0.0 and -distance * length <= along <= (length + distance) * length
        if not between or abs(ux * vy - uy * vx) > distance * length:
            k += 1
            continue
        # Vertices are few, so moving them up costs less than a linked list.
        for m in range(k, count - 1):
            polygon[m, 0], polygon[m, 1] = polygon[m + 1, 0], polygon[m + 1, 1]
        count -= 1
        # Of the vertices already kept only a neighbour has a new segment: the one before, or the first.
        k = k - 1 if 0 < k < count else 0
    return count


@njit(cache=True, nogil=True)
def bounds(polygon: FloatArray, count: int) -> Box:
    """Return the least and greatest coordinates of the first `count` vertices."""
    x_min = x_max = polygon[0, 0]
    y_min = y_max = polygon[0, 1]
    for k in range(1, count):
        x, y = polygon[k, 0], polygon[k, 1]
        x_min, x_max = min(x_min, x), max(x_max, x)
        y_min, y_max = min(y_min, y), max(y_max, y)
    return Box(x_min, x_max, y_min, y_max)


@njit(cache=True, nogil=True)
def some_above(polygon: FloatArray, count: int, bx: float, by: float) -> bool:
    """Return whether some vertex has x >= bx and y >= by."""
    for k in range(count):  # noqa: SIM110 - compiled code has no any() over a generator
        if polygon[k, 0] >= bx and polygon[k, 1] >= by:
            return True
    return False


@njit(cache=True, nogil=True)
def largest_distance(outer: FloatArray, n_outer: int, inner: FloatArray, n_inner: int) -> float:
    """Return the largest distance from a vertex of `outer` to `inner`; infinite if only `inner` is empty."""
    largest, start = 0.0, 0
    for k in range(n_outer):
        nearest, inside = np.inf, n_inner > 2
        first = start
        for step in range(n_inner):
            # The search starts at the nearest edge of the last vertex: a distance of at most `largest` ends
            # it.
            i = first + step if first + step < n_inner else first + step - n_inner
            j = i + 1 if i + 1 < n_inner else 0
            ex, ey = inner[j, 0] - inner[i, 0], inner[j, 1] - inner[i, 1]
            px, py = outer[k, 0] - inner[i, 0], outer[k, 1] - inner[i, 1]
            # Counter-clockwise, inside is on the left of every edge.
            inside = inside and ex * py - ey * px >= 0.0
            length = ex * ex + ey * ey
            part = 0.0 if length == 0.0 else min(1.0, max(0.0, (ex * px + ey * py) / length))
            away = np.hypot(px - part * ex, py - part * ey)
            if away < nearest:
                nearest, start = away, i
            # It cannot raise the maximum any more.
            if nearest <= largest:
                break
        if not inside:
            largest = max(largest, nearest)
    return largest


@njit(cache=True, nogil=True)
def distance_between_near(outer: FloatArray, inner: FloatArray) -> float:
    """Return an upper bound of the largest distance from a vertex of `outer` to a nearby polygon `inner`.

    The distance from a vertex to any edge is an upper bound. A near edge is sought by walking in both
    directions from the edge found for the previous vertex. If it is much farther away than the largest
    distance so far, all edges are searched: the polygons may start at different places, and a walk may end
    too early at a corner of many short edges.
    """
    largest, n, k = 0.0, len(inner), 0
    for v in range(len(outer)):
        x, y = outer[v, 0], outer[v, 1]
        # Squares of distances all the way; one root at the end.
        near = from_edge(inner, k, x, y)
        for way in range(2):
            for _ in range(n):
                following = (k + 1 if k + 1 < n else 0) if way == 0 else (k - 1 if k > 0 else n - 1)
                further = from_edge(inner, following, x, y)
                if further > near:
                    break
                k, near = following, further
        if near > 4.0 * largest:
            for other in range(n):
                further = from_edge(inner, other, x, y)
                if further < near:
                    k, near = other, further
        largest = max(largest, near)
    return float(np.sqrt(largest))


@njit(cache=True, nogil=True)
def from_edge(points: FloatArray, k: int, x: float, y: float) -> float:
    """Return the squared distance from a point (x, y) to the edge that begins at vertex k."""
    j = k + 1 if k + 1 < len(points) else 0
    ex, ey, px, py = (
        points[j, 0] - points[k, 0],
        points[j, 1] - points[k, 1],
        x - points[k, 0],
        y - points[k, 1],
    )
    length = ex * ex + ey * ey
    part = min(1.0, max(0.0, (ex * px + ey * py) / length)) if length > 0.0 else 0.0
    away_x, away_y = px - part * ex, py - part * ey
    return float(away_x * away_x + away_y * away_y)
