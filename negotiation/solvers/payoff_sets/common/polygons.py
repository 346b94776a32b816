"""Compiled convex polygons in the plane: hull, bounds, and how far one is from another.

Vertices are counter-clockwise, from the lexicographically smallest. Tolerances are relative to `size`, the
diameter of the problem's feasible set.
"""

import numpy as np
from numba import njit

from negotiation.numeric import FloatArray, IntArray

ROUNDING = 4e-16
"""Perpendicular distance, relative to the size, below which a vertex is rounding and not a corner."""

FEW = 48
"""Up to so many points insertion sort is faster than NumPy's."""


@njit(cache=True, nogil=True)
def copied(points: FloatArray, count: int, out: FloatArray) -> None:
    """Copy the first `count` points: compiled in a tenth of the time that an assignment of slices takes."""
    for k in range(count):
        out[k, 0], out[k, 1] = points[k, 0], points[k, 1]


@njit(cache=True, nogil=True)
def sort_points(points: FloatArray, count: int, order: IntArray) -> None:
    """Fill `order` with positions that sort points by x, then y."""
    if count > FEW:
        by_x = np.argsort(points[:count, 0])
        for k in range(count):
            order[k] = by_x[k]
    else:
        for k in range(count):
            order[k] = k
    # Insertion: all of the work for few points, only the ties in x for many.
    for i in range(1, count):
        held = order[i]
        x, y = points[held, 0], points[held, 1]
        j = i - 1
        while j >= 0 and (points[order[j], 0] > x or (points[order[j], 0] == x and points[order[j], 1] > y)):
            order[j + 1] = order[j]
            j -= 1
        order[j + 1] = held


@njit(cache=True, nogil=True)
def turns_left(ax: float, ay: float, bx: float, by: float, cx: float, cy: float, size: float) -> bool:
    """Whether a, b, c turn left, by more than rounding where b is not a reversal."""
    ux, uy, vx, vy = bx - ax, by - ay, cx - bx, cy - by
    turn = ux * vy - uy * vx
    if ux * vx + uy * vy < 0.0:
        # Along a line that is vertical up to rounding the order by x is noise: b may be its far end.
        return turn > 0.0
    return turn > ROUNDING * size * (abs(ux) + abs(uy) + abs(vx) + abs(vy))


@njit(cache=True, nogil=True)
def convex_hull(points: FloatArray, count: int, size: float, order: IntArray, hull: FloatArray) -> int:
    """Write the hull of the first `count` points to `hull`; return the number of vertices (Andrew 1979)."""
    if count == 0:
        return 0
    sort_points(points, count, order)
    near = 8 * ROUNDING * size
    top = 0
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
def simplified(polygon: FloatArray, count: int, distance: float) -> int:
    """Drop, in place, each vertex that is within a distance of the segment between its neighbours.

    Between, not beyond: in a polygon that is all but a segment the end is near the line of its neighbours.
    """
    changed = True
    while changed and count > 2:
        changed = False
        for k in range(count):
            before, after = k - 1 if k > 0 else count - 1, k + 1 if k + 1 < count else 0
            ux, uy = polygon[after, 0] - polygon[before, 0], polygon[after, 1] - polygon[before, 1]
            vx, vy = polygon[k, 0] - polygon[before, 0], polygon[k, 1] - polygon[before, 1]
            length, along = np.sqrt(ux * ux + uy * uy), ux * vx + uy * vy
            between = length > 0.0 and -distance * length <= along <= (length + distance) * length
            if between and abs(ux * vy - uy * vx) <= distance * length:
                for m in range(k, count - 1):
                    polygon[m, 0], polygon[m, 1] = polygon[m + 1, 0], polygon[m + 1, 1]
                count -= 1
                changed = True
                break
    return count


@njit(cache=True, nogil=True)
def bounds(polygon: FloatArray, count: int) -> tuple[float, float, float, float]:
    """Return the least and greatest coordinates: x_min, x_max, y_min, y_max."""
    x_min = x_max = polygon[0, 0]
    y_min = y_max = polygon[0, 1]
    for k in range(1, count):
        x, y = polygon[k, 0], polygon[k, 1]
        x_min, x_max = min(x_min, x), max(x_max, x)
        y_min, y_max = min(y_min, y), max(y_max, y)
    return x_min, x_max, y_min, y_max


@njit(cache=True, nogil=True)
def largest_distance(outer: FloatArray, n_outer: int, inner: FloatArray, n_inner: int) -> float:
    """Return the largest distance of a vertex of one polygon from another one; infinite if that is empty."""
    largest = 0.0
    for k in range(n_outer):
        nearest, inside = np.inf, n_inner > 2
        for i in range(n_inner):
            j = i + 1 if i + 1 < n_inner else 0
            ex, ey = inner[j, 0] - inner[i, 0], inner[j, 1] - inner[i, 1]
            px, py = outer[k, 0] - inner[i, 0], outer[k, 1] - inner[i, 1]
            inside = inside and ex * py - ey * px >= 0.0
            length = ex * ex + ey * ey
            part = 0.0 if length == 0.0 else min(1.0, max(0.0, (ex * px + ey * py) / length))
            nearest = min(nearest, np.hypot(px - part * ex, py - part * ey))
        if not inside:
            largest = max(largest, nearest)
    return largest
