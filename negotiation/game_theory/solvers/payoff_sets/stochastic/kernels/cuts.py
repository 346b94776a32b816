"""Compiled half-plane cuts of a convex polygon, and its extreme vertices in directions sorted by angle.

Along a convex ring a linear function rises to its maximum and falls again. So the next extreme vertex is
reached by walking from a known one, and a whole turn of directions costs one walk around the ring. The time
is proportional to the sum of vertices and directions, not to their product. Rounding may bend the ring
inwards; such dents are less deep than a cut, and the walk passes over them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.stochastic.numerics import NUMERICS


class Ring(NamedTuple):
    """A polygon whose vertices are linked and whose edges have names."""

    # (V, 2)
    vertices: FloatArray
    # (V,): names the line that leaves each vertex, counter-clockwise; negative for none.
    edges: IntArray
    # after, before: (V,): the neighbours of each vertex.
    after: IntArray
    before: IntArray


class Cut(NamedTuple):
    """A half-plane: what is at most `level` along a unit vector; vertices up to `near` beyond it stay."""

    x: float
    y: float
    level: float
    near: float
    edge: int


@njit(cache=True, nogil=True)
def square_ring(size: float, room: int) -> Ring:
    """Return a square around all payoffs between 0 and `size`, with room for `room` vertices."""
    ring = Ring(
        np.empty((room, 2)), np.full(room, -1, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    )
    low, high, square = -size, 2.0 * size, ring.vertices
    square[0, 0], square[0, 1], square[1, 0], square[1, 1] = low, low, high, low
    square[2, 0], square[2, 1], square[3, 0], square[3, 1] = high, high, low, high
    for k in range(4):
        ring.after[k], ring.before[k] = (k + 1) % 4, (k + 3) % 4
    return ring


@njit(cache=True, nogil=True)
def height(vertices: FloatArray, k: int | np.int64, x: float, y: float) -> float:
    """Return how far a vertex reaches in a direction."""
    return float(x * vertices[k, 0] + y * vertices[k, 1])


@njit(cache=True, nogil=True)
def farthest(vertices: FloatArray, links: IntArray, start: int, x: float, y: float, dent: float) -> int:
    """Return the vertex that reaches farthest in a direction, on the way from one vertex along the links."""
    best, most = start, height(vertices, start, x, y)
    k = links[start]
    while k != start:
        now = height(vertices, k, x, y)
        if now < most - dent:
            break
        if now > most:
            best, most = k, now
        k = links[k]
    return best


@njit(cache=True, nogil=True)
def cut(ring: Ring, top: int, by: Cut, used: int) -> tuple[int, int]:
    """Cut off what is beyond a half-plane around its farthest vertex, in place.

    Return a vertex of the remainder and the number of places used; the vertex is -1 if it is empty.
    """
    vertices, bound = ring.vertices, by.level + by.near
    # Nothing reaches beyond: no cut, and no place used.
    if height(vertices, top, by.x, by.y) <= bound:
        return top, used
    # From the farthest vertex forwards and backwards to the last ones beyond; a full round means that all is
    # cut off.
    last, first = top, top
    while height(vertices, ring.after[last], by.x, by.y) > bound:
        last = ring.after[last]
        if last == top:
            return -1, used
    while height(vertices, ring.before[first], by.x, by.y) > bound:
        first = ring.before[first]
    start, end = ring.before[first], ring.after[last]
    # The new edge runs from a point of the edge start - first to one of the edge last - end.
    begin, used = crossing(ring, start, first, by, used)
    finish, used = crossing(ring, end, last, by, used)
    # A crossing at an old vertex keeps the links behind it; a new vertex is linked in, and takes over the
    # edge on which it lies.
    if finish != end:
        ring.edges[finish] = ring.edges[last]
        ring.after[finish], ring.before[end] = end, finish
    if begin != start:
        ring.after[start], ring.before[begin] = begin, start
    # The new edge runs from `begin` to `finish` and bears the name of the half-plane.
    ring.edges[begin] = by.edge
    ring.after[begin], ring.before[finish] = finish, begin
    return begin, used


@njit(cache=True, nogil=True)
def crossing(ring: Ring, inside: int, beyond: int, by: Cut, used: int) -> tuple[int, int]:
    """Return the vertex at which an edge crosses the half-plane, new or its end, and the places used."""
    vertices = ring.vertices
    p, q = height(vertices, inside, by.x, by.y), height(vertices, beyond, by.x, by.y)
    # The end itself is on the line, or between the line and the distance that is left alone: it serves as the
    # crossing.
    if p >= by.level:
        return inside, used
    part = (by.level - p) / (q - p)
    for i in range(2):
        vertices[used, i] = vertices[inside, i] + part * (vertices[beyond, i] - vertices[inside, i])
    return used, used + 1


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

    Cuts deeper than `fine` times the size are made in the given order, so a cut that earlier ones make
    needless is not used. The normals of edges are marked in `used`. Coordinates are expected between 0
    and `size`.

    Cost: where the order is by angle but for a few runs, normals and vertices together.
    """
    ring, dent = square_ring(size, 2 * len(normals) + 4), NUMERICS.cut * size
    at, places = 0, 4
    for n in order:
        x, y = normals[n, 0], normals[n, 1]
        # A dent more than the level, so that what rounding does to a vertex on the line cuts nothing off; and
        # no cut less deep than `fine`.
        by = Cut(x, y, levels[n] + dent, fine * size - dent, n)
        # From the vertex of the last cut in both ways: the normals come by angle as a rule, and the next
        # extreme vertex is near.
        ahead = farthest(ring.vertices, ring.after, at, x, y, dent)
        back = farthest(ring.vertices, ring.before, at, x, y, dent)
        if height(ring.vertices, ahead, x, y) < height(ring.vertices, back, x, y):
            ahead = back
        at, places = cut(ring, ahead, by, places)
        if at < 0:
            return 0
    count, k = 0, at
    while count == 0 or k != at:
        out[count, 0], out[count, 1] = ring.vertices[k, 0], ring.vertices[k, 1]
        if ring.edges[k] >= 0:
            used[ring.edges[k]] = True
        count, k = count + 1, ring.after[k]
    return count


@njit(cache=True, nogil=True)
def extreme_vertices(
    polygon: FloatArray, count: int, directions: FloatArray, size: float, out: IntArray
) -> None:
    """Write the position of the vertex that is extreme in each direction; directions come by angle."""
    dent, best = NUMERICS.cut * size, 0
    for k in range(len(directions)):
        x, y = directions[k, 0], directions[k, 1]
        if k == 0:
            best = extreme_vertex(polygon, count, x, y)
        most, j = height(polygon, best, x, y), best
        for _ in range(count - 1):
            j = j + 1 if j + 1 < count else 0
            now = height(polygon, j, x, y)
            if now < most - dent:
                break
            if now > most:
                best, most = j, now
        out[k] = best


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
def levels_of(polygons: FloatArray, counts: IntArray, directions: FloatArray, size: float) -> FloatArray:
    """Return how far each state's polygon reaches in each direction, shape (S, K); directions by angle."""
    out, reached = np.zeros((len(counts), len(directions))), np.empty(len(directions), np.int64)
    for s in range(len(counts)):
        if counts[s] > 0:
            extreme_vertices(polygons[s], counts[s], directions, size, reached)
            for k in range(len(directions)):
                out[s, k] = height(polygons[s], reached[k], directions[k, 0], directions[k, 1])
    return out
