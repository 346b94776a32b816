"""Convex hulls and mixtures in the plane, in rational numbers.

A point of a convex polygon is written as a lottery over at most three of its vertices: the polygon is cut
into a fan of triangles and barycentric coordinates are taken in the triangle that holds the point. Hull:
monotone chain (Andrew 1979), n log n. A mixture costs log n if the point is
inside, and n if it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from negotiation.base.numeric import Number

Point: TypeAlias = tuple[Fraction, Fraction]
# In whole numbers, floats or fractions: each is a ratio of whole numbers.
AnyPoint: TypeAlias = tuple[Number, Number]
ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Mixture:
    """A lottery over points: positive weights by position, and whether its mean is the point exactly."""

    weights: dict[int, Fraction]
    exact: bool

    def mean(self, points: Sequence[Point]) -> Point:
        """Return the mean of the points under the lottery."""
        x = sum((p * points[k][0] for k, p in self.weights.items()), ZERO)
        y = sum((p * points[k][1] for k, p in self.weights.items()), ZERO)
        return x, y


def cross(a: Point, b: Point, c: Point) -> Fraction:
    """Return twice the signed area of a triangle; positive if its corners turn counter-clockwise."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def turn(a: AnyPoint, b: AnyPoint, c: AnyPoint) -> int:
    """Return a whole number with the sign of `cross`, without computing a common divisor.

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
    """Return the positions of the corners of the convex hull, counter-clockwise; turns are decided exactly.

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
    """Return a lottery over corners whose mean is the point of the hull nearest to a given point."""
    if len(corners) > 2:
        triangle = _triangle(point, points, corners)
        a, b, c = (points[k] for k in triangle)
        if turn(point, b, c) >= 0 and turn(a, point, c) >= 0 and turn(a, b, point) >= 0:
            areas = (cross(point, b, c), cross(a, point, c), cross(a, b, point))
            whole = cross(a, b, c)
            return Mixture({k: s / whole for k, s in zip(triangle, areas, strict=True) if s}, exact=True)
    return _nearest(point, points, corners)


def _triangle(point: Point, points: Sequence[Point], corners: Sequence[int]) -> tuple[int, int, int]:
    """Return the triangle of the fan from the first corner that holds a point, if one does.

    Seen from the first corner the others go by in order, so that the last one that the point is not to the
    right of is found by halving.
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
