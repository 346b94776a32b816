"""Compiled inner bounds of the payoff sets of a stochastic game, with certificates.

Each continuation is drawn a little towards a centre c(s) of the sets, w <- (1 - draw) w + draw c, and the
incentive constraints are tightened a little. A family of sets that generates itself under these terms does so
without them with room to spare: at a vertex x that lies a little beyond the family's own, the continuations
are strictly inside the sets. So rounding cannot spoil what follows from self-generation (Abreu, Pearce and
Stacchetti 1990, by state): the sets are within the equilibrium payoffs. Each inequality is evaluated.

The family is found by iterating the operator from the outer bound; in a polygon that is the hull of the
programs' own payoffs nothing is added in between.
"""

from typing import TypeAlias

import numpy as np
from numba import njit

from negotiation.numeric import BoolArray, FloatArray, IntArray
from negotiation.solvers.kernels.polygons import bounds, largest_distance
from negotiation.solvers.kernels.state_bounds import levels_of
from negotiation.solvers.kernels.state_operator import (
    Setting,
    expected_at,
    mark_empty,
    needed,
    options,
    rewards_of,
    supported,
)
from negotiation.solvers.kernels.state_polygons import (
    at_middles,
    edge_normals,
    extreme_vertex,
    hulls_of,
    inside,
    interleaved,
    merged_normals,
)
from negotiation.solvers.kernels.state_programs import Rows

PUSH = 0.01
"""How far beyond a vertex its generated point is, as a share of delta draw times its way to the centre."""

OFTEN = 5
"""Every so many steps the certificate is tried."""

NEAR = 1e-14
"""Distance beyond a polygon that is rounding, relative to the size, over 1 - delta."""

Inner: TypeAlias = tuple[FloatArray, IntArray, IntArray, FloatArray, bool]
"""Polygons (S, capacity, 2), numbers of vertices, rows (S, capacity), continuations by vertex and entry of
the row, one below the other, and whether the family is certified."""


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
            out[s] += polygons[s, k] / counts[s]
    return out


@njit(cache=True, nogil=True)
def one_step(
    rows: Rows,
    polygons: FloatArray,
    counts: IntArray,
    normals: FloatArray,
    centre: FloatArray,
    alive: BoolArray,
    empty: BoolArray,
    setting: Setting,
) -> tuple[FloatArray, IntArray, FloatArray, IntArray]:
    """Return the polygons that these generate, their counts, and the payoffs and rows by direction."""
    directions = interleaved(normals)
    corners = at_middles(polygons, counts, normals)
    threats = worst_of(polygons, counts)
    given = options(rows, corners, needed(rows, threats, setting, True), centre, alive, empty, setting)
    alive[:] = given[3]
    mark_empty(rows, alive, empty, threats)
    # A row that leads to a state found empty is dropped in the next step; till then it must not be used.
    for r in range(len(alive)):
        for e in range(rows[3][r], rows[3][r + 1]):
            if empty[rows[4][e]]:
                given[3][r] = False
    while mark_empty(rows, given[3], empty, threats):
        for r in range(len(alive)):
            for e in range(rows[3][r], rows[3][r + 1]):
                if empty[rows[4][e]]:
                    given[3][r] = False
    many = len(directions)
    points, policies = np.zeros((len(counts), many, 2)), np.zeros((len(counts), many), np.int64)
    nexts, sources = points.copy(), policies.copy()
    levels = levels_of(polygons, counts, directions)
    before, rewards = levels.copy(), rewards_of(rows, centre, setting)
    supported(
        rows, given, directions, levels, rewards, empty, setting, 0, 1, corners, points, policies,
        nexts, sources,
    )  # fmt: skip
    near = NEAR * setting[3] / (1.0 - setting[0])
    for s in range(len(counts)):
        for k in range(many):
            # Of several best policies one may go on for ever whose own payoffs cannot be sustained.
            if not empty[s] and not inside(points[s, k], directions, before[s], near):
                points[s, k], policies[s, k] = nexts[s, k], sources[s, k]
    hulls, numbers = hulls_of(points, empty, setting[3], polygons.shape[1])
    return hulls, numbers, points, policies


@njit(cache=True, nogil=True)
def inner_sets(
    rows: Rows,
    polygons: FloatArray,
    counts: IntArray,
    normals: FloatArray,
    alive: BoolArray,
    empty: BoolArray,
    setting: Setting,
    follow: bool,
    most: int,
    tolerance: float,
    limit: int,
) -> Inner:
    """Return the family that the operator comes to from these sets, and its certificates."""
    draw, size = setting[1], setting[3]
    here, numbers = polygons.copy(), counts.copy()
    left, none = alive.copy(), empty.copy()
    centre = centres_of(here, numbers)
    points, policies = np.zeros((len(counts), 1, 2)), np.zeros((len(counts), 1), np.int64)
    change, step, known = np.inf, 0, normals
    while step < limit and change > tolerance * size and not none.all():
        step += 1
        new, many, points, policies = one_step(rows, here, numbers, known, centre, left, none, setting)
        change = 0.0
        for s in range(len(counts)):
            if numbers[s] != 0 and many[s] == 0:
                change = np.inf
            elif many[s] > 0:
                change = max(change, largest_distance(here[s], numbers[s], new[s], many[s]))
                change = max(change, largest_distance(new[s], many[s], here[s], numbers[s]))
        here, numbers = new, many
        if follow:
            known, _ = merged_normals(edge_normals(here, numbers, size), normals[:0], most)
        if draw > 0.0 and step % OFTEN == 0 and change <= draw * size:
            # What is left to move may be less than there is room for.
            early = certified(rows, here, numbers, known, points, policies, setting)
            if early[4]:
                return early
    return certified(rows, here, numbers, known, points, policies, setting)


@njit(cache=True, nogil=True)
def certified(
    rows: Rows,
    polygons: FloatArray,
    counts: IntArray,
    normals: FloatArray,
    points: FloatArray,
    policies: IntArray,
    setting: Setting,
) -> Inner:
    """Return the family, a continuation for each vertex and successor, and whether all holds."""
    delta, draw, relax, size = setting
    bare = (delta, 0.0, 0.0, size)
    slack = 0.0 if draw > 0.0 else -max(relax, 0.0) - 4e-16 * size / (1.0 - delta)
    needs = needed(rows, worst_of(polygons, counts), bare, draw > 0.0)
    corners, centre = at_middles(polygons, counts, normals), centres_of(polygons, counts)
    found = np.zeros((len(counts), polygons.shape[1]), np.int64)
    longest = 0
    for r in range(len(rows[0])):
        longest = max(longest, rows[3][r + 1] - rows[3][r])
    parts, n, sound = np.empty((max(1, counts.sum()) * longest, 2)), 0, True
    total, target, around = np.empty((len(normals), 2)), np.empty(2), np.empty(2)
    for s in range(len(counts)):
        for k in range(counts[s]):
            r = policies[s, nearest(points[s], polygons[s, k])]
            found[s, k] = r
            beyond = PUSH * delta * draw
            for i in range(2):
                x = polygons[s, k, i] + beyond * (polygons[s, k, i] - centre[s, i])
                target[i] = (x - (1.0 - delta) * rows[0][r, i]) / delta
                around[i] = expected_at(rows, r, centre, i)
                sound = sound and target[i] - needs[r, i] >= slack
            sums(rows, r, corners, total)
            m, first, second, miss = mixture(total, around, target, size)
            sound = sound and first + second <= 1.0 - min(draw, 1e-13) + (0.0 if draw > 0.0 else 1e-12)
            sound = sound and miss <= 1e-13 * size / (1.0 - delta)
            after = m + 1 if m + 1 < len(normals) else 0
            for e in range(rows[3][r], rows[3][r + 1]):
                t = rows[4][e]
                for i in range(2):
                    parts[n, i] = (
                        centre[t, i]
                        + first * (corners[t, m, i] - centre[t, i])
                        + second * (corners[t, after, i] - centre[t, i])
                    )
                n += 1
    return polygons, counts, found, parts[:n].copy(), sound


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
def mixture(
    ring: FloatArray, around: FloatArray, target: FloatArray, size: float
) -> tuple[int, float, float, float]:
    """Return n, p, q with target = around + p (ring[n] - around) + q (ring[n + 1] - around), and the miss.

    Of all neighbours on the ring those are taken between which the target lies as seen from `around`; where
    the ring is flat, the vertex that lies farthest towards the target.
    """
    wx, wy = target[0] - around[0], target[1] - around[1]
    count = len(ring)
    best, p, q, least = 0, 0.0, 0.0, np.inf
    for n in range(count):
        m = n + 1 if n + 1 < count else 0
        ax, ay = ring[n, 0] - around[0], ring[n, 1] - around[1]
        bx, by = ring[m, 0] - around[0], ring[m, 1] - around[1]
        turn = ax * by - ay * bx
        if turn > 1e-14 * size * (abs(ax) + abs(ay) + abs(bx) + abs(by)):
            first, second = (wx * by - wy * bx) / turn, (ax * wy - ay * wx) / turn
            negative = -min(first, second, 0.0)
            if negative < least:
                best, p, q, least = n, max(first, 0.0), max(second, 0.0), negative
    if least > 1e-12:
        best = extreme_vertex(ring, count, wx, wy)
        ax, ay = ring[best, 0] - around[0], ring[best, 1] - around[1]
        length = ax * ax + ay * ay
        p, q = (0.0 if length <= (1e-13 * size) ** 2 else (ax * wx + ay * wy) / length), 0.0
    m = best + 1 if best + 1 < count else 0
    mx = wx - p * (ring[best, 0] - around[0]) - q * (ring[m, 0] - around[0])
    my = wy - p * (ring[best, 1] - around[1]) - q * (ring[m, 1] - around[1])
    return best, p, q, max(abs(mx), abs(my))
