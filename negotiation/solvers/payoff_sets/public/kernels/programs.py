"""Compiled linear programs of one action profile under a public signal, by the dual simplex method.

max c . sum_y p_y w(y)  over w(y) in W, a set of half-planes n_l . w <= b_l, for each signal y, with the
incentive constraints sum_y d_ky w_i(y) >= e_k of the players i.

There are 2 Y unknowns, so a basis is 2 Y constraints, whatever the number of actions and half-planes. The
first basis is the corner of W that is farthest in the direction c, once for each signal: dual feasible, as is
every one after it, and as the last one still is when the levels b have moved. So every value on the way is an
upper bound, and stopping early is safe. Cost: a pivot is (2 Y)^2 plus the number of constraints.
"""

import numpy as np
from numba import njit

from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.payoff_sets.public.kernels.bases import (
    Constraints,
    HalfPlanes,
    Work,
    add_row,
    inverted,
    level_of,
    solved_basis,
    start,
)

VIOLATION = 1e-13
"""Violation of a constraint that is none; payoffs are scaled to order 1."""

ROUNDING = 3e-13
"""Violation of the constraints of a basis that may be left."""

DOUBT = 1e-10
"""Violation that proves nothing: profiles that miss enforcement by less are kept in the outer bound."""

PIVOT = 1e-11
"""Entries of the pivot row below this are zero."""

PATIENCE = 60
"""Pivots, and as many for each unknown, after which the first candidate is taken rather than the best."""

HARRIS = 1e-13
"""Multipliers may fall so far below zero where that makes a larger pivot possible."""

DUAL = 1e-9
"""Largest shortfall of a multiplier of a basis that is taken up again."""

SIZE = 2.0
"""Largest coordinate of a set, payoffs being scaled into the unit square, and more."""

OPTIMAL, INFEASIBLE, STOPPED = 0, 1, 2


@njit(cache=True, nogil=True)
def entering(
    profile: int, constraints: Constraints, planes: HalfPlanes, relax: float, work: Work, first: bool
) -> tuple[int, float]:
    """Return the constraint that the unknowns violate most, or first, and by how much; -1 for none."""
    point, n_signals, n_planes = work[1], constraints[0][profile], len(planes[1])
    index, most = -1, VIOLATION
    for m in range(constraints[2][profile]):
        owner, excess = constraints[3][profile, m], relax - constraints[5][profile, m]
        excess = -excess
        for y in range(n_signals):
            excess -= constraints[4][profile, m, y] * point[2 * y + owner]
        if excess > most:
            index, most = n_signals * n_planes + m, excess
            if first:
                return index, most
    for y in range(n_signals):
        a, b = point[2 * y], point[2 * y + 1]
        for plane in range(n_planes):
            excess = planes[0][plane, 0] * a + planes[0][plane, 1] * b - planes[1][plane]
            if excess > most:
                index, most = y * n_planes + plane, excess
                if first:
                    return index, most
    return index, most


@njit(cache=True, nogil=True)
def leaving(n: int, work: Work, first: bool) -> int:
    """Return the place in the basis that the entering constraint takes; -1 where there is none.

    Of the places where multipliers stay positive up to rounding, that of the largest entry (Harris 1973).
    """
    multipliers, row = work[2], work[3]
    largest, least, place = 0.0, np.inf, -1
    for k in range(n):
        largest = max(largest, abs(row[k]))
    smallest = max(PIVOT, 1e-9 * largest)
    for k in range(n):
        if row[k] > smallest:
            least = min(least, (multipliers[k] + HARRIS) / row[k])
    for k in range(n):
        if row[k] <= smallest or multipliers[k] > least * row[k]:
            continue
        if place < 0 or (work[4][k] < work[4][place] if first else row[k] > row[place]):
            place = k
    return place


@njit(cache=True, nogil=True)
def is_infeasible(
    index: int, violation: float, profile: int, constraints: Constraints, planes: HalfPlanes, work: Work
) -> bool:
    """Whether a violated constraint, less a mixture of others, proves that no point is feasible (Farkas).

    The rest that rounding leaves of the sum of normals, times the size of the set, has to be smaller than
    the violation. And by `DOUBT`: levels of half-planes are known up to rounding, which a sharp corner of the
    set magnifies, and a constraint that is just met must not be lost.
    """
    n, row = 2 * constraints[0][profile], work[3]
    unit, normal, rest = np.eye(n), np.empty(n), np.empty(n)
    add_row(index, profile, constraints, planes, unit, rest)
    for k in range(n):
        if row[k] < 0.0:
            add_row(work[4][k], profile, constraints, planes, unit, normal)
            for j in range(n):
                rest[j] -= row[k] * normal[j]
    return bool(SIZE * np.abs(rest).sum() + DOUBT < violation)


@njit(cache=True, nogil=True)
def exchange(n: int, place: int, index: int, work: Work) -> None:
    """Bring a constraint into the basis: update the inverse and the multipliers."""
    inverse, multipliers, row = work[0], work[2], work[3]
    scale = 1.0 / row[place]
    step = multipliers[place] * scale
    for k in range(n):
        multipliers[k] = max(0.0, multipliers[k] - step * row[k])
    multipliers[place] = step
    for j in range(n):
        column = inverse[j, place] * scale
        if column != 0.0:
            for k in range(n):
                inverse[j, k] -= column * row[k]
        inverse[j, place] = column
    work[4][place] = index


@njit(cache=True, nogil=True)
def dual_bound(
    profile: int,
    constraints: Constraints,
    planes: HalfPlanes,
    relax: float,
    objective: FloatArray,
    work: Work,
) -> float:
    """Return the bound that the multipliers give, whatever rounding did to them.

    What the mixture of constraints leaves of the objective counts with the size of the set, and every term
    with its rounding.
    """
    n_signals, n_planes = constraints[0][profile], len(planes[1])
    rest = work[3]
    for y in range(n_signals):
        for i in range(2):
            rest[2 * y + i] = constraints[1][profile, y] * objective[i]
    bound = 0.0
    for k in range(2 * n_signals):
        index, multiplier = work[4][k], work[2][k]
        term = multiplier * level_of(index, profile, constraints, planes, relax)
        bound += term + 1e-15 * abs(term)
        m = index - n_signals * n_planes
        if m < 0:
            y, plane = index // n_planes, index % n_planes
            rest[2 * y] -= multiplier * planes[0][plane, 0]
            rest[2 * y + 1] -= multiplier * planes[0][plane, 1]
            continue
        for y in range(n_signals):
            rest[2 * y + constraints[3][profile, m]] += multiplier * constraints[4][profile, m, y]
    return float(bound + SIZE * np.abs(rest[: 2 * n_signals]).sum())


@njit(cache=True, nogil=True)
def begin(
    profile: int,
    constraints: Constraints,
    planes: HalfPlanes,
    relax: float,
    objective: FloatArray,
    corner: IntArray,
    basis: IntArray,
    work: Work,
) -> None:
    """Take up a basis that is dual feasible still, or else start at the corner."""
    n = 2 * constraints[0][profile]
    if basis[0] >= 0:
        for i in range(n):
            work[4][i] = basis[i]
        if inverted(profile, constraints, planes, work):
            least = solved_basis(profile, constraints, planes, relax, objective, work)
            if least > -DUAL:
                return
    start(profile, constraints, planes, corner, work)
    solved_basis(profile, constraints, planes, relax, objective, work)


@njit(cache=True, nogil=True)
def maximise(
    profile: int,
    constraints: Constraints,
    planes: HalfPlanes,
    relax: float,
    objective: FloatArray,
    corner: IntArray,
    basis: IntArray,
    work: Work,
) -> tuple[int, float]:
    """Solve the program; return its status and an upper bound of its value, the value where it is optimal.

    Starts from the constraints in `basis` unless the first is negative, and leaves the last ones there.
    The unknowns are left in `work[1]`.
    """
    n = 2 * constraints[0][profile]
    begin(profile, constraints, planes, relax, objective, corner, basis, work)
    status, pivots, fresh = STOPPED, 0, False
    limit = PATIENCE * (1 + n)
    for count in range(2 * limit):
        first = count > limit
        index, violation = entering(profile, constraints, planes, relax, work, first)
        if index < 0:
            status = OPTIMAL
            break
        if (work[4][:n] == index).any():
            # What a constraint of the basis is violated by is rounding: a fresh inverse has less of it.
            if fresh or not inverted(profile, constraints, planes, work):
                status = OPTIMAL if violation <= ROUNDING else STOPPED
                break
            fresh = True
            solved_basis(profile, constraints, planes, relax, objective, work)
            continue
        fresh = False
        add_row(index, profile, constraints, planes, work[0][:n, :n], work[3])
        place = leaving(n, work, first)
        if place < 0:
            if is_infeasible(index, violation, profile, constraints, planes, work):
                status = INFEASIBLE
            break
        exchange(n, place, index, work)
        pivots += 1
        if pivots % 40 == 0 and not inverted(profile, constraints, planes, work):
            break
        solved_basis(profile, constraints, planes, relax, objective, work)
    for i in range(n):
        basis[i] = -1 if status == INFEASIBLE else work[4][i]
    return status, dual_bound(profile, constraints, planes, relax, objective, work)
