"""Compiled chains of a convex polygon, and their heights, looked up through buckets.

A chain ascends along an axis: the polygon has a lower and an upper one, and a left and a right one. A bucket
knows at which edge to begin, so that a height costs the same however many vertices there are.
"""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import NUMERICS


class Chains(NamedTuple):
    """The lower, upper, left and right chain of a polygon."""

    # (4, n, 2): rows (along, across).
    points: FloatArray
    # (4,): numbers of vertices.
    lengths: IntArray
    # (4,): buckets for each unit of length.
    scales: FloatArray
    # (4, buckets): the vertex at which to begin in a bucket.
    starts: IntArray


@njit(cache=True, nogil=True)
def empty_chains(capacity: int, lookups: int) -> Chains:
    """Return room for the chains of polygons with so many vertices, of which so many heights are asked."""
    buckets = max(1, min(NUMERICS.buckets, lookups // 4))
    points, starts = np.empty((4, capacity, 2)), np.zeros((4, buckets), np.int64)
    return Chains(points, np.zeros(4, np.int64), np.zeros(4), starts)


@njit(cache=True, nogil=True)
def fill_chains(polygon: FloatArray, count: int, chains: Chains) -> None:
    """Fill in the four chains of a polygon."""
    points, lengths, scales, starts = chains
    buckets = starts.shape[1]
    for axis in range(2):
        low, high = split(polygon, count, axis, points[2 * axis], points[2 * axis + 1])
        lengths[2 * axis], lengths[2 * axis + 1] = low, high
    for c in range(4):
        length = lengths[c]
        span = points[c, length - 1, 0] - points[c, 0, 0]
        # A chain of no length, a vertical segment, has one bucket.
        scales[c] = buckets / span if span > NUMERICS.shortest else 0.0
        place = 0
        for k in range(length):
            bucket = int(min((points[c, k, 0] - points[c, 0, 0]) * scales[c], buckets - 1))
            while place <= bucket:
                # The edge that is in use where the bucket begins; a search goes on from there, and only
                # forwards.
                starts[c, place] = max(0, k - 1)
                place += 1


@njit(cache=True, nogil=True)
def split(polygon: FloatArray, count: int, axis: int, low: FloatArray, high: FloatArray) -> tuple[int, int]:
    """Split the polygon into two chains that ascend along an axis; return their lengths.

    `low` gets the chain on the small side of the other axis, `high` that on the large side, as rows of
    (coordinate along the axis, coordinate across).
    """
    first, last = 0, 0
    for k in range(1, count):
        a = polygon[k, axis]
        if a < polygon[first, axis]:
            first = k
        if a > polygon[last, axis]:
            last = k
    n_right, k = 0, first
    right = low if axis == 0 else high
    left = high if axis == 0 else low
    while True:
        right[n_right, 0], right[n_right, 1] = polygon[k, axis], polygon[k, 1 - axis]
        n_right += 1
        if k == last:
            break
        # Counter-clockwise from the first vertex along the axis to the last: the chain on the right hand, and
        # the other way round that on the left.
        k = k + 1 if k + 1 < count else 0
    n_left, k = 0, first
    while True:
        left[n_left, 0], left[n_left, 1] = polygon[k, axis], polygon[k, 1 - axis]
        n_left += 1
        if k == last:
            break
        k = k - 1 if k > 0 else count - 1
    if axis == 0:
        return n_right, n_left
    return n_left, n_right


@njit(cache=True, nogil=True, error_model="numpy")
def fill_heights(chains: Chains, axis: int, at: FloatArray, count: int, out: FloatArray) -> None:
    """Fill in the coordinates across of both chains along an axis at `at`, of a vertical step its far end.

    `at` is (2, n), of which the row of the axis counts, and `out` (2, 2, n), by axis and chain.
    """
    points, lengths, scales, starts = chains
    full = starts.shape[1] - 1
    for side in range(2):
        c = 2 * axis + side
        last, scale = lengths[c] - 1, scales[c]
        begin, end = points[c, 0, 0], points[c, last, 0]
        for i in range(count):
            a = at[axis, i]
            offset = a - begin
            # At or beyond an end the chain may be vertical, where the interpolation below would divide by
            # zero.
            if offset <= 0.0 or a >= end:
                out[axis, side, i] = _end_height(points, last, c, a)
                continue
            k = starts[c, int(min(offset * scale, full))]
            while points[c, k + 1, 0] < a:
                k += 1
            # Between vertices (x, y) and (x', y') the height at a is y + (a - x) / (x' - x) (y' - y).
            x, y = points[c, k, 0], points[c, k, 1]
            part = (a - x) / (points[c, k + 1, 0] - x)
            out[axis, side, i] = y + part * (points[c, k + 1, 1] - y)


@njit(cache=True, nogil=True)
def _end_height(points: FloatArray, last: int, c: int, at: float) -> float:
    """Return the height at or beyond an end of a chain, the far end of a vertical step there."""
    k, step = (0, 1) if at <= points[c, 0, 0] else (last, -1)
    value = points[c, k, 1]
    for _ in range(last):
        if points[c, k + step, 0] != points[c, k, 0]:
            break
        k += step
        value = max(value, points[c, k, 1]) if c % 2 == 1 else min(value, points[c, k, 1])
    return float(value)
