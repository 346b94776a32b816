"""Compiled operator of Abreu, Pearce and Stacchetti (1990) for public signals, bounded in given directions.

A set W is given by half-planes. A small linear program gives a profile's reach: how far the payoffs that it
generates extend in a direction (`programs.py`). The reach only falls while W shrinks, so the last one bounds
the next. In each direction the profiles are tried in the order of their bounds, until the next bound is no
more than the reach found. This skips most profiles. A profile that no continuation in W enforces is dropped.
"""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.kernels.bases import Programs, Work, work_arrays
from negotiation.game_theory.solvers.payoff_sets.common.kernels.programs import (
    INFEASIBLE,
    OPTIMAL,
    maximise,
    without_levels,
)
from negotiation.game_theory.solvers.payoff_sets.common.polygons import convex_hull
from negotiation.game_theory.solvers.payoff_sets.common.program_arrays import ConstraintArrays, HalfPlanes
from negotiation.game_theory.solvers.payoff_sets.public.numerics import NUMERICS


class Reach(NamedTuple):
    """Bounds of the profiles' reach in each direction.

    Multipliers from a profile's program bound its reach at any levels b of W:

        q . v <= fixed[a, k] + sum_j shares[a, k, j] b[held[a, k, j]].
    """

    # (A, L): no less than the reach of each profile in each direction.
    bounds: FloatArray
    # (A, L, 2 Y): the last basis of its program; -1 where there is none.
    bases: IntArray
    # (L, 2): the two half-planes of W at its corner in each direction.
    corners: IntArray
    # (A,): 1 for profiles that some continuation may enforce, else 0.
    alive: IntArray
    # (A, L): the part of the multipliers' bound that the levels are not in.
    fixed: FloatArray
    # (A, L, 2 Y): multipliers of half-planes.
    shares: FloatArray
    # (A, L, 2 Y): which half-planes.
    held: IntArray


class Generated(NamedTuple):
    """Generated payoffs, with the profile and the continuations that generate each."""

    # (m, 2)
    points: FloatArray
    # (m,): the action profile that generates each; -1 where no program came to an end.
    profiles: IntArray
    # (m, Y, 2): its continuation payoffs after each signal.
    continuations: FloatArray


@njit(cache=True, nogil=True)
def corners_at(directions: FloatArray, deltas: FloatArray, normals: FloatArray) -> IntArray:
    """Return, for each direction scaled by the discount factors, two half-planes whose normals enclose it."""
    corners = np.empty((len(directions), 2), np.int64)
    for k in range(len(directions)):
        x, y = deltas[0] * directions[k, 0], deltas[1] * directions[k, 1]
        before, after, least_before, least_after = -1, -1, np.inf, np.inf
        for plane in range(len(normals)):
            a, b = normals[plane, 0], normals[plane, 1]
            # The signed angle from the direction to the normal: the nearest on each side enclose it.
            turn = np.arctan2(x * b - y * a, x * a + y * b)
            if turn <= 0.0 and -turn < least_before:
                before, least_before = plane, -turn
            if turn > 0.0 and turn < least_after:
                after, least_after = plane, turn
        corners[k, 0], corners[k, 1] = before, after
    return corners


@njit(cache=True, nogil=True)
def new_reach(alive: IntArray, directions: FloatArray, programs: Programs) -> Reach:
    """Return first bounds of the profiles' reach, which use only that continuations are in W.

    Without incentives, the best continuation after every signal is the corner of W in that direction. Only
    its two half-planes have multipliers.
    """
    constraints, normals = programs.constraints, programs.planes.normals
    shape = (len(alive), len(directions), 2 * constraints.probabilities.shape[1])
    corners = corners_at(directions, constraints.deltas, normals)
    fixed, shares, held = np.empty(shape[:2]), np.zeros(shape), np.zeros(shape, np.int64)
    for k in range(len(directions)):
        x, y = discounted(directions[k], constraints.deltas)
        a, b = corners[k]
        # (x, y) = first n_a + second n_b by Cramer's rule; neither share is negative, as the normals enclose
        # the direction, but for rounding.
        turn = normals[a, 0] * normals[b, 1] - normals[a, 1] * normals[b, 0]
        first = max(0.0, (x * normals[b, 1] - y * normals[b, 0]) / turn)
        second = max(0.0, (y * normals[a, 0] - x * normals[a, 1]) / turn)
        for profile in range(len(alive)):
            held[profile, k, 0], held[profile, k, 1] = a, b
            shares[profile, k, 0], shares[profile, k, 1] = first, second
            # The chances of the signals sum to 1 and the same two multipliers serve after each, so that the
            # levels enter once and the rest is today's payoff, with the room that rounding takes.
            fixed[profile, k] = with_today(NUMERICS.rounding, profile, directions[k], constraints)
    bases = np.full(shape, -1)
    return Reach(np.full(shape[:2], np.inf), bases, corners, alive, fixed, shares, held)


@njit(cache=True, nogil=True)
def hold(a: int, k: int, bound: float, reach: Reach, programs: Programs, work: Work) -> None:
    """Store the multipliers of a finished program, and the part of its bound without levels."""
    n_planes, n_signals = len(programs.planes.levels), programs.constraints.n_signals[a]
    reach.fixed[a, k] = bound
    for j in range(reach.shares.shape[2]):
        # Rows of the program: the half-planes of W after each signal first, incentive constraints behind
        # them; only the former move with the levels.
        used = j < 2 * n_signals and work.basis[j] < n_signals * n_planes
        reach.shares[a, k, j] = work.multipliers[j] if used else 0.0
        reach.held[a, k, j] = work.basis[j] % n_planes if used else 0


@njit(cache=True, nogil=True)
def lower_bounds(k: int, reach: Reach, levels: FloatArray) -> None:
    """Lower the profiles' bounds in a direction to those from the stored multipliers and the levels."""
    for a in range(len(reach.alive)):
        if reach.alive[a]:
            bound = reach.fixed[a, k]
            for j in range(reach.shares.shape[2]):
                bound += reach.shares[a, k, j] * levels[reach.held[a, k, j]]
            reach.bounds[a, k] = min(reach.bounds[a, k], bound)


@njit(cache=True, nogil=True)
def highest(reach: Reach, k: int) -> int:
    """Return the profile with the largest bound in direction k; -1 if none is enforced."""
    best = -1
    for a in range(len(reach.alive)):
        if reach.alive[a] and (best < 0 or reach.bounds[a, k] > reach.bounds[best, k]):
            best = a
    return best


@njit(cache=True, nogil=True)
def discounted(direction: FloatArray, deltas: FloatArray) -> FloatArray:
    """Return the objective of the programs in a direction q: the coordinates delta_i q_i."""
    return np.array([deltas[0] * direction[0], deltas[1] * direction[1]])


@njit(cache=True, nogil=True)
def with_today(ahead: float, a: int, direction: FloatArray, constraints: ConstraintArrays) -> float:
    """Return the reach `ahead` of continuations in a direction q plus sum_i q_i (1 - delta_i) g_i(a)."""
    for i in range(2):
        ahead += (1.0 - constraints.deltas[i]) * direction[i] * constraints.payoffs[a, i]
    return ahead


@njit(cache=True, nogil=True)
def generate(
    a: int, constraints: ConstraintArrays, unknowns: FloatArray, point: FloatArray, continuation: FloatArray
) -> None:
    """Write the continuations of a profile's program, and the payoffs that they generate.

    v_i = (1 - delta_i) g_i(a) + delta_i sum_y pi(y | a) w_i(y).
    """
    deltas = constraints.deltas
    for i in range(2):
        point[i] = (1.0 - deltas[i]) * constraints.payoffs[a, i]
        for y in range(constraints.n_signals[a]):
            continuation[y, i] = unknowns[2 * y + i]
            point[i] += deltas[i] * constraints.probabilities[a, y] * continuation[y, i]


@njit(cache=True, nogil=True)
def reach_in(
    k: int, directions: FloatArray, programs: Programs, reach: Reach, work: Work, stale: IntArray
) -> tuple[float, int]:
    """Return the largest reach in direction k and its profile, which is -1 if none is enforced.

    Reads and lowers `reach.bounds`; profiles that nothing enforces leave `reach.alive`. `stale` is scratch
    space: whether a profile's bound is still that of a larger set.
    """
    # Levels fall from sweep to sweep, so that a bound of before is still one; the multipliers held give a
    # better one without a program.
    alive, bounds, bases = reach.alive, reach.bounds, reach.bases
    objective = discounted(directions[k], programs.constraints.deltas)
    lower_bounds(k, reach, programs.planes.levels)
    for a in range(len(alive)):
        stale[a] = alive[a]
    while True:
        best = highest(reach, k)
        # The highest bound is one of this set, solved: nobody else can reach farther. Most profiles are never
        # solved.
        if best < 0 or not stale[best]:
            return (bounds[best, k] if best >= 0 else -np.inf), best
        stale[best] = 0
        status, value = maximise(best, programs, objective, reach.corners[k], bases[best, k], work)
        # No continuation in W enforces it, nor any in a smaller set: it is out for good.
        if status == INFEASIBLE:
            alive[best] = 0
            continue
        today = with_today(NUMERICS.rounding, best, directions[k], programs.constraints)
        # A program that came to no end returns the best bound that it has, which may be no better than the
        # old one.
        bounds[best, k] = min(bounds[best, k], value + today)
        hold(best, k, today + without_levels(best, programs, objective, work), reach, programs, work)


@njit(cache=True, nogil=True)
def sweep(programs: Programs, reach: Reach, spared: FloatArray) -> float:
    """Lower the levels once, in place, to the reach in each direction; return the largest change.

    In each direction the level is lower still by `spared`, which is zero for an outer bound. Each level is
    used as soon as it is found. If no profile is enforced, the levels are minus infinity.
    """
    directions, levels = programs.planes.normals, programs.planes.levels
    work = work_arrays(2 * programs.constraints.probabilities.shape[1])
    stale, change = np.empty_like(reach.alive), 0.0
    for k in range(len(levels)):
        value, best = reach_in(k, directions, programs, reach, work, stale)
        if best < 0:
            # No profile is enforced: the set is empty, in all directions at once.
            for j in range(len(levels)):
                levels[j] = -np.inf
            return 0.0
        # Less than what is generated: a set that generates itself with room to spare is an inner bound.
        value -= spared[k]
        if value < levels[k]:
            change, levels[k] = max(change, levels[k] - value), value
    return change


@njit(cache=True, nogil=True)
def maximisers(directions: FloatArray, programs: Programs, reach: Reach) -> Generated:
    """Return the farthest generated payoffs in each direction, with their profiles and continuations."""
    constraints = programs.constraints
    n_signals = constraints.probabilities.shape[1]
    work, stale = work_arrays(2 * n_signals), np.empty_like(reach.alive)
    points, profiles = np.empty((len(directions), 2)), np.empty(len(directions), np.int64)
    continuations = np.zeros((len(directions), n_signals, 2))
    for k in range(len(directions)):
        _, best = reach_in(k, directions, programs, reach, work, stale)
        profiles[k] = best
        if best < 0:
            continue
        # The last program solved may be another profile's: once more, for the unknowns.
        objective = discounted(directions[k], constraints.deltas)
        status, _ = maximise(best, programs, objective, reach.corners[k], reach.bases[best, k], work)
        if status != OPTIMAL:
            profiles[k] = -1
            continue
        generate(best, constraints, work.point, points[k], continuations[k])
    return Generated(points, profiles, continuations)


@njit(cache=True, nogil=True)
def half_planes_of(polygon: FloatArray) -> HalfPlanes:
    """Return the half-planes of a polygon's edges and of its box, and for a segment of its ends too.

    Edges whose normals nearly agree with an axis are left out, since the box has these half-planes.
    """
    count = len(polygon)
    normals, n = np.zeros((4 + 2 * count, 2)), 4
    # The box is always among the half-planes: it bounds the programs, and its left and lower sides are the
    # threats.
    normals[0, 0] = normals[1, 1] = 1.0
    normals[2, 0] = normals[3, 1] = -1.0
    for k in range(count):
        j = k + 1 if k + 1 < count else 0
        x, y = polygon[j, 0] - polygon[k, 0], polygon[j, 1] - polygon[k, 1]
        length = np.hypot(x, y)
        if length == 0.0:
            continue
        if min(abs(x), abs(y)) > NUMERICS.axis * length:
            normals[n, 0], normals[n, 1] = y / length, -x / length
            n += 1
            # A segment has two sides with opposite normals, which its two edges give, and two ends.
            if count == 2:
                normals[n, 0], normals[n, 1] = x / length, y / length
                n += 1
    # b_l = max over corners v of n_l . v.
    levels = np.empty(n)
    for k in range(n):
        levels[k] = -np.inf
        for v in range(count):
            levels[k] = max(levels[k], normals[k, 0] * polygon[v, 0] + normals[k, 1] * polygon[v, 1])
    return HalfPlanes(normals[:n].copy(), levels)


@njit(cache=True, nogil=True)
def fill_in(directions: FloatArray, generated: Generated) -> bool:
    """Replace points of unfinished programs by the farthest other point; return whether there is one."""
    points, profiles = generated.points, generated.profiles
    for k in range(len(profiles)):
        if profiles[k] >= 0:
            continue
        best, most = -1, -np.inf
        for j in range(len(profiles)):
            reach = directions[k, 0] * points[j, 0] + directions[k, 1] * points[j, 1]
            if profiles[j] >= 0 and reach > most:
                best, most = j, reach
        if best < 0:
            return False
        profiles[k] = profiles[best]
        for j in range(points.shape[1]):
            points[k, j] = points[best, j]
        for j in range(generated.continuations.shape[1]):
            for player in range(generated.continuations.shape[2]):
                generated.continuations[k, j, player] = generated.continuations[best, j, player]
    return True


@njit(cache=True, nogil=True)
def intersection(planes: HalfPlanes, slack: float) -> FloatArray:
    """Return the vertices of the set of half-planes, counter-clockwise; the box must be among them."""
    count, far = len(planes.levels), NUMERICS.box
    polygon, out = np.empty((2 * count + 8, 2)), np.empty((2 * count + 8, 2))
    n = 0
    for x, y in ((-far, -far), (far, -far), (far, far), (-far, far)):
        polygon[n, 0], polygon[n, 1] = x, y
        n += 1
    for k in range(count):
        x, y, level = planes.normals[k, 0], planes.normals[k, 1], planes.levels[k] + slack
        kept = 0
        # Sutherland and Hodgman (1974): corners within are kept, edges that cross give one more.
        for m in range(n):
            j = m + 1 if m + 1 < n else 0
            p = x * polygon[m, 0] + y * polygon[m, 1] - level
            q = x * polygon[j, 0] + y * polygon[j, 1] - level
            if p <= 0.0:
                out[kept, 0], out[kept, 1] = polygon[m, 0], polygon[m, 1]
                kept += 1
            if (p <= 0.0) != (q <= 0.0):
                part = p / (p - q)
                out[kept, 0] = polygon[m, 0] + part * (polygon[j, 0] - polygon[m, 0])
                out[kept, 1] = polygon[m, 1] + part * (polygon[j, 1] - polygon[m, 1])
                kept += 1
        # What was written is read in the next round; no array is made.
        polygon, out, n = out, polygon, kept
    order, hull = np.empty(max(1, n), np.int64), np.empty((2 * n + 4, 2))
    return hull[: convex_hull(polygon, n, 1.0, order, hull)].copy()
