"""Compiled polygons, one for each state, that share one list of edge normals.

With the normals in common, sorted by angle, the weighted Minkowski sum of polygons is the weighted sum of
their vertices: vertex n is the one that is extreme between normals n and n + 1 ("at the middle n"). A set is
given by what is at most `level` along each normal; cuts of less than `fine` times the size are not made,
and the others are moved outwards a little, which only makes the polygon larger. At the end: which normals the
edges of the next sets will have.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from negotiation.numeric import BoolArray, FloatArray, IntArray
from negotiation.solvers.payoff_sets.common.polygons import convex_hull, copied, simplified
from negotiation.solvers.payoff_sets.stochastic.numerics import NUMERICS


class HalfPlanes(NamedTuple):
    """What is at most `levels` along unit vectors: `normals` (K, 2), and for each state `levels` (S, K)."""

    normals: FloatArray
    levels: FloatArray


class Outline(NamedTuple):
    """A polygon whose edges have names: `vertices` (V, 2); `edges[k]` names the line that leaves vertex k."""

    vertices: FloatArray
    edges: IntArray


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
def cut_by(
    here: Outline, count: int, normal: FloatArray, level: float, edge: int, near: float, out: Outline
) -> int:
    """Write the part of a polygon at most `level` along a normal; return its number of vertices.

    The new edge gets the name `edge`. Vertices up to `near` beyond the level stay.
    """
    polygon, n = here.vertices, 0
    for k in range(count):
        j = k + 1 if k + 1 < count else 0
        p = normal[0] * polygon[k, 0] + normal[1] * polygon[k, 1]
        q = normal[0] * polygon[j, 0] + normal[1] * polygon[j, 1]
        inside, next_inside = p <= level + near, q <= level + near
        if inside:
            out.vertices[n, 0], out.vertices[n, 1] = polygon[k, 0], polygon[k, 1]
            out.edges[n] = here.edges[k]
            n += 1
        if inside != next_inside:
            # The point of the edge at which the linear function from p to q is `level`.
            part = min(1.0, max(0.0, (level - p) / (q - p)))
            out.vertices[n, 0] = polygon[k, 0] + part * (polygon[j, 0] - polygon[k, 0])
            out.vertices[n, 1] = polygon[k, 1] + part * (polygon[j, 1] - polygon[k, 1])
            out.edges[n] = edge if inside else here.edges[k]
            n += 1
    return n


@njit(cache=True, nogil=True)
def polygon_of(
    normals: FloatArray,
    order: IntArray,
    levels: FloatArray,
    size: float,
    fine: float,
    used: BoolArray,
    out: FloatArray,
) -> int:
    """Write the polygon at most `levels` along the normals; return its number of vertices, 0 if empty.

    Cuts deeper than `fine` times the size are made, in the order given, so that one to which earlier ones
    leave nothing is not used. The normals of edges are marked in `used`. Coordinates are expected between 0
    and `size`.
    """
    room, cut = len(normals) + NUMERICS.spare_vertices, NUMERICS.cut
    here = Outline(np.empty((room, 2)), np.empty(room, np.int64))
    there = Outline(np.empty((room, 2)), np.empty(room, np.int64))
    low, high, square = -size, 2.0 * size, here.vertices
    square[0, 0], square[0, 1], square[1, 0], square[1, 1] = low, low, high, low
    square[2, 0], square[2, 1], square[3, 0], square[3, 1] = high, high, low, high
    here.edges[:4] = -1
    count = 4
    for n in order:
        count = cut_by(here, count, normals[n], levels[n] + cut * size, n, (fine - cut) * size, there)
        here, there = there, here
        if count == 0:
            return 0
    for k in range(count):
        out[k, 0], out[k, 1] = here.vertices[k, 0], here.vertices[k, 1]
        if here.edges[k] >= 0:
            used[here.edges[k]] = True
    return count


@njit(cache=True, nogil=True)
def extreme_vertex(polygon: FloatArray, count: int, x: float, y: float) -> int:
    """Return the position of the vertex that is extreme in a direction."""
    best, most = 0, -np.inf
    for k in range(count):
        value = x * polygon[k, 0] + y * polygon[k, 1]
        if value > most:
            best, most = k, value
    return best


@njit(cache=True, nogil=True)
def at_middles(polygons: FloatArray, counts: IntArray, normals: FloatArray) -> FloatArray:
    """Return for each state the vertex at each middle, shape (S, N, 2)."""
    between = middles(normals)
    out = np.zeros((len(counts), len(normals), 2))
    for s in range(len(counts)):
        if counts[s] == 0:
            continue
        for n in range(len(normals)):
            k = extreme_vertex(polygons[s], counts[s], between[n, 0], between[n, 1])
            out[s, n, 0], out[s, n, 1] = polygons[s, k, 0], polygons[s, k, 1]
    return out


@njit(cache=True, nogil=True)
def hulls_of(
    points: FloatArray, empty: BoolArray, size: float, fine: float, capacity: int
) -> tuple[FloatArray, IntArray]:
    """Return the hulls of each state's points, shape (S, capacity, 2), and their numbers of vertices."""
    states, many = points.shape[0], points.shape[1]
    order, hull = np.empty(many, np.int64), np.empty((2 * many + 4, 2))
    polygons, counts = np.zeros((states, max(capacity, many + 4), 2)), np.zeros(states, np.int64)
    for s in range(states):
        if empty[s]:
            continue
        count = convex_hull(points[s], many, size, order, hull)
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
            length = np.hypot(x, y)
            if length > NUMERICS.shortest * size:
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
    first: FloatArray, second: FloatArray, most: int | np.int64
) -> tuple[FloatArray, IntArray]:
    """Return the axes and the normals of both lists by angle, without repetitions, at most about `most`.

    And an order in which those of the second list come last.
    """
    given = below_each_other(uniform_normals(np.int64(NUMERICS.axes)), first, second)
    angles = angles_of(given)
    sequence = np.argsort(angles, kind="mergesort")
    apart = NUMERICS.alike
    while True:
        kept, n, last = np.empty(len(sequence), np.int64), 0, -np.inf
        leading = np.zeros(len(sequence), np.bool_)
        for k in sequence:
            if angles[k] - last > apart:
                kept[n] = k
                n += 1
                last = angles[k]
            elif k < NUMERICS.axes or (apart == NUMERICS.alike and k >= NUMERICS.axes + len(first)):
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
    for wanted in (True, False):
        for k in range(n):
            if leading[k] == wanted:
                order[m] = k
                m += 1
    for k in range(n):
        out[k, 0], out[k, 1] = given[kept[k], 0], given[kept[k], 1]
    return out, order


@njit(cache=True, nogil=True)
def inside(point: FloatArray, normals: FloatArray, levels: FloatArray, near: float) -> bool:
    """Whether a point is at most `levels` along all normals, up to a distance."""
    for n in range(len(normals)):
        if normals[n, 0] * point[0] + normals[n, 1] * point[1] > levels[n] + near:
            return False
    return True


@njit(cache=True, nogil=True)
def keep_inside(points: FloatArray, planes: HalfPlanes, empty: BoolArray, near: float) -> None:
    """Replace each state's points that are beyond its half-planes by one that is not, in place.

    Where a program has several best policies, one may go on for ever whose own payoffs cannot be sustained.
    """
    for s in range(len(empty)):
        if empty[s]:
            continue
        good = -1
        for k in range(points.shape[1]):
            if inside(points[s, k], planes.normals, planes.levels[s], near):
                good = k
                break
        for k in range(points.shape[1]):
            if good >= 0 and not inside(points[s, k], planes.normals, planes.levels[s], near):
                points[s, k, 0], points[s, k, 1] = points[s, good, 0], points[s, good, 1]


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
    keep_inside(held, planes, empty, NUMERICS.phantom * size)
    return below_each_other(
        hull_normals(nexts, empty, size, fine, most),
        hull_normals(points, empty, size, fine, most),
        hull_normals(held, empty, size, fine, most),
    )
