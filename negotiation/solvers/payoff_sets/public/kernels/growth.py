"""Compiled growth of a self-generating set under a public signal, from inside.

If each corner of S is generated with continuations in S, then S is within the equilibrium payoffs, and so is
the hull of S and of what it generates (Abreu, Pearce and Stacchetti 1990). Continuations lie in S, so in a
direction a profile leads out of S only if its stage payoffs do: few programs are left to solve.
"""

from typing import TypeAlias

import numpy as np
from numba import njit

from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.payoff_sets.public.kernels.bases import Constraints, HalfPlanes, Work, work_arrays
from negotiation.solvers.payoff_sets.public.kernels.operator import corners_at, half_planes_of
from negotiation.solvers.payoff_sets.public.kernels.programs import OPTIMAL, maximise

Corners: TypeAlias = tuple[FloatArray, IntArray, FloatArray]
"""Corners of a set, counter-clockwise, the profiles that generate them and the continuations."""


@njit(cache=True, nogil=True)
def hull_positions(points: FloatArray, count: int) -> IntArray:
    """Return which of the first points are corners of their hull, counter-clockwise (Andrew 1979)."""
    order = np.argsort(points[:count, 0])
    for i in range(1, count):
        held, j = order[i], i - 1
        while j >= 0 and points[order[j], 0] == points[held, 0] and points[order[j], 1] > points[held, 1]:
            order[j + 1] = order[j]
            j -= 1
        order[j + 1] = held
    hull, top = np.empty(2 * count + 2, np.int64), 0
    for step in range(2):
        base = top
        for i in range(count):
            k = order[i] if step == 0 else order[count - 1 - i]
            while top - base >= 2:
                a, b = points[hull[top - 2]], points[hull[top - 1]]
                turn = (b[0] - a[0]) * (points[k, 1] - a[1]) - (b[1] - a[1]) * (points[k, 0] - a[0])
                if turn > 0.0:
                    break
                top -= 1
            if top == base or (points[hull[top - 1]] != points[k]).any():
                hull[top] = k
                top += 1
        if top - base > 1:
            top -= 1
        elif step == 0:
            return hull[:1].copy()
    return hull[:top].copy()


@njit(cache=True, nogil=True)
def farthest(
    direction: FloatArray,
    level: float,
    constraints: Constraints,
    planes: HalfPlanes,
    corner: IntArray,
    alive: IntArray,
    work: Work,
    continuation: FloatArray,
) -> tuple[int, float]:
    """Return the profile that generates farthest beyond a level and how far; -1 where none does.

    Writes its continuations.
    """
    deltas, payoffs = constraints[7], constraints[6]
    objective = np.array([deltas[0] * direction[0], deltas[1] * direction[1]])
    basis = np.empty(2 * constraints[1].shape[1], np.int64)
    most, best = level, -1
    reach = -np.inf
    for plane in range(len(planes[1])):
        if planes[0][plane, 0] == direction[0] and planes[0][plane, 1] == direction[1]:
            reach = planes[1][plane]
    for a in range(len(alive)):
        now = 0.0
        for i in range(2):
            now += (1.0 - deltas[i]) * direction[i] * payoffs[a, i]
        if not alive[a] or (deltas[0] == deltas[1] and now + deltas[0] * reach <= most):
            continue
        basis[0] = -1
        status, value = maximise(a, constraints, planes, 0.0, objective, corner, basis, work)
        if status == OPTIMAL and value + now > most:
            most, best = value + now, a
            for y in range(constraints[0][a]):
                continuation[y, 0], continuation[y, 1] = work[1][2 * y], work[1][2 * y + 1]
    return best, most


@njit(cache=True, nogil=True)
def grown(
    start: Corners,
    constraints: Constraints,
    alive: IntArray,
    tolerance: float,
    most: int,
    limit: int,
) -> Corners:
    """Return the corners of a set grown until it gains no more than a tolerance in any direction.

    It has no more than `most` corners, or as many as it had at the start.
    """
    n_signals = constraints[1].shape[1]
    count = len(start[1])
    room = 3 * max(most, count) + 8
    points, profiles = np.empty((room, 2)), np.empty(room, np.int64)
    continuations = np.zeros((room, n_signals, 2))
    points[:count], profiles[:count], continuations[:count] = start[0], start[1], start[2]
    work, found = work_arrays(n_signals), np.zeros((n_signals, 2))
    for _ in range(limit):
        planes = half_planes_of(points[:count])
        corners = corners_at(planes[0], constraints[7], planes[0])
        gained, n = 0.0, count
        for k in range(len(planes[1])):
            a, value = farthest(
                planes[0][k], planes[1][k] + tolerance, constraints, planes, corners[k], alive, work, found
            )
            if a < 0 or n == room:
                continue
            gained = max(gained, value - planes[1][k])
            for i in range(2):
                points[n, i] = (1.0 - constraints[7][i]) * constraints[6][a, i]
                for y in range(constraints[0][a]):
                    points[n, i] += constraints[7][i] * constraints[1][a, y] * found[y, i]
            profiles[n], continuations[n] = a, found
            n += 1
        kept = hull_positions(points, n)
        if gained == 0.0 or len(kept) > most:
            break
        count = len(kept)
        points[:count], profiles[:count] = points[kept], profiles[kept]
        continuations[:count] = continuations[kept]
    return points[:count].copy(), profiles[:count].copy(), continuations[:count].copy()
