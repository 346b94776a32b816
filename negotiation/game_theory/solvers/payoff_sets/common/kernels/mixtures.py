"""Compiled lotteries over the vertices of a convex polygon, for points of the plane."""

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.numerics import NUMERICS


@njit(cache=True, nogil=True)
def nearest_edge(x: float, y: float, polygon: FloatArray) -> tuple[int, float, float]:
    """Return the edge nearest to a point, the position along it, and the miss in its larger coordinate."""
    count, edge, part, least = len(polygon), 0, 0.0, np.inf
    for k in range(count):
        j = k + 1 if k + 1 < count else 0
        u, v = polygon[j, 0] - polygon[k, 0], polygon[j, 1] - polygon[k, 1]
        p, q = x - polygon[k, 0], y - polygon[k, 1]
        length = u * u + v * v
        # The foot of the perpendicular, or the end of the edge that is nearer.
        along = min(1.0, max(0.0, (u * p + v * q) / length)) if length > 0.0 else 0.0
        miss = max(abs(p - along * u), abs(q - along * v))
        if miss < least:
            edge, part, least = k, along, miss
    return edge, part, least


@njit(cache=True, nogil=True)
def best_triangle(x: float, y: float, polygon: FloatArray, shares: FloatArray) -> tuple[int, float]:
    """Write a point's shares in the best of the triangles that fan out from the first vertex into `shares`.

    `polygon` has the shape (k, 2), and `shares` (3,). Returns the position of that triangle's second vertex,
    which the third follows, and how far the mixture is from the point.
    """
    first, least = -1, np.inf
    p, q = x - polygon[0, 0], y - polygon[0, 1]
    for k in range(1, len(polygon) - 1):
        ux, uy = polygon[k, 0] - polygon[0, 0], polygon[k, 1] - polygon[0, 1]
        vx, vy = polygon[k + 1, 0] - polygon[0, 0], polygon[k + 1, 1] - polygon[0, 1]
        area = ux * vy - uy * vx
        b = (p * vy - q * vx) / area if area > 0.0 else 0.0
        c = (ux * q - uy * p) / area if area > 0.0 else 0.0
        # Shares below zero are rounding inside, and outside what makes the mixture miss.
        a, b, c = max(0.0, 1.0 - b - c), max(0.0, b), max(0.0, c)
        total = a + b + c
        a, b, c = a / total, b / total, c / total
        miss = max(abs(b * ux + c * vx - p), abs(b * uy + c * vy - q))
        if miss < least:
            first, least = k, miss
            shares[0], shares[1], shares[2] = a, b, c
    return first, least


@njit(cache=True, nogil=True)
def mixtures(points: FloatArray, polygon: FloatArray) -> FloatArray:
    """Return the vertices' shares in each point, or in the nearest one of the polygon, shape (m, k)."""
    count = len(polygon)
    weights, shares, size = np.zeros((len(points), count)), np.empty(3), 0.0
    for i in range(2):
        low = high = polygon[0, i]
        for k in range(1, count):
            low, high = min(low, polygon[k, i]), max(high, polygon[k, i])
        size = max(size, high - low)
    for m in range(len(points)):
        x, y = points[m, 0], points[m, 1]
        # An edge before a triangle: a point on the boundary is a lottery over two vertices, and not over
        # three.
        edge, part, miss = nearest_edge(x, y, polygon)
        if count > 2 and miss > NUMERICS.on_edge * size:
            first, away = best_triangle(x, y, polygon, shares)
            if away < miss:
                weights[m, 0], weights[m, first], weights[m, first + 1] = shares[0], shares[1], shares[2]
                continue
        weights[m, edge] += 1.0 - part
        weights[m, edge + 1 if edge + 1 < count else 0] += part
    return weights
