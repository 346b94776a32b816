"""Compiled choice of the corners of a hull among points that carry more than their place."""

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.polygons import sort_points


@njit(cache=True, nogil=True)
def hull_positions(points: FloatArray, count: int) -> IntArray:
    """Return which of the first points are corners of their hull, counter-clockwise (Andrew 1979)."""
    order, hull, top = np.empty(count, np.int64), np.empty(2 * count + 2, np.int64), 0
    sort_points(points, count, order)
    # The lower chain from left to right, then the upper one back, as positions: a corner keeps what belongs
    # to it.
    for step in range(2):
        base = top
        for i in range(count):
            k = order[i] if step == 0 else order[count - 1 - i]
            while top - base >= 2:
                a, b = hull[top - 2], hull[top - 1]
                ax, ay = points[a, 0], points[a, 1]
                ux, uy = points[b, 0] - ax, points[b, 1] - ay
                if ux * (points[k, 1] - ay) - uy * (points[k, 0] - ax) > 0.0:
                    break
                top -= 1
            last = hull[top - 1] if top > base else -1
            # Repeated points are one corner, or a turn would be taken at a point without an edge.
            if last < 0 or points[last, 0] != points[k, 0] or points[last, 1] != points[k, 1]:
                hull[top] = k
                top += 1
        # The last of each chain is the first of the other.
        if top - base > 1:
            top -= 1
        elif step == 0:
            return hull[:1].copy()
    return hull[:top].copy()
