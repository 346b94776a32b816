"""Compiled certificates: whether sets, one for each state of a stochastic game, generate each other.

At a point a little beyond each vertex a profile and continuations in the sets are sought that yield it, with
the incentive constraints met. Then what is generated holds the sets, and by self-generation (Abreu, Pearce
and Stacchetti 1990, state by state) these are within the equilibrium payoffs. Each inequality is evaluated.

A continuation is written with the vertices of the next sets that are extreme in the same direction: seen
from the expected centre it lies between two vertices n and m of the expected set, and p, q with
w = c + p (y_n - c) + q (y_m - c), p + q <= 1, serve in every next state.
"""

from typing import TypeAlias

import numpy as np
from numba import njit

from negotiation.numeric import BoolArray, FloatArray, IntArray
from negotiation.solvers.payoff_sets.common.polygons import bounds, largest_distance
from negotiation.solvers.payoff_sets.stochastic.kernels.operator import Setting, expected_at, leads_to, needed
from negotiation.solvers.payoff_sets.stochastic.kernels.polygons import (
    at_middles,
    edge_normals,
    extreme_vertex,
    merged_normals,
)
from negotiation.solvers.payoff_sets.stochastic.kernels.programs import Rows

PUSH = 0.01
"""How far beyond a vertex its generated point is, as a share of delta draw times its way to the centre."""

EVERY = 1 << 24
"""More normals than there are."""

ROUNDS = 12
"""Most rounds in which vertices that are not generated are left out."""

APART = 1e-2
"""Vertices nearer to each other than this share of the draw times the size count as one in a mixture."""

Inner: TypeAlias = tuple[FloatArray, IntArray, IntArray, FloatArray, bool]
"""Polygons (S, capacity, 2), numbers of vertices, rows (S, capacity), continuations by vertex and entry of
the row, one below the other, and whether the family is certified."""

Mixture: TypeAlias = tuple[int, int, float, float, float]
"""Positions n and m on a ring, shares p and q, and the miss."""


@njit(cache=True, nogil=True)
def worst_of(polygons: FloatArray, counts: IntArray) -> FloatArray:
    """Return the least coordinates of each polygon, infinite where it is empty."""
    out = np.full((len(counts), 2), np.inf)
    for s in range(len(counts)):
        if counts[s] > 0:
            box = bounds(polygons[s], counts[s])
            out[s, 0], out[s, 1] = box[0], box[2]
    return out


@njit(cache=True, nogil=True)
def centres_of(polygons: FloatArray, counts: IntArray) -> FloatArray:
    """Return the mean of the vertices of each polygon."""
    out = np.zeros((len(counts), 2))
    for s in range(len(counts)):
        for k in range(counts[s]):
            for i in range(2):
                out[s, i] += polygons[s, k, i] / counts[s]
    return out


@njit(cache=True, nogil=True)
def certified(
    rows: Rows,
    polygons: FloatArray,
    counts: IntArray,
    points: FloatArray,
    policies: IntArray,
    setting: Setting,
    allowed: float,
) -> Inner:
    """Return the family, a row and continuations for each vertex, and whether all holds.

    Without a draw all vertices have to be generated; with one, those that are not are left out, and what is
    left is tried again, as long as the sets lose no more than the distance allowed.
    """
    draw, size = setting[1], setting[3]
    found = np.zeros((len(counts), polygons.shape[1]), np.int64)
    for s in range(len(counts)):
        for k in range(counts[s]):
            found[s, k] = policies[s, nearest(points[s], polygons[s, k])]
    here, numbers = polygons.copy(), counts.copy()
    parts = np.empty((0, 2))
    for _ in range(ROUNDS if draw > 0.0 else 1):
        normals, _ = merged_normals(edge_normals(here, numbers, size), np.empty((0, 2)), np.int64(EVERY))
        bad, parts = ungenerated(rows, here, numbers, normals, found, setting)
        if not bad.any():
            return here, numbers, found, parts, True
        if draw > 0.0 and not left_out(bad, here, numbers, found, counts):
            break
        if lost(polygons, counts, here, numbers) > allowed:
            break
    return here, numbers, found, parts, False


@njit(cache=True, nogil=True)
def lost(polygons: FloatArray, counts: IntArray, kept: FloatArray, numbers: IntArray) -> float:
    """Return the largest distance of a vertex from what is kept of its set."""
    most = 0.0
    for s in range(len(counts)):
        if counts[s] > 0:
            most = max(most, largest_distance(polygons[s], counts[s], kept[s], numbers[s]))
    return most


@njit(cache=True, nogil=True)
def left_out(
    bad: BoolArray, polygons: FloatArray, numbers: IntArray, found: IntArray, counts: IntArray
) -> bool:
    """Leave out vertices, in place; return whether every state keeps some of those that it had."""
    kept_all = True
    for s in range(len(numbers)):
        n = 0
        for k in range(numbers[s]):
            if not bad[s, k]:
                polygons[s, n, 0], polygons[s, n, 1] = polygons[s, k, 0], polygons[s, k, 1]
                found[s, n] = found[s, k]
                n += 1
        numbers[s] = n
        kept_all = kept_all and (n > 0 or counts[s] == 0)
    return kept_all


@njit(cache=True, nogil=True)
def ungenerated(
    rows: Rows,
    polygons: FloatArray,
    counts: IntArray,
    normals: FloatArray,
    found: IntArray,
    setting: Setting,
) -> tuple[BoolArray, FloatArray]:
    """Return which vertices no row generates, and the continuations of the others; `found` is put right."""
    delta, draw, _, size = setting
    needs = needed(rows, worst_of(polygons, counts), (delta, 0.0, 0.0, size), draw > 0.0)
    corners, centre = at_middles(polygons, counts, normals), centres_of(polygons, counts)
    parts, n = np.empty((max(1, counts.sum()) * most_following(rows), 2)), 0
    bad, empty = np.zeros(found.shape, np.bool_), counts == 0
    ring, x = np.empty((len(normals), 2)), np.empty(2)
    for s in range(len(counts)):
        for k in range(counts[s]):
            for i in range(2):
                way = polygons[s, k, i] - centre[s, i]
                x[i] = polygons[s, k, i] + PUSH * delta * draw * way
            r = found[s, k]
            sound, mix = generates(rows, r, x, needs, corners, centre, empty, setting, ring)
            if not sound and draw > 0.0:
                for other in range(rows[1][s], rows[1][s + 1]):
                    again, mixed = generates(rows, other, x, needs, corners, centre, empty, setting, ring)
                    if again:
                        r, sound, mix = other, again, mixed
                        break
            found[s, k], bad[s, k] = r, not sound
            n = write_parts(rows, r, mix, corners, centre, parts, n)
    return bad, parts[:n].copy()


@njit(cache=True, nogil=True)
def most_following(rows: Rows) -> int:
    """Return the largest number of states that may follow a row."""
    most = 0
    for r in range(len(rows[0])):
        most = max(most, rows[3][r + 1] - rows[3][r])
    return most


@njit(cache=True, nogil=True)
def write_parts(
    rows: Rows, r: int, mix: Mixture, corners: FloatArray, centre: FloatArray, parts: FloatArray, n: int
) -> int:
    """Write the continuation in each state that follows a row; return the number of those written."""
    first, second, p, q, _ = mix
    for e in range(rows[3][r], rows[3][r + 1]):
        t = rows[4][e]
        for i in range(2):
            c = centre[t, i]
            parts[n, i] = c + p * (corners[t, first, i] - c) + q * (corners[t, second, i] - c)
        n += 1
    return n


@njit(cache=True, nogil=True)
def generates(
    rows: Rows,
    r: int,
    x: FloatArray,
    needs: FloatArray,
    corners: FloatArray,
    centre: FloatArray,
    empty: BoolArray,
    setting: Setting,
    ring: FloatArray,
) -> tuple[bool, Mixture]:
    """Return whether a row generates a point with continuations in the sets, and their mixture."""
    delta, draw, relax, size = setting
    slack = 0.0 if draw > 0.0 else -max(relax, 0.0) - 4e-16 * size / (1.0 - delta)
    around, target, sound = np.empty(2), np.empty(2), not leads_to(rows, r, empty)
    for i in range(2):
        target[i] = (x[i] - (1.0 - delta) * rows[0][r, i]) / delta
        around[i] = expected_at(rows, r, centre, i)
        sound = sound and target[i] - needs[r, i] >= slack
    if not sound:
        return False, (0, 0, 0.0, 0.0, np.inf)
    sums(rows, r, corners, ring)
    mix = mixture(ring, around, target, size, max(1e-12, APART * draw) * size)
    room = 1.0 - 1e-13 if draw > 0.0 else 1.0 + 1e-12
    # A target is known no better than what is generated, over delta.
    missed = max(1e-13 / (1.0 - delta), 4e-16 / delta)
    sound = mix[2] + mix[3] <= room and mix[4] <= missed * size
    return sound, mix


@njit(cache=True, nogil=True)
def nearest(points: FloatArray, point: FloatArray) -> int:
    """Return the position of the nearest of some points."""
    best, least = 0, np.inf
    for k in range(len(points)):
        away = abs(points[k, 0] - point[0]) + abs(points[k, 1] - point[1])
        if away < least:
            best, least = k, away
    return best


@njit(cache=True, nogil=True)
def sums(rows: Rows, r: int, corners: FloatArray, out: FloatArray) -> None:
    """Write the expected vertices after a row, one at each middle."""
    out[:] = 0.0
    for e in range(rows[3][r], rows[3][r + 1]):
        for n in range(len(out)):
            for i in range(2):
                out[n, i] += rows[5][e] * corners[rows[4][e], n, i]


@njit(cache=True, nogil=True)
def mixture(ring: FloatArray, around: FloatArray, target: FloatArray, size: float, apart: float) -> Mixture:
    """Return n, m, p, q with target = around + p (ring[n] - around) + q (ring[m] - around), and the miss.

    Of the neighbours on the ring, at least `apart`, those are taken between which the target lies as seen
    from `around`; where the ring is flat, the vertex that lies farthest towards the target.
    """
    wx, wy = target[0] - around[0], target[1] - around[1]
    count, n = len(ring), 0
    best, other, p, q, least = 0, 0, 0.0, 0.0, np.inf
    for step in range(1, count + 1):
        m = step if step < count else 0
        if step < count and abs(ring[m, 0] - ring[n, 0]) + abs(ring[m, 1] - ring[n, 1]) < apart:
            continue
        ax, ay = ring[n, 0] - around[0], ring[n, 1] - around[1]
        bx, by = ring[m, 0] - around[0], ring[m, 1] - around[1]
        turn = ax * by - ay * bx
        if turn > 1e-14 * size * (abs(ax) + abs(ay) + abs(bx) + abs(by)):
            first, second = (wx * by - wy * bx) / turn, (ax * wy - ay * wx) / turn
            negative = -min(first, second, 0.0)
            if negative < least:
                best, other, p, q, least = n, m, max(first, 0.0), max(second, 0.0), negative
        n = m
    if least > 1e-12:
        best = other = extreme_vertex(ring, count, wx, wy)
        ax, ay = ring[best, 0] - around[0], ring[best, 1] - around[1]
        length = ax * ax + ay * ay
        p, q = (0.0 if length <= (1e-13 * size) ** 2 else (ax * wx + ay * wy) / length), 0.0
    mx = wx - p * (ring[best, 0] - around[0]) - q * (ring[other, 0] - around[0])
    my = wy - p * (ring[best, 1] - around[1]) - q * (ring[other, 1] - around[1])
    return best, other, p, q, max(abs(mx), abs(my))
