"""Compiled operations on long convex polygons: thinning, and locating points by walking along edges.

Vertices are counter-clockwise from the leftmost. The cost is linear in the vertices if points come in order.
"""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit


class Shape(NamedTuple):
    """A convex polygon."""

    # (k, 2): vertices, counter-clockwise from the leftmost; the lower of two.
    points: FloatArray
    # The position of the rightmost vertex.
    right: int
    # (2,): the edges below and above the last point that was looked for.
    hint: IntArray


@njit(cache=True, nogil=True)
def shape_of(points: FloatArray) -> Shape:
    """Return the polygon with its rightmost vertex."""
    right = 0
    for k in range(len(points)):
        if points[k, 0] > points[right, 0]:
            right = k
    return Shape(points, right, np.array([0, right]))


@njit(cache=True, nogil=True)
def is_convex(shape: Shape, least: float) -> bool:
    """Return whether all turns are left, rightwards below and leftwards above, and no edge is too short."""
    points, n = shape.points, len(shape.points)
    if n < 3 or shape.right == 0:
        return False
    for k in range(n):
        i, j = k - 1 if k > 0 else n - 1, k + 1 if k + 1 < n else 0
        ux, uy = points[k, 0] - points[i, 0], points[k, 1] - points[i, 1]
        vx, vy = points[j, 0] - points[k, 0], points[j, 1] - points[k, 1]
        # Left turns alone would also hold for a polygon that goes round twice; forwards below and backwards
        # above means once.
        forward = vx >= 0.0 if k < shape.right else vx <= 0.0
        if ux * vy - uy * vx <= 0.0 or max(abs(vx), abs(vy)) < least or not forward:
            return False
    return True


@njit(cache=True, nogil=True)
def kept_vertices(points: FloatArray, n: int, distance: float) -> IntArray:
    """Return the vertices to keep, from the leftmost on, so that all others are near the edges between them.

    An edge from vertex i to j passes within the distance of every vertex k between them if its direction is
    not to the left of any k - i turned left by that distance.
    """
    start = 0
    for k in range(1, n):
        if points[k, 0] < points[start, 0] or (
            points[k, 0] == points[start, 0] and points[k, 1] < points[start, 1]
        ):
            start = k
    kept, count = np.empty(n, np.int64), 1
    kept[0] = start
    last, limit_x, limit_y, bounded = start, 0.0, 0.0, False
    previous = start
    for step in range(1, n + 1):
        k = start + step if start + step < n else start + step - n
        ux, uy = points[k, 0] - points[last, 0], points[k, 1] - points[last, 1]
        # The line from the last kept vertex to this one passes some vertex between at more than the distance:
        # the previous vertex has to stay, and all begins there.
        if bounded and (limit_x * uy - limit_y * ux > 0.0 or step == n):
            kept[count] = previous
            count += 1
            last, bounded = previous, False
            ux, uy = points[k, 0] - points[last, 0], points[k, 1] - points[last, 1]
        length = np.sqrt(ux * ux + uy * uy)
        if length > distance:
            # To first order the direction to k turned by distance / length passes k at just that distance; of
            # all such limits the most clockwise binds.
            part = distance / length
            vx, vy = ux - part * uy, uy + part * ux
            if not bounded or limit_x * vy - limit_y * vx < 0.0:
                limit_x, limit_y, bounded = vx, vy, True
        previous = k
    return kept[:count].copy()


@njit(cache=True, nogil=True)
def depth(shape: Shape, x: float, y: float) -> float:
    """Return how deep a point is in a polygon: its distance from the edges above and below; negative is out.

    In a convex polygon a point is inside if and only if it is between the leftmost and the rightmost vertex
    and on the inner side of the two edges that span its first coordinate.
    """
    points, right, hint = shape
    n = len(points)
    # From where the last point was: points come along the boundary, so that few steps are needed either way.
    low, high = hint[0], hint[1]
    while low + 1 < right and points[low + 1, 0] < x:
        low += 1
    while low > 0 and points[low, 0] > x:
        low -= 1
    while high + 1 < n and points[high + 1, 0] > x:
        high += 1
    while high > right and points[high, 0] < x:
        high -= 1
    hint[0], hint[1] = low, high
    distance = min(x - points[0, 0], points[right, 0] - x)
    for k in (low, high):
        j = k + 1 if k + 1 < n else 0
        ex, ey = points[j, 0] - points[k, 0], points[j, 1] - points[k, 1]
        side = (ex * (y - points[k, 1]) - ey * (x - points[k, 0])) / np.sqrt(ex * ex + ey * ey)
        distance = min(distance, side)
    return float(distance)


@njit(cache=True, nogil=True)
def inner_radius(points: FloatArray, x: float, y: float) -> float:
    """Return the least distance of a point inside from the lines of the edges; 0 where an edge has no length.

    Of a polygon with an interior that is thinned by `kept_vertices` no edge has none.
    """
    radius, n = np.inf, len(points)
    for k in range(n):
        j = k + 1 if k + 1 < n else 0
        ex, ey = points[j, 0] - points[k, 0], points[j, 1] - points[k, 1]
        length = np.sqrt(ex * ex + ey * ey)
        if length == 0.0:
            return 0.0
        radius = min(radius, (ex * (y - points[k, 1]) - ey * (x - points[k, 0])) / length)
    return radius
