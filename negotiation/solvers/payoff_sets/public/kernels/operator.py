"""Compiled operator of Abreu, Pearce and Stacchetti (1990) for public signals, bounded in given directions.

A set W is given by half-planes. What a profile generates reaches so far in a direction as a small linear
program says (`signal_programs.py`). A profile's reach only falls while W shrinks, so the last one is a bound
of the next: in each direction the profiles are tried in the order of their bounds, until the next bound is no
more than what is reached. Most profiles are so skipped. One that no continuation in W enforces is dropped.
"""

from typing import TypeAlias

import numpy as np
from numba import njit

from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.payoff_sets.common.polygons import convex_hull, simplified
from negotiation.solvers.payoff_sets.public.kernels.bases import Constraints, HalfPlanes, Work, work_arrays
from negotiation.solvers.payoff_sets.public.kernels.programs import INFEASIBLE, maximise

OUTWARDS = 1e-14
"""What is added to a bound, relative to the size, to cover the rounding of its computation."""

COARSE = 1e-13
"""Distance within which a corner on a line is left out of an inner iterate."""

Reach: TypeAlias = tuple[FloatArray, IntArray, IntArray]
"""By profile and direction: bound of the reach, last basis; by direction: the two half-planes at a corner."""


@njit(cache=True, nogil=True)
def corners_at(directions: FloatArray, deltas: FloatArray, normals: FloatArray) -> IntArray:
    """Return, for each direction scaled by the discount factors, two half-planes whose normals enclose it."""
    corners = np.empty((len(directions), 2), np.int64)
    for k in range(len(directions)):
        x, y = deltas[0] * directions[k, 0], deltas[1] * directions[k, 1]
        before, after, least_before, least_after = -1, -1, np.inf, np.inf
        for plane in range(len(normals)):
            a, b = normals[plane, 0], normals[plane, 1]
            turn = np.arctan2(x * b - y * a, x * a + y * b)
            if turn <= 0.0 and -turn < least_before:
                before, least_before = plane, -turn
            if turn > 0.0 and turn < least_after:
                after, least_after = plane, turn
        corners[k, 0], corners[k, 1] = before, after
    return corners


@njit(cache=True, nogil=True)
def highest(alive: IntArray, bounds: FloatArray, k: int) -> int:
    """Return the profile that may reach farthest in direction k; -1 where none is enforced."""
    best = -1
    for a in range(len(alive)):
        if alive[a] and (best < 0 or bounds[a, k] > bounds[best, k]):
            best = a
    return best


@njit(cache=True, nogil=True)
def reach_in(
    k: int,
    directions: FloatArray,
    constraints: Constraints,
    planes: HalfPlanes,
    relax: float,
    reach: Reach,
    alive: IntArray,
    work: Work,
    stale: IntArray,
) -> tuple[float, int]:
    """Return how far the profiles reach in direction k, and which one does; -1 where none is enforced.

    Reads and lowers `reach[0]`; profiles that nothing enforces leave `alive`.
    """
    deltas, payoffs = constraints[7], constraints[6]
    objective = np.array([deltas[0] * directions[k, 0], deltas[1] * directions[k, 1]])
    bounds, bases = reach[0], reach[1]
    for a in range(len(alive)):
        stale[a] = alive[a]
    while True:
        best = highest(alive, bounds, k)
        if best < 0 or not stale[best]:
            return (bounds[best, k] if best >= 0 else -np.inf), best
        stale[best] = 0
        status, value = maximise(
            best, constraints, planes, relax, objective, reach[2][k], bases[best, k], work
        )
        if status == INFEASIBLE:
            alive[best] = 0
            continue
        for i in range(2):
            value += (1.0 - deltas[i]) * directions[k, i] * payoffs[best, i]
        bounds[best, k] = min(bounds[best, k], value + OUTWARDS)


@njit(cache=True, nogil=True)
def iterate_levels(
    directions: FloatArray,
    levels: FloatArray,
    constraints: Constraints,
    relax: float,
    reach: Reach,
    alive: IntArray,
    tolerance: float,
    limit: int,
) -> tuple[int, float]:
    """Lower the levels, in place, to what is generated, until they settle; return steps and the last change.

    Each level is used as soon as it is found.
    """
    work, stale = work_arrays(constraints[1].shape[1]), np.empty_like(alive)
    planes = (directions, levels)
    change = np.inf
    for step in range(limit):
        change = 0.0
        for k in range(len(levels)):
            value, best = reach_in(k, directions, constraints, planes, relax, reach, alive, work, stale)
            if best < 0:
                levels[:] = -np.inf
                return step + 1, 0.0
            if value < levels[k]:
                change, levels[k] = max(change, levels[k] - value), value
        if change <= tolerance:
            return step + 1, change
    return limit, change


@njit(cache=True, nogil=True)
def maximisers(
    directions: FloatArray,
    constraints: Constraints,
    planes: HalfPlanes,
    relax: float,
    reach: Reach,
    alive: IntArray,
) -> tuple[FloatArray, IntArray, FloatArray]:
    """Return what is generated farthest in each direction, by which profile and with which continuations.

    The profile is -1 where no program came to an end.
    """
    n_signals = constraints[1].shape[1]
    work, stale = work_arrays(n_signals), np.empty_like(alive)
    deltas, payoffs = constraints[7], constraints[6]
    points, profiles = np.empty((len(directions), 2)), np.empty(len(directions), np.int64)
    continuations = np.zeros((len(directions), n_signals, 2))
    for k in range(len(directions)):
        _, best = reach_in(k, directions, constraints, planes, relax, reach, alive, work, stale)
        profiles[k] = best
        if best < 0:
            continue
        objective = np.array([deltas[0] * directions[k, 0], deltas[1] * directions[k, 1]])
        status, _ = maximise(
            best, constraints, planes, relax, objective, reach[2][k], reach[1][best, k], work
        )
        if status != 0:
            profiles[k] = -1
            continue
        for i in range(2):
            points[k, i] = (1.0 - deltas[i]) * payoffs[best, i]
            for y in range(constraints[0][best]):
                continuations[k, y, i] = work[1][2 * y + i]
                points[k, i] += deltas[i] * constraints[1][best, y] * continuations[k, y, i]
    return points, profiles, continuations


@njit(cache=True, nogil=True)
def half_planes_of(polygon: FloatArray) -> HalfPlanes:
    """Return the half-planes of a polygon's edges and of its box; of a segment, of its ends too.

    Planes whose normals nearly agree with an axis are left to the box.
    """
    count = len(polygon)
    normals, n = np.zeros((4 + 2 * count, 2)), 4
    normals[0, 0] = normals[1, 1] = 1.0
    normals[2, 0] = normals[3, 1] = -1.0
    for k in range(count):
        j = k + 1 if k + 1 < count else 0
        x, y = polygon[j, 0] - polygon[k, 0], polygon[j, 1] - polygon[k, 1]
        length = np.hypot(x, y)
        if length == 0.0:
            continue
        if min(abs(x), abs(y)) > 1e-9 * length:
            normals[n, 0], normals[n, 1] = y / length, -x / length
            n += 1
            if count == 2:
                normals[n, 0], normals[n, 1] = x / length, y / length
                n += 1
    levels = np.empty(n)
    for k in range(n):
        levels[k] = (normals[k, 0] * polygon[:, 0] + normals[k, 1] * polygon[:, 1]).max()
    return normals[:n].copy(), levels


@njit(cache=True, nogil=True)
def fill_in(
    directions: FloatArray, points: FloatArray, profiles: IntArray, continuations: FloatArray
) -> bool:
    """Fill in the farthest other point where a program came to no end; return whether there is one."""
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
        for i in range(2):
            points[k, i] = points[best, i]
            for y in range(continuations.shape[1]):
                continuations[k, y, i] = continuations[best, y, i]
    return True


@njit(cache=True, nogil=True)
def iterate_hulls(
    directions: FloatArray,
    polygon: FloatArray,
    constraints: Constraints,
    relax: float,
    alive: IntArray,
    tolerance: float,
    limit: int,
) -> tuple[FloatArray, IntArray, FloatArray, FloatArray, float, int]:
    """Replace a polygon by the hull of what it generates in each direction until its corners settle.

    Returns the last points generated, the profiles and continuations behind them, the polygon that these are
    in, the last change and the steps. No points are left where nothing is enforced.
    """
    bounds = np.full((len(alive), len(directions)), np.inf)
    bases = np.full((len(alive), len(directions), 2 * constraints[1].shape[1]), -1)
    order, hull = np.empty(len(directions), np.int64), np.empty((2 * len(directions) + 4, 2))
    planes = half_planes_of(polygon)
    reach = (bounds, bases, corners_at(directions, constraints[7], planes[0]))
    points, profiles, continuations = maximisers(directions, constraints, planes, relax, reach, alive)
    change = np.inf
    for step in range(limit):
        if not fill_in(directions, points, profiles, continuations):
            return points[:0], profiles[:0], continuations[:0], polygon, change, step
        count = simplified(hull, convex_hull(points, len(points), 1.0, order, hull), COARSE)
        polygon = hull[:count].copy()
        before_planes, planes = len(planes[1]), half_planes_of(polygon)
        if len(planes[1]) != before_planes:
            bases[:] = -1
        reach = (bounds, bases, corners_at(directions, constraints[7], planes[0]))
        before = points
        points, profiles, continuations = maximisers(directions, constraints, planes, relax, reach, alive)
        change = 0.0
        for k in range(len(directions)):
            fall = 0.0
            for i in range(2):
                fall += directions[k, i] * (before[k, i] - points[k, i])
            change = max(change, abs(fall))
        if change <= tolerance and (profiles >= 0).all():
            return points, profiles, continuations, polygon, change, step + 1
    if not fill_in(directions, points, profiles, continuations):
        return points[:0], profiles[:0], continuations[:0], polygon, change, limit
    return points, profiles, continuations, polygon, change, limit


@njit(cache=True, nogil=True)
def intersection(planes: HalfPlanes, slack: float) -> FloatArray:
    """Return the vertices of the set of half-planes, counter-clockwise; the box must be among them."""
    count = len(planes[1])
    polygon, out = np.empty((2 * count + 8, 2)), np.empty((2 * count + 8, 2))
    n = 0
    for x, y in ((-9.0, -9.0), (9.0, -9.0), (9.0, 9.0), (-9.0, 9.0)):
        polygon[n, 0], polygon[n, 1] = x, y
        n += 1
    for k in range(count):
        x, y, level = planes[0][k, 0], planes[0][k, 1], planes[1][k] + slack
        kept = 0
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
        polygon, out, n = out, polygon, kept
    order, hull = np.empty(max(1, n), np.int64), np.empty((2 * n + 4, 2))
    return hull[: convex_hull(polygon, n, 1.0, order, hull)].copy()
