"""Compiled polygons, one for each state, that share one list of edge normals.

With the normals in common, sorted by angle, the weighted Minkowski sum of polygons is the weighted sum of
their vertices: vertex n is the one that is extreme between normals n and n + 1 ("at the middle n"). A set is
given by what is at most `level` along each normal; how it is cut is in `cuts.py`. At the end: which normals
the edges of the next sets will have.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.polygons import (
    convex_hull,
    copied,
    simplified,
    sort_points,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.cuts import extreme_vertices
from negotiation.game_theory.solvers.payoff_sets.stochastic.numerics import NUMERICS


class HalfPlanes(NamedTuple):
    """What is at most `levels` along unit vectors: `normals` (K, 2), and for each state `levels` (S, K)."""

    normals: FloatArray
    levels: FloatArray


@njit(cache=True, nogil=True)
def uniform_normals(count: int | np.int64) -> FloatArray:
    """Return unit vectors at equal angles from the first axis on; a multiple of four has both axes."""
    normals = np.empty((count, 2))
    for k in range(count):
        angle = 2.0 * np.pi * k / count
        normals[k, 0], normals[k, 1] = np.cos(angle), np.sin(angle)
        for i in range(2):
            if abs(normals[k, i]) < NUMERICS.axis:
                normals[k, i] = 0.0
    return normals


@njit(cache=True, nogil=True)
def middles(normals: FloatArray) -> FloatArray:
    """Return the unit vectors halfway between neighbouring normals (less than half a turn apart)."""
    count = len(normals)
    out = np.empty((count, 2))
    for n in range(count):
        m = n + 1 if n + 1 < count else 0
        # The axes are always among the normals, so that the sum of two neighbours is never zero.
        x, y = normals[n, 0] + normals[m, 0], normals[n, 1] + normals[m, 1]
        length = np.hypot(x, y)
        out[n, 0], out[n, 1] = x / length, y / length
    return out


@njit(cache=True, nogil=True)
def interleaved(normals: FloatArray) -> FloatArray:
    """Return normals (even positions) and the middles that follow them (odd positions)."""
    out, between = np.empty((2 * len(normals), 2)), middles(normals)
    for n in range(len(normals)):
        for i in range(2):
            out[2 * n, i], out[2 * n + 1, i] = normals[n, i], between[n, i]
    return out


@njit(cache=True, nogil=True)
def at_middles(polygons: FloatArray, counts: IntArray, normals: FloatArray, size: float) -> FloatArray:
    """Return for each state the vertex at each middle, shape (S, N, 2)."""
    between, reached = middles(normals), np.empty(len(normals), np.int64)
    out = np.zeros((len(counts), len(normals), 2))
    for s in range(len(counts)):
        if counts[s] == 0:
            continue
        extreme_vertices(polygons[s], counts[s], between, size, reached)
        for n in range(len(normals)):
            out[s, n, 0], out[s, n, 1] = polygons[s, reached[n], 0], polygons[s, reached[n], 1]
    return out


@njit(cache=True, nogil=True)
def hulls_of(
    points: FloatArray, empty: BoolArray, size: float, fine: float, capacity: int
) -> tuple[FloatArray, IntArray]:
    """Return the hulls of each state's points, shape (S, capacity, 2), and their numbers of vertices."""
    states, many = points.shape[0], points.shape[1]
    order, hull, kept = np.empty(many, np.int64), np.empty((2 * many + 4, 2)), np.empty((many, 2))
    polygons, counts = np.zeros((states, max(capacity, many + 4), 2)), np.zeros(states, np.int64)
    for s in range(states):
        if empty[s]:
            continue
        # Neighbouring directions are as a rule supported by the same point: each once.
        different = 0
        for k in range(many):
            x, y = points[s, k, 0], points[s, k, 1]
            if different == 0 or kept[different - 1, 0] != x or kept[different - 1, 1] != y:
                kept[different, 0], kept[different, 1] = x, y
                different += 1
        count = convex_hull(kept, different, size, order, hull)
        counts[s] = simplified(hull, count, max(NUMERICS.flat, fine) * size)
        copied(hull, counts[s], polygons[s])
    return polygons, counts


@njit(cache=True, nogil=True)
def edge_normals(polygons: FloatArray, counts: IntArray, size: float) -> FloatArray:
    """Return the outward unit normals of all edges of all polygons, unsorted; of a segment both."""
    total = 0
    for s in range(len(counts)):
        total += counts[s] if counts[s] > 1 else 0
    out, n = np.empty((total, 2)), 0
    for s in range(len(counts)):
        if counts[s] < 2:
            continue
        for k in range(counts[s]):
            j = k + 1 if k + 1 < counts[s] else 0
            x, y = polygons[s, j, 0] - polygons[s, k, 0], polygons[s, j, 1] - polygons[s, k, 1]
            # The direction of an edge of rounding length is rounding too.
            length = np.hypot(x, y)
            if length > NUMERICS.shortest * size:
                # Counter-clockwise the outside is on the right.
                out[n, 0], out[n, 1] = y / length, -x / length
                n += 1
    return out[:n]


@njit(cache=True, nogil=True)
def below_each_other(first: FloatArray, second: FloatArray, third: FloatArray) -> FloatArray:
    """Return three lists of vectors as one."""
    out, n = np.empty((len(first) + len(second) + len(third), 2)), 0
    for part in (first, second, third):
        for k in range(len(part)):
            out[n, 0], out[n, 1] = part[k, 0], part[k, 1]
            n += 1
    return out


@njit(cache=True, nogil=True)
def angles_of(normals: FloatArray) -> FloatArray:
    """Return the angles, from just before the first axis on: -pi and pi are the same."""
    out = np.empty(len(normals))
    for k in range(len(normals)):
        angle = np.arctan2(normals[k, 1], normals[k, 0])
        out[k] = angle + 2.0 * np.pi if angle < -NUMERICS.alike else angle
    return out


@njit(cache=True, nogil=True)
def merged_normals(
    first: FloatArray, second: FloatArray, most: int | np.int64, alike: float
) -> tuple[FloatArray, IntArray]:
    """Return the axes and the normals of both lists by angle, without repetitions, at most about `most`.

    Normals with angles up to `alike` apart are one. And an order in which those of the second list come last.
    """
    given = below_each_other(uniform_normals(np.int64(NUMERICS.axes)), first, second)
    angles = angles_of(given)
    keyed, sequence = np.zeros((len(angles), 2)), np.empty(len(angles), np.int64)
    for place in range(len(angles)):
        # Sorted as points whose first coordinate is the angle: one sort for all kernels.
        keyed[place, 0] = angles[place]
    sort_points(keyed, len(angles), sequence)
    apart = alike
    while True:
        kept, n, last = np.empty(len(sequence), np.int64), 0, -np.inf
        leading = np.zeros(len(sequence), np.bool_)
        for k in sequence:
            if angles[k] - last > apart:
                kept[n] = k
                n += 1
                last = angles[k]
            # Which of two alike normals stays: an axis before all, then the one that is last in the lists.
            elif k < NUMERICS.axes or (apart == alike and k >= NUMERICS.axes + len(first)):
                # The axes carry the threats and stay; an edge's own normal, to the bit, does.
                if k < NUMERICS.axes or kept[n - 1] < NUMERICS.axes:
                    kept[n - 1] = min(k, kept[n - 1])
                else:
                    kept[n - 1] = max(k, kept[n - 1])
            leading[n - 1] = leading[n - 1] or k < NUMERICS.axes + len(first)
        if n <= most:
            break
        # Too many: those that are nearer to each other than ever larger angles become one.
        apart = 4.0 * apart if apart < 1.0 / most else 1.25 * apart
    order, m, out = np.empty(n, np.int64), 0, np.empty((n, 2))
    # Cuts are made in this order: by the normals of the first list, then by those that are in the second
    # alone, so that one to which the first leave nothing is seen to be of no use.
    for wanted in (True, False):
        for place in range(n):
            if leading[place] == wanted:
                order[m] = place
                m += 1
    for place in range(n):
        out[place, 0], out[place, 1] = given[kept[place], 0], given[kept[place], 1]
    return out, order


@njit(cache=True, nogil=True)
def inside(point: FloatArray, normals: FloatArray, levels: FloatArray, near: float) -> bool:
    """Whether a point is at most `levels` along all normals, up to a distance."""
    for n in range(len(normals)):
        if normals[n, 0] * point[0] + normals[n, 1] * point[1] > levels[n] + near:
            return False
    return True


@njit(cache=True, nogil=True)
def all_inside(points: FloatArray, planes: HalfPlanes, s: int, near: float) -> BoolArray:
    """Return which of a state's points are at most its levels along all normals, up to a distance."""
    out = np.empty(len(points), np.bool_)
    for k in range(len(points)):
        # Neighbouring directions are as a rule supported by the same point.
        if k > 0 and points[k, 0] == points[k - 1, 0] and points[k, 1] == points[k - 1, 1]:
            out[k] = out[k - 1]
        else:
            out[k] = inside(points[k], planes.normals, planes.levels[s], near)
    return out


@njit(cache=True, nogil=True)
def keep_inside(points: FloatArray, planes: HalfPlanes, empty: BoolArray, near: float) -> bool:
    """Replace each state's points that are beyond its half-planes by one that is not, in place; say if any.

    Where a program has several best policies, one may go on for ever whose own payoffs cannot be sustained.
    """
    replaced = False
    for s in range(len(empty)):
        if empty[s]:
            continue
        good, keep = -1, all_inside(points[s], planes, s, near)
        for k in range(points.shape[1]):
            if keep[k]:
                good = k
                break
        for k in range(points.shape[1]):
            if good >= 0 and not keep[k]:
                points[s, k, 0], points[s, k, 1] = points[s, good, 0], points[s, good, 1]
                replaced = True
    return replaced


@njit(cache=True, nogil=True)
def hull_normals(points: FloatArray, empty: BoolArray, size: float, fine: float, most: int) -> FloatArray:
    """Return the normals of the edges of the hulls of each state's points."""
    hulls, numbers = hulls_of(points, empty, size, fine, most + NUMERICS.spare_vertices)
    return edge_normals(hulls, numbers, size)


@njit(cache=True, nogil=True)
def found_normals(
    nexts: FloatArray,
    points: FloatArray,
    planes: HalfPlanes,
    empty: BoolArray,
    size: float,
    fine: float,
    most: int,
) -> FloatArray:
    """Return the edge normals of what one step generates, of the programs' payoffs, and of those that hold.

    Those of one step alone would do in the limit; the others are there at once.
    """
    held = points.copy()
    others = np.empty((0, 2))
    if keep_inside(held, planes, empty, NUMERICS.phantom * size):
        others = hull_normals(held, empty, size, fine, most)
    return below_each_other(
        hull_normals(nexts, empty, size, fine, most),
        hull_normals(points, empty, size, fine, most),
        others,
    )
