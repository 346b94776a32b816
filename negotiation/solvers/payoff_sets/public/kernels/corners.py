"""Compiled choice of the corners of a hull among points that carry more than their place."""

import numpy as np

from negotiation.compiling import njit
from negotiation.numeric import FloatArray, IntArray


@njit(cache=True, nogil=True)
def hull_positions(points: FloatArray, count: int) -> IntArray:
    """Return which of the first points are corners of their hull, counter-clockwise (Andrew 1979)."""
    order = np.argsort(points[:count, 0])
    for i in range(1, count):
        held, j = order[i], i - 1
        while j >= 0 and points[order[j], 0] == points[held, 0] and points[order[j], 1] > points[held, 1]:
            order[j + 1] = order[j]
            j -= 1
        order[j + 1] = held
    hull, top = np.empty(2 * count + 2, np.int64), 0
    for step in range(2):
        base = top
        for i in range(count):
            k = order[i] if step == 0 else order[count - 1 - i]
            while top - base >= 2:
                a, b = points[hull[top - 2]], points[hull[top - 1]]
                turn = (b[0] - a[0]) * (points[k, 1] - a[1]) - (b[1] - a[1]) * (points[k, 0] - a[0])
                if turn > 0.0:
                    break
                top -= 1
            if top == base or (points[hull[top - 1]] != points[k]).any():
                hull[top] = k
                top += 1
        if top - base > 1:
            top -= 1
        elif step == 0:
            return hull[:1].copy()
    return hull[:top].copy()
