"""Compiled growth of a self-generating set under a public signal, from inside.

If each corner of S is generated with continuations in S, then S is within the equilibrium payoffs, and so is
the hull of S and of what it generates (Abreu, Pearce and Stacchetti 1990). Continuations lie in S, so in a
direction a profile leads out of S only if its stage payoffs do: few programs are left to solve.
"""

import numpy as np
from numba import njit

from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.payoff_sets.common.kernels.bases import Programs, Work, work_arrays
from negotiation.solvers.payoff_sets.common.kernels.programs import OPTIMAL, maximise
from negotiation.solvers.payoff_sets.common.program_arrays import ConstraintArrays
from negotiation.solvers.payoff_sets.public.kernels.operator import (
    Generated,
    corners_at,
    discounted,
    generate,
    half_planes_of,
    with_today,
)


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
    k: int,
    level: float,
    programs: Programs,
    corner: IntArray,
    alive: IntArray,
    work: Work,
    unknowns: FloatArray,
) -> tuple[int, float]:
    """Return the profile that generates farthest beyond a level along normal k of W, and how far.

    -1 where none does. Writes the unknowns of its program.
    """
    constraints, planes = programs.constraints, programs.planes
    direction, deltas = planes.normals[k], constraints.deltas
    objective = discounted(direction, deltas)
    basis = np.empty(len(work.basis), np.int64)
    most, best = level, -1
    for a in range(len(alive)):
        now = with_today(0.0, a, direction, constraints)
        # With one delta, q . v <= (1 - delta) q . g(a) + delta b_k: no more than a level is no use.
        if not alive[a] or (deltas[0] == deltas[1] and now + deltas[0] * planes.levels[k] <= most):
            continue
        basis[0] = -1
        status, value = maximise(a, programs, objective, corner, basis, work)
        if status == OPTIMAL and value + now > most:
            most, best = value + now, a
            unknowns[:] = work.point
    return best, most


@njit(cache=True, nogil=True)
def grown(
    start: Generated,
    constraints: ConstraintArrays,
    alive: IntArray,
    tolerance: float,
    most: int,
    limit: int,
) -> Generated:
    """Return the corners of a set grown until it gains no more than a tolerance in any direction.

    The corners are counter-clockwise, and no more than `most`, or as many as there were at the start.
    """
    n_signals, count = constraints.probabilities.shape[1], len(start.profiles)
    room = 3 * max(most, count) + 8
    points, profiles = np.empty((room, 2)), np.empty(room, np.int64)
    continuations = np.zeros((room, n_signals, 2))
    points[:count], profiles[:count] = start.points, start.profiles
    continuations[:count] = start.continuations
    work, unknowns = work_arrays(2 * n_signals), np.zeros(2 * n_signals)
    for _ in range(limit):
        planes = half_planes_of(points[:count])
        programs = Programs(constraints, planes, 0.0)
        corners = corners_at(planes.normals, constraints.deltas, planes.normals)
        gained, n = 0.0, count
        for k in range(len(planes.levels)):
            level = planes.levels[k]
            a, value = farthest(k, level + tolerance, programs, corners[k], alive, work, unknowns)
            if a < 0 or n == room:
                continue
            gained = max(gained, value - level)
            generate(a, constraints, unknowns, points[n], continuations[n])
            profiles[n] = a
            n += 1
        kept = hull_positions(points, n)
        if gained == 0.0 or len(kept) > most:
            break
        count = len(kept)
        points[:count], profiles[:count] = points[kept], profiles[kept]
        continuations[:count] = continuations[kept]
    return Generated(points[:count].copy(), profiles[:count].copy(), continuations[:count].copy())
