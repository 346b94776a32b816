"""Convex polygons for plain operators: small, slow, exact with fractions, and none of the package's code."""

from math import hypot, inf


def turn(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def hull(points):
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    chain = []
    for side in (ordered, ordered[::-1]):
        half = []
        for point in side:
            while len(half) > 1 and turn(half[-2], half[-1], point) <= 0:
                half.pop()
            half.append(point)
        chain += half[:-1]
    return chain


def clipped(polygon, axis, at):
    """Return the part of a convex polygon where a coordinate is at least `at`."""
    kept = []
    for before, point in zip([*polygon[-1:], *polygon[:-1]], polygon, strict=True):
        if (before[axis] >= at) != (point[axis] >= at):
            part = (at - before[axis]) / (point[axis] - before[axis])
            crossing = [before[i] + part * (point[i] - before[i]) for i in (0, 1)]
            crossing[axis] = at
            kept.append(tuple(crossing))
        if point[axis] >= at:
            kept.append(point)
    return kept


def distance(point, polygon):
    """Return how far a point is from a polygon; infinite from the empty one."""
    inside, nearest = len(polygon) > 2, inf
    for a, b in zip([*polygon[-1:], *polygon[:-1]], polygon, strict=True):
        inside = inside and turn(a, b, point) >= 0
        ux, uy, px, py = b[0] - a[0], b[1] - a[1], point[0] - a[0], point[1] - a[1]
        length = ux * ux + uy * uy
        part = min(1, max(0, (ux * px + uy * py) / length)) if length else 0
        nearest = min(nearest, hypot(float(px - part * ux), float(py - part * uy)))
    return 0.0 if inside else nearest


def beyond(points, polygon):
    """Return how far the farthest of some points is from a polygon."""
    return max((distance(point, polygon) for point in points), default=0.0)


def pairs(array):
    """Return the rows of an array as pairs of floats."""
    return [(float(x), float(y)) for x, y in array]
