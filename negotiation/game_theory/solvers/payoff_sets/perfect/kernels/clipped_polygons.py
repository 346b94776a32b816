"""Compiled operator of Abreu, Pearce and Stacchetti (1990) in the plane, discount factors common or unlike.

B(W) is the convex hull, over action profiles a with stage payoff g and deviation gains h, of the points
(1 - delta_i) g_i + delta_i w_i with w in W and w_i >= u_i + (1 - delta_i) / delta_i h_i: W is clipped
by two axis-parallel lines and scaled along the axes. Vertices multiply where discount factors differ, so each
iterate may be coarsened, outwards for an outer bound and inwards for an inner one. Buffers grow as needed.
"""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.polygons import (
    bounds,
    convex_hull,
    largest_distance,
    thinned,
)
from negotiation.game_theory.solvers.payoff_sets.common.stage import Stage
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import NUMERICS


class Step(NamedTuple):
    """What one application of B is given: W, the threats u, the discount factors.

    Incentive constraints are relaxed by `relax`, or tightened where it is negative.
    """

    polygon: FloatArray
    threats: FloatArray
    deltas: FloatArray
    relax: float


class Rule(NamedTuple):
    """How B is iterated."""

    # (L, 2): normals of the half-planes that each iterate is rounded to; none for the hull itself.
    directions: FloatArray
    # Whether iterates are coarsened outwards, for an outer bound, or inwards.
    outwards: bool
    # Change of the set at which it has settled.
    tolerance: float
    limit: int
    # (2,): the first flag is raised when time is up, and checked after each iteration.
    stop: BoolArray


class Iterate(NamedTuple):
    """Where an iteration ended."""

    # (k, 2): the last set; no vertices: empty.
    polygon: FloatArray
    # The one it was generated from.
    before: FloatArray
    # left, steps: Numbers of profiles left, and of iterations.
    left: int
    steps: int
    change: float
    # Distance, relative to the size, within which edges were merged in the last step.
    merged: float


@njit(cache=True, nogil=True)
def clipped(polygon: FloatArray, count: int, axis: int, level: float, out: FloatArray) -> int:
    """Write the part of a polygon whose coordinate is at least `level`; return its number of vertices."""
    n = 0
    for k in range(count):
        j = k + 1 if k + 1 < count else 0
        p, q = polygon[k, axis], polygon[j, axis]
        if p >= level:
            out[n, 0], out[n, 1] = polygon[k, 0], polygon[k, 1]
            n += 1
        # The edge crosses the line: its point there is a corner of what is left (Sutherland and Hodgman
        # 1974).
        if (p >= level) != (q >= level):
            part = (level - p) / (q - p)
            out[n, axis] = level
            out[n, 1 - axis] = polygon[k, 1 - axis] + part * (polygon[j, 1 - axis] - polygon[k, 1 - axis])
            n += 1
    return n


@njit(cache=True, nogil=True)
def continuations_of(profile: int, stage: Stage, step: Step, work: FloatArray) -> int:
    """Write the extreme continuations that enforce a profile to `work[0]`; return their number."""
    n = len(step.polygon)
    for axis in range(2):
        gain, delta = stage.gains[profile, axis], step.deltas[axis]
        # w_i >= u_i + (1 - delta_i) / delta_i h_i, but who has nothing to gain needs no more than is in the
        # polygon: tightening is for the others.
        level = -np.inf
        if gain > 0.0 or step.relax > 0.0:
            level = step.threats[axis] + (1.0 - delta) / delta * gain - step.relax
        if axis == 0:
            n = clipped(step.polygon, n, 0, level, work[1])
        else:
            n = clipped(work[1], n, 1, level, work[0])
    return n


@njit(cache=True, nogil=True)
def generated_hull(stage: Stage, active: IntArray, left: int, step: Step) -> tuple[FloatArray, int]:
    """Return the vertices of B(W), and how many profiles are left; overwrites `active`."""
    most, size = len(step.polygon) + 8, stage.size
    work = np.empty((2, most, 2))
    points = np.empty((NUMERICS.points_at_once + 2 * most, 2))
    order, hull = np.empty(len(points), np.int64), np.empty((2 * len(points) + 4, 2))
    n_points, kept = 0, 0
    for position in range(left):
        k = active[position]
        n = continuations_of(k, stage, step, work)
        if n == 0:
            continue
        active[kept] = k
        kept += 1
        # The buffer is full: its hull has all that matters, and leaves room as a rule. Where it does not, the
        # buffer grows.
        if n_points + n > len(points):
            n_points = convex_hull(points, thinned(points, n_points), size, order, hull)
            longer = np.empty((max(len(points), 2 * n_points + 2 * n), 2))
            longer[:n_points] = hull[:n_points]
            points = longer
            order, hull = np.empty(len(points), np.int64), np.empty((2 * len(points) + 4, 2))
        # (1 - delta_i) g_i + delta_i w_i, each player's coordinate by his own discount factor.
        for m in range(n):
            for i in range(2):
                g = stage.payoffs[k, i]
                points[n_points, i] = g + step.deltas[i] * (work[0, m, i] - g)
            n_points += 1
    n_hull = convex_hull(points, thinned(points, n_points), size, order, hull)
    return hull[:n_hull].copy(), kept


@njit(cache=True, nogil=True)
def widened(polygon: FloatArray, distance: float) -> FloatArray:
    """Return a polygon without the edges, no two adjacent, whose removal adds no more than a distance.

    The neighbours of a dropped edge are prolonged until they meet, so the result contains the polygon.
    """
    count = len(polygon)
    out, n, k = np.empty_like(polygon), 0, 0
    last_dropped = False
    while k < count:
        a, b = polygon[k - 1], polygon[k]
        c, d = polygon[(k + 1) % count], polygon[(k + 2) % count]
        out[n] = b
        n += 1
        # Of two neighbouring edges one at most is dropped, so that the distances do not add up; three edges
        # stay in any case.
        if count - (k + 1 - n) <= 3 or last_dropped or k + 1 >= count or k == 0:
            last_dropped = False
            k += 1
            continue
        ux, uy, vx, vy = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
        ex, ey = c[0] - b[0], c[1] - b[1]
        # b + t u is where the edge before b meets the one after c; it is at most `distance` from edge b c.
        turn = ux * vy - uy * vx
        if turn > 0.0:
            t = (ex * vy - ey * vx) / turn
            px, py = t * ux, t * uy
            length = ex * ex + ey * ey
            # How far the new corner is from the edge that it replaces is how much the polygon grows.
            part = min(1.0, max(0.0, (ex * px + ey * py) / length)) if length > 0.0 else 0.0
            if t >= 0.0 and np.hypot(px - part * ex, py - part * ey) <= distance:
                out[n - 1, 0], out[n - 1, 1] = b[0] + px, b[1] + py
                last_dropped = True
                k += 1
        k += 1
    return out[:n].copy()


@njit(cache=True, nogil=True)
def narrowed(polygon: FloatArray, distance: float) -> FloatArray:
    """Return a polygon without the vertices, no two adjacent, that are so near their neighbours' line."""
    count = len(polygon)
    out, n = np.empty_like(polygon), 0
    last_dropped = False
    for k in range(count):
        a, b, c = polygon[k - 1], polygon[k], polygon[(k + 1) % count]
        ux, uy, vx, vy = c[0] - a[0], c[1] - a[1], b[0] - a[0], b[1] - a[1]
        length = ux * ux + uy * uy
        part = min(1.0, max(0.0, (ux * vx + uy * vy) / length)) if length > 0.0 else 0.0
        near = np.hypot(vx - part * ux, vy - part * uy) <= distance
        last = k == count - 1
        if near and not last_dropped and not last and count - (k - n) > 2:
            last_dropped = True
            continue
        last_dropped = False
        out[n] = b
        n += 1
    return out[:n].copy()


@njit(cache=True, nogil=True)
def circumscribed(polygon: FloatArray, directions: FloatArray, size: float) -> FloatArray:
    """Return the least polygon with these unit normals, sorted by angle, that contains another."""
    count = len(directions)
    # level_m = max q_m . w over the polygon.
    levels = np.full(count, -np.inf)
    for m in range(count):
        for k in range(len(polygon)):
            level = directions[m, 0] * polygon[k, 0] + directions[m, 1] * polygon[k, 1]
            levels[m] = max(levels[m], level)
    # The corner of neighbouring half-planes: q_m . x = level_m and q_n . x = level_n, by Cramer's rule.
    points = np.empty((count, 2))
    for m in range(count):
        n = m + 1 if m + 1 < count else 0
        ax, ay, bx, by = directions[m, 0], directions[m, 1], directions[n, 0], directions[n, 1]
        turn = ax * by - ay * bx
        points[m, 0] = (levels[m] * by - levels[n] * ay) / turn
        points[m, 1] = (levels[n] * ax - levels[m] * bx) / turn
    order, hull = np.empty(count, np.int64), np.empty((2 * count + 4, 2))
    n_hull = convex_hull(points, count, size, order, hull)
    return hull[:n_hull].copy()


@njit(cache=True, nogil=True)
def coarsened(
    hull: FloatArray, directions: FloatArray, outwards: bool, size: float
) -> tuple[FloatArray, float]:
    """Return a coarser polygon, and the distance, relative to the size, within which edges were merged."""
    if outwards and len(directions) > 0:
        hull = circumscribed(hull, directions, size)
    distance = NUMERICS.merged
    hull = widened(hull, distance * size) if outwards else narrowed(hull, distance * size)
    while len(hull) > max(NUMERICS.most_vertices, len(directions)):
        before = len(hull)
        hull = widened(hull, distance * size) if outwards else narrowed(hull, distance * size)
        # Too few edges fell at this distance: a larger one, or the loop would be long.
        if len(hull) > NUMERICS.drops_enough * before:
            distance *= NUMERICS.still_moves
    return hull, distance


@njit(cache=True, nogil=True)
def iterate_clipped(stage: Stage, active: IntArray, start: Step, rule: Rule) -> Iterate:
    """Iterate W_n = B(W_(n-1)) until the set has settled, and then once the effective horizon.

    Overwrites `active` and the threats of `start`.
    """
    polygon, threats, deltas, relax = start
    size, left = stage.size, len(active)
    # The effective horizon is the n with delta^n = 1 - delta: what the set still moves by has by then been
    # discounted away.
    patience = max(deltas[0], deltas[1])
    more = int(np.ceil(np.log(1.0 - patience) / np.log(patience)))
    change, merged = np.inf, 0.0
    for step in range(rule.limit):
        hull, left = generated_hull(stage, active, left, Step(polygon, threats, deltas, relax))
        if len(hull) == 0:
            return Iterate(hull, polygon, left, step + 1, 0.0, 0.0)
        # u_i rises to the least payoff of the new set, before that is coarsened.
        x_min, _, y_min, _ = bounds(hull, len(hull))
        raised = max(x_min - threats[0], y_min - threats[1])
        threats[0], threats[1] = max(threats[0], x_min), max(threats[1], y_min)
        hull, merged = coarsened(hull, rule.directions, rule.outwards, size)
        change = largest_distance(polygon, len(polygon), hull, len(hull))
        if not rule.outwards:
            change = max(change, largest_distance(hull, len(hull), polygon, len(polygon)))
        # Merging moves edges by itself, so that no smaller change can be asked for.
        noise = NUMERICS.still_moves * merged if merged > NUMERICS.merged else 0.0
        if max(change, raised) <= max(rule.tolerance, noise * size):
            more -= 1
            if more < 0:
                return Iterate(hull, polygon, left, step + 1, change, merged)
        polygon = hull
        if rule.stop[0]:
            break
    return Iterate(polygon, polygon, left, step + 1, change, merged)


@njit(cache=True, nogil=True)
def nearest_sources(
    stage: Stage, active: IntArray, hull: FloatArray, step: Step
) -> tuple[IntArray, FloatArray]:
    """Return for each point the profile and continuation that generate the nearest point."""
    work = np.empty((2, len(step.polygon) + 8, 2))
    profiles, continuations = np.zeros(len(hull), np.int64), np.zeros((len(hull), 2))
    miss = np.full(len(hull), np.inf)
    for k in active:
        n = continuations_of(k, stage, step, work)
        for m in range(n):
            x = stage.payoffs[k, 0] + step.deltas[0] * (work[0, m, 0] - stage.payoffs[k, 0])
            y = stage.payoffs[k, 1] + step.deltas[1] * (work[0, m, 1] - stage.payoffs[k, 1])
            for v in range(len(hull)):
                away = abs(hull[v, 0] - x) + abs(hull[v, 1] - y)
                if away < miss[v]:
                    miss[v] = away
                    profiles[v] = k
                    continuations[v, 0], continuations[v, 1] = work[0, m, 0], work[0, m, 1]
    return profiles, continuations
