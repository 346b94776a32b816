"""Convex hulls and mixtures in the plane, in rational numbers.

The hull is found by a monotone chain (Andrew 1979), in time n log n. A point of a convex polygon becomes a
lottery over at most three of the vertices: the polygon is cut into a fan of triangles, and the weights are
the barycentric coordinates in the triangle that contains the point. This takes time log n if the point is in
the polygon, and n otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from negotiation.base.numeric import Number

Point: TypeAlias = tuple[Fraction, Fraction]
# In integers, floats or fractions, each of which is a ratio of integers.
AnyPoint: TypeAlias = tuple[Number, Number]
ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Mixture:
    """Lottery over points: positive weights by position, and whether its mean is exactly the given point."""

    weights: dict[int, Fraction]
    exact: bool

    def mean(self, points: Sequence[Point]) -> Point:
        """Return the mean of the points under the lottery."""
        x = sum((p * points[k][0] for k, p in self.weights.items()), ZERO)
        y = sum((p * points[k][1] for k, p in self.weights.items()), ZERO)
        return x, y


def cross(a: Point, b: Point, c: Point) -> Fraction:
    """Return twice the signed area of a triangle, which is positive if its corners are counter-clockwise."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def turn(a: AnyPoint, b: AnyPoint, c: AnyPoint) -> int:
    """Return an integer with the sign of `cross`, without reducing fractions.

    Examples
    --------
    >>> half, third = Fraction(1, 2), Fraction(1, 3)
    >>> [turn((half, half), (third, half), (third, y)) for y in (third, half)]
    [6, 0]
    """
    (ax, dax), (ay, day) = a[0].as_integer_ratio(), a[1].as_integer_ratio()
    (bx, dbx), (by, dby) = b[0].as_integer_ratio(), b[1].as_integer_ratio()
    (cx, dcx), (cy, dcy) = c[0].as_integer_ratio(), c[1].as_integer_ratio()
    left = (bx * dax - ax * dbx) * (cy * day - ay * dcy) * dby * dcx
    return left - (by * day - ay * dby) * (cx * dax - ax * dcx) * dbx * dcy


def hull(points: Sequence[AnyPoint]) -> list[int]:
    """Return the positions of the corners of the convex hull, counter-clockwise, by exact comparisons.

    Examples
    --------
    >>> at = lambda x, y: (Fraction(x), Fraction(y))
    >>> hull([at(0, 0), at(1, 1), at(2, 0), at(1, 3)])
    [0, 2, 3]
    """
    order = sorted({point: k for k, point in reversed(list(enumerate(points)))}.items())
    if len(order) < 3:
        return [k for _, k in order]
    sides: list[list[tuple[AnyPoint, int]]] = []
    for way in (order, order[::-1]):
        side: list[tuple[AnyPoint, int]] = []
        for corner in way:
            while len(side) > 1 and turn(side[-2][0], side[-1][0], corner[0]) <= 0:
                side.pop()
            side.append(corner)
        sides.append(side[:-1])
    return [k for side in sides for _, k in side]


def mixture(point: Point, points: Sequence[Point], corners: Sequence[int]) -> Mixture:
    """Return a lottery over corners (of `hull(points)`) whose mean is the nearest point of the hull."""
    if len(corners) > 2:
        triangle = _triangle(point, points, corners)
        a, b, c = (points[k] for k in triangle)
        if turn(point, b, c) >= 0 and turn(a, point, c) >= 0 and turn(a, b, point) >= 0:
            areas = (cross(point, b, c), cross(a, point, c), cross(a, b, point))
            whole = cross(a, b, c)
            return Mixture({k: s / whole for k, s in zip(triangle, areas, strict=True) if s}, exact=True)
    return _nearest(point, points, corners)


def _triangle(point: Point, points: Sequence[Point], corners: Sequence[int]) -> tuple[int, int, int]:
    """Return the corners of the triangle, in the fan from the first corner, that may contain a point.

    The directions from the first corner to the others are in order. So bisection finds the last corner whose
    direction does not have the point on its right.
    """
    low, high = 1, len(corners) - 2
    while low < high:
        middle = (low + high + 1) // 2
        if turn(points[corners[0]], points[corners[middle]], point) >= 0:
            low = middle
        else:
            high = middle - 1
    return corners[0], corners[low], corners[low + 1]


def _nearest(point: Point, points: Sequence[Point], corners: Sequence[int]) -> Mixture:
    """Return the lottery over one or two corners whose mean is nearest to the point."""
    best, least = Mixture({corners[0]: ONE}, exact=False), _apart(point, points[corners[0]])
    edges = zip(corners, [*corners[1:], corners[0]], strict=True)
    for k, m in edges if len(corners) > 1 else ():
        (ax, ay), (bx, by) = points[k], points[m]
        ex, ey = bx - ax, by - ay
        part = ((point[0] - ax) * ex + (point[1] - ay) * ey) / (ex * ex + ey * ey)
        part = min(max(part, ZERO), ONE)
        away = _apart(point, (ax + part * ex, ay + part * ey))
        if away < least:
            weights = {q: p for q, p in ((k, 1 - part), (m, part)) if p}
            best, least = Mixture(weights, exact=False), away
    return Mixture(best.weights, exact=least == 0)


def _apart(first: Point, other: Point) -> Fraction:
    return (first[0] - other[0]) ** 2 + (first[1] - other[1]) ** 2
