"""Compiled certificates: whether sets, one for each state of a stochastic game, generate each other.

For a point a little beyond each vertex, the certificate looks for a profile and continuations in the sets
that yield the point and satisfy the incentive constraints. If there are such for every vertex, the generated
payoffs contain the sets, and by self-generation (Abreu, Pearce and Stacchetti 1990, state by state) the sets
are within the equilibrium payoffs. Each inequality is evaluated.

A continuation is a mixture of the vertices of the next sets that are extreme in the same direction. Seen from
the expected centre it lies between two vertices n and m of the expected set, and the shares p, q with
w = c + p (y_n - c) + q (y_m - c), p + q <= 1, are used in every next state.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.polygons import bounds, largest_distance
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import CompressedGame
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.cuts import extreme_vertex
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.operator import (
    EnforcementTerms,
    continuations,
    leads_to,
    needed,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.polygons import (
    at_middles,
    edge_normals,
    merged_normals,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.programs import expected
from negotiation.game_theory.solvers.payoff_sets.stochastic.numerics import NUMERICS


class Inner(NamedTuple):
    """Sets, with the rows and continuations that generate their vertices."""

    # (S, capacity, 2)
    polygons: FloatArray
    # (S,): numbers of vertices.
    counts: IntArray
    # (S, capacity): the row that generates each vertex.
    rows: IntArray
    # (_, 2): its continuations, one for each entry of the row, vertex below vertex.
    parts: FloatArray
    sound: bool


class Promised(NamedTuple):
    """The sets from which continuations are taken, and the constraints on these."""

    # (R, 2): the least expected continuations that enforce each row.
    needs: FloatArray
    # (S, N, 2): the vertices at each middle.
    corners: FloatArray
    # (S, 2)
    centre: FloatArray
    # (S,)
    empty: BoolArray
    draw: float
    relax: float
    # (_, N, 2): room for the expected continuation sets of the rows of one state,
    rings: FloatArray
    # and which of them are there.
    ready: BoolArray


class Mixture(NamedTuple):
    """A point as centre + p (ring[n] - centre) + q (ring[m] - centre), up to a miss."""

    n: int
    m: int
    p: float
    q: float
    miss: float


@njit(cache=True, nogil=True)
def worst_of(polygons: FloatArray, counts: IntArray) -> FloatArray:
    """Return the least coordinates of each polygon; infinite if it is empty."""
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
    game: CompressedGame,
    polygons: FloatArray,
    counts: IntArray,
    points: FloatArray,
    policies: IntArray,
    terms: EnforcementTerms,
    allowed: float,
) -> Inner:
    """Return the family, a row and continuations for each vertex, and whether all holds.

    Without a draw all vertices must be generated. With one, vertices that are not generated are left out and
    the rest is tried again, as long as the sets lose no more than the distance `allowed`.
    """
    vertex_rows = np.zeros((len(counts), polygons.shape[1]), np.int64)
    for s in range(len(counts)):
        for k in range(counts[s]):
            # A vertex of the hull is one of the supports, simplified: the policy of the nearest one is a good
            # first guess at what generates it.
            vertex_rows[s, k] = policies[s, nearest(points[s], polygons[s, k])]
    here, numbers = polygons.copy(), counts.copy()
    parts = np.empty((0, 2))
    # Leaving a vertex out shrinks the sets, raises the worst payoffs and may unsettle other vertices: so all
    # are tried again.
    for _ in range(NUMERICS.rounds if terms.draw > 0.0 else 1):
        bad, parts = ungenerated(game, here, numbers, vertex_rows, terms)
        if not bad.any():
            return Inner(here, numbers, vertex_rows, parts, True)
        if terms.draw > 0.0 and not left_out(bad, here, numbers, vertex_rows, counts):
            break
        if lost(polygons, counts, here, numbers) > allowed:
            break
    return Inner(here, numbers, vertex_rows, parts, False)


@njit(cache=True, nogil=True)
def lost(polygons: FloatArray, counts: IntArray, kept: FloatArray, numbers: IntArray) -> float:
    """Return the largest distance of a vertex from the part of its set that is kept."""
    most = 0.0
    for s in range(len(counts)):
        if counts[s] > 0:
            most = max(most, largest_distance(polygons[s], counts[s], kept[s], numbers[s]))
    return most


@njit(cache=True, nogil=True)
def left_out(
    bad: BoolArray, polygons: FloatArray, numbers: IntArray, rows: IntArray, counts: IntArray
) -> bool:
    """Leave out vertices, in place; return whether every state keeps some of those that it had."""
    kept_all = True
    for s in range(len(numbers)):
        n = 0
        for k in range(numbers[s]):
            if not bad[s, k]:
                polygons[s, n, 0], polygons[s, n, 1] = polygons[s, k, 0], polygons[s, k, 1]
                rows[s, n] = rows[s, k]
                n += 1
        numbers[s] = n
        kept_all = kept_all and (n > 0 or counts[s] == 0)
    return kept_all


@njit(cache=True, nogil=True)
def longest_run(firsts: IntArray) -> int:
    """Return the most rows from one first row to the next."""
    most = 0
    for k in range(len(firsts) - 1):
        most = max(most, firsts[k + 1] - firsts[k])
    return most


@njit(cache=True, nogil=True)
def ungenerated(
    game: CompressedGame, polygons: FloatArray, counts: IntArray, rows: IntArray, terms: EnforcementTerms
) -> tuple[BoolArray, FloatArray]:
    """Return which vertices no row generates, and the others' continuations; `rows` is corrected in place."""
    # With the edge normals of all sets in common every expected set is a sum of vertices, place by place
    # (`polygons.py`).
    draw = terms.draw
    normals, _ = merged_normals(
        edge_normals(polygons, counts, game.size),
        np.empty((0, 2)),
        np.int64(NUMERICS.all_normals),
        NUMERICS.alike,
    )
    most, longest = longest_run(game.firsts), longest_run(game.indptr)
    sets = Promised(
        # Threats are the worst points of the very sets that are certified: a departure is punished by one of
        # them.
        needed(game, worst_of(polygons, counts), 0.0, draw > 0.0),
        at_middles(polygons, counts, normals, game.size), centres_of(polygons, counts), counts == 0,
        draw, terms.relax, np.empty((most, len(normals), 2)), np.zeros(most, np.bool_),
    )  # fmt: skip
    parts, n = np.empty((max(1, counts.sum()) * longest, 2)), 0
    bad, x = np.zeros(rows.shape, np.bool_), np.empty(2)
    for s in range(len(counts)):
        if terms.stop[1]:
            bad[s] = True
            continue
        # The expected sets of a state's rows are made when first asked for, and forgotten with the state.
        for r in range(len(sets.ready)):
            sets.ready[r] = False
        for k in range(counts[s]):
            # A point beyond the vertex: what generates all of these holds the sets in its interior.
            for i in range(2):
                way = polygons[s, k, i] - sets.centre[s, i]
                # x = v + push delta draw (v - c). Drawing the continuations by `draw` costs the vertex about
                # delta draw of its distance to the centre, of which this takes back a part and leaves the
                # rest as room for the constraints.
                x[i] = polygons[s, k, i] + NUMERICS.push * game.delta * draw * way
            r = rows[s, k]
            sound, mix = generates(game, sets, s, r, x)
            # Any row of the state will do, if not the one that was thought of.
            if not sound and draw > 0.0:
                for other in range(game.firsts[s], game.firsts[s + 1]):
                    again, mixed = generates(game, sets, s, other, x)
                    if again:
                        r, sound, mix = other, again, mixed
                        break
            rows[s, k], bad[s, k] = r, not sound
            n = write_parts(game, sets, r, mix, parts, n)
    return bad, parts[:n].copy()


@njit(cache=True, nogil=True)
def write_parts(game: CompressedGame, sets: Promised, r: int, mix: Mixture, parts: FloatArray, n: int) -> int:
    """Write the continuation in each state that follows a row; return the number of those written."""
    for e in range(game.indptr[r], game.indptr[r + 1]):
        t = game.nexts[e]
        for i in range(2):
            c = sets.centre[t, i]
            first, second = sets.corners[t, mix.n, i] - c, sets.corners[t, mix.m, i] - c
            parts[n, i] = c + mix.p * first + mix.q * second
        n += 1
    return n


@njit(cache=True, nogil=True)
def generates(game: CompressedGame, sets: Promised, s: int, r: int, x: FloatArray) -> tuple[bool, Mixture]:
    """Return whether a row of a state generates a point with continuations in the sets, and their mixture."""
    delta, size, strict = game.delta, game.size, sets.draw > 0.0
    around, target, sound = np.empty(2), np.empty(2), not leads_to(game, r, sets.empty)
    # Without a draw the sets are exact up to rounding, and what rounding does to b is forgiven: b holds a sum
    # over the future, over 1 - delta.
    slack = 0.0 if strict else -max(sets.relax, 0.0) - NUMERICS.rounding * size / (1.0 - delta)
    # The continuation that yields x, w = [x - (1 - delta) g] / delta, has to be at least b.
    for i in range(2):
        target[i] = (x[i] - (1.0 - delta) * game.payoffs[r, i]) / delta
        around[i] = expected(game, r, sets.centre[:, i])
        sound = sound and target[i] - sets.needs[r, i] >= slack
    if not sound:
        return False, Mixture(0, 0, 0.0, 0.0, np.inf)
    place = r - game.firsts[s]
    ring = sets.rings[place]
    if not sets.ready[place]:
        continuations(game, r, sets.corners, ring)
        sets.ready[place] = True
    apart = max(NUMERICS.apart_least, NUMERICS.apart * sets.draw) * size
    mix = mixture(ring, around, target, size, apart)
    # p + q <= 1 and p, q >= 0 put w in the triangle of the centre and two vertices, hence in the set;
    # strictly so where there is room.
    room = 1.0 - NUMERICS.spare if strict else 1.0 + NUMERICS.beside
    # A target is known no better than what is generated, over delta.
    missed = max(NUMERICS.missed / (1.0 - delta), NUMERICS.rounding / delta)
    return mix.p + mix.q <= room and mix.miss <= missed * size, mix


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
def mixture(ring: FloatArray, around: FloatArray, target: FloatArray, size: float, apart: float) -> Mixture:
    """Return the target as a mixture of `around` and two vertices of a ring.

    It uses two neighbours on the ring, at least `apart`, between which the target lies as seen from `around`.
    If the ring is flat, it uses the vertex that lies farthest towards the target.
    """
    wx, wy = target[0] - around[0], target[1] - around[1]
    count, n = len(ring), 0
    # `least` is by how much the better of all wedges misses the target: zero where it lies in one of them.
    best, other, p, q, least = 0, 0, 0.0, 0.0, np.inf
    # w = p a + q b by Cramer's rule; between a and b where neither share is negative.
    for step in range(1, count + 1):
        m = step if step < count else 0
        # Neighbours that are nearly one point make a determinant of rounding alone: they are passed over.
        if step < count and abs(ring[m, 0] - ring[n, 0]) + abs(ring[m, 1] - ring[n, 1]) < apart:
            continue
        ax, ay = ring[n, 0] - around[0], ring[n, 1] - around[1]
        bx, by = ring[m, 0] - around[0], ring[m, 1] - around[1]
        turn = ax * by - ay * bx
        # a and b on one line with the centre span no wedge.
        if turn > NUMERICS.turned * size * (abs(ax) + abs(ay) + abs(bx) + abs(by)):
            first, second = (wx * by - wy * bx) / turn, (ax * wy - ay * wx) / turn
            negative = -min(first, second, 0.0)
            if negative < least:
                best, other, p, q, least = n, m, max(first, 0.0), max(second, 0.0), negative
        n = m
    # No wedge has the target: the ring is a point or a segment, and a target on its line is a share of the
    # farthest vertex.
    if least > NUMERICS.behind:
        best = other = extreme_vertex(ring, count, wx, wy)
        ax, ay = ring[best, 0] - around[0], ring[best, 1] - around[1]
        length = ax * ax + ay * ay
        p, q = (0.0 if length <= (NUMERICS.flat * size) ** 2 else (ax * wx + ay * wy) / length), 0.0
    return refined(ring, around, target, Mixture(best, other, p, q, np.inf))


@njit(cache=True, nogil=True)
def refined(ring: FloatArray, around: FloatArray, target: FloatArray, mix: Mixture) -> Mixture:
    """Return a mixture with its miss, after steps of iterative refinement as long as they lower it.

    Between near neighbours on the ring the determinant is small, so shares have the rounding of a product
    divided by it. The miss has only the rounding of a payoff, and so has the remainder after the steps.
    """
    ax, ay = ring[mix.n, 0] - around[0], ring[mix.n, 1] - around[1]
    bx, by = ring[mix.m, 0] - around[0], ring[mix.m, 1] - around[1]
    wx, wy = target[0] - around[0], target[1] - around[1]
    turn, p, q = ax * by - ay * bx, mix.p, mix.q
    best = mix
    while True:
        # The miss is computed from the shares themselves, so that whatever led to them the bound on it is
        # right.
        mx, my = wx - p * ax - q * bx, wy - p * ay - q * by
        miss = max(abs(mx), abs(my))
        if miss < best.miss:
            best = Mixture(mix.n, mix.m, p, q, miss)
        else:
            return best
        if turn <= 0.0:
            return best
        p, q = max(p + (mx * by - my * bx) / turn, 0.0), max(q + (ax * my - ay * mx) / turn, 0.0)
