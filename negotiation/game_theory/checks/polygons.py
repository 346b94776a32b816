"""Convex polygons in floats or rational numbers, for checks: hull, depth of a point, distance.

This code is independent of the compiled polygons of the solvers, which the checks must not use. Cost: linear
in the vertices, except for sorting.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from negotiation.base.numeric import Number

Point: TypeAlias = tuple[Number, Number]


def convex_hull(points: Sequence[Point]) -> list[Point]:
    """Return the vertices of the convex hull, counter-clockwise from the least in lexicographic order.

    The method is the monotone chain (Andrew 1979).

    Examples
    --------
    >>> convex_hull([(0.0, 0.0), (1.0, 0.0), (0.5, 0.2), (1.0, 1.0), (0.0, 1.0)])
    [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    >>> convex_hull([(2, 2), (0, 0), (1, 1)])
    [(0, 0), (2, 2)]
    """
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    return _half(ordered)[:-1] + _half(ordered[::-1])[:-1]


def _half(ordered: Sequence[Point]) -> list[Point]:
    chain: list[Point] = []
    for point in ordered:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain


def _turn(a: Point, b: Point, c: Point) -> Number:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def depth(point: Point, polygon: Sequence[Point], tolerance: Number) -> Number:
    """Return how far inside a convex polygon a point is; negative outside, 0 on the boundary.

    `polygon` has its vertices counter-clockwise, at least one. Inside, the result is the smallest distance
    from an edge, with the edge's length measured along the axes so that rational numbers stay rational.
    Outside by more than `2 * tolerance`, and always if the polygon has fewer than three vertices, the result
    is minus the `distance` from the polygon. Both are the Euclidean distance times a factor between 0.7 and
    1.

    Examples
    --------
    >>> depth((0.5, 0.25), [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)], 1e-12)
    0.25
    >>> depth((3.0, 3.0), [(0.0, 0.0), (2.0, 2.0)], 0)
    -1.0
    """
    edges = list(zip(polygon, [*polygon[1:], polygon[0]], strict=True))
    if len(polygon) > 2:
        inside: Number = min(_turn(a, b, point) / (_size(b[0] - a[0]) + _size(b[1] - a[1])) for a, b in edges)
        if inside > tolerance:
            return inside
    away = min(_from_edge(point, a, b) for a, b in edges)
    return -away if len(polygon) < 3 or away > 2 * tolerance else inside


def _from_edge(point: Point, a: Point, b: Point) -> Number:
    """Return the `distance` of a point from the nearest point of an edge."""
    ux: Number = b[0] - a[0]
    uy: Number = b[1] - a[1]
    length: Number = ux * ux + uy * uy
    along: Number = (point[0] - a[0]) * ux + (point[1] - a[1]) * uy
    if along <= 0:
        return distance(point, a)
    if along >= length:
        return distance(point, b)
    return distance(point, (a[0] + ux * along / length, a[1] + uy * along / length))


def distance(p: Point, q: Point) -> Number:
    """Return the distance of two points: the larger of their distances along the axes.

    Examples
    --------
    >>> distance((0.0, 1.0), (3.0, 2.0))
    3.0
    """
    return max(_size(p[0] - q[0]), _size(p[1] - q[1]))


def _size(value: Number) -> Number:
    return value if value >= 0 else -value
