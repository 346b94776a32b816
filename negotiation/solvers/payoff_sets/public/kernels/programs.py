"""Compiled linear programs of one action profile under a public signal, by the dual simplex method.

max c . sum_y p_y w(y)  over w(y) in W, a set of half-planes n_l . w <= b_l, for each signal y, with the
incentive constraints sum_y d_my w_i(y) >= e_m of the players i.

There are 2 Y unknowns, so a basis is 2 Y constraints, whatever the number of actions and half-planes. The
first basis is the corner of W that is farthest in the direction c, once for each signal: dual feasible, as is
every one after it, and as the last one still is when the levels b have moved. So every value on the way is an
upper bound, and stopping early is safe. Cost: a pivot is (2 Y)^2 plus the number of constraints.
"""

import numpy as np
from numba import njit

from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.payoff_sets.public.kernels.bases import (
    Programs,
    Work,
    add_row,
    inverted,
    level_of,
    solved_basis,
    start,
)
from negotiation.solvers.payoff_sets.public.numerics import NUMERICS

OPTIMAL, INFEASIBLE, STOPPED = 0, 1, 2


@njit(cache=True, nogil=True)
def entering(profile: int, programs: Programs, work: Work, first: bool) -> tuple[int, float]:
    """Return the constraint that the unknowns violate most, or first, and by how much; -1 for none."""
    constraints, planes, point = programs.constraints, programs.planes, work.point
    n_signals, n_planes = constraints.n_signals[profile], len(planes.levels)
    index, most = -1, NUMERICS.violation
    # e_m - relax - sum_y d_my w_i(y) of the incentive constraints,
    for m in range(constraints.n_constraints[profile]):
        owner, excess = constraints.owners[profile, m], programs.relax - constraints.needed[profile, m]
        excess = -excess
        for y in range(n_signals):
            excess -= constraints.coefficients[profile, m, y] * point[2 * y + owner]
        if excess > most:
            index, most = n_signals * n_planes + m, excess
            if first:
                return index, most
    # and n_l . w(y) - b_l of the half-planes.
    for y in range(n_signals):
        a, b = point[2 * y], point[2 * y + 1]
        for plane in range(n_planes):
            excess = planes.normals[plane, 0] * a + planes.normals[plane, 1] * b - planes.levels[plane]
            if excess > most:
                index, most = y * n_planes + plane, excess
                if first:
                    return index, most
    return index, most


@njit(cache=True, nogil=True)
def leaving(n: int, work: Work, first: bool) -> int:
    """Return the place in the basis that the entering constraint takes; -1 where there is none.

    Multipliers fall by t row_k, so t is at most every multiplier_k / row_k. Of the places where they then
    stay above -`harris`, that of the largest entry is taken (Harris 1973).
    """
    multipliers, row = work.multipliers, work.row
    largest, least, place = 0.0, np.inf, -1
    for k in range(n):
        largest = max(largest, abs(row[k]))
    smallest = max(NUMERICS.pivot, NUMERICS.relative_pivot * largest)
    for k in range(n):
        if row[k] > smallest:
            least = min(least, (multipliers[k] + NUMERICS.harris) / row[k])
    for k in range(n):
        if row[k] <= smallest or multipliers[k] > least * row[k]:
            continue
        if place < 0 or (work.basis[k] < work.basis[place] if first else row[k] > row[place]):
            place = k
    return place


@njit(cache=True, nogil=True)
def is_infeasible(index: int, violation: float, profile: int, programs: Programs, work: Work) -> bool:
    """Whether a violated constraint, less a mixture of others, proves that no point is feasible (Farkas).

    No entry of the pivot row is positive, and n_index = sum_k row_k n_k. So a feasible w has n_index . w at
    least sum_k row_k b_k, what it is at the unknowns, which is more than b_index. The rest that rounding
    leaves of that sum, times the size of the set, has to be smaller than the violation. And by `doubt`:
    levels of half-planes are known up to rounding, which a sharp corner of the set magnifies, and a
    constraint that is just met must not be lost.
    """
    n, row = 2 * programs.constraints.n_signals[profile], work.row
    unit, normal, rest = np.eye(n), np.empty(n), np.empty(n)
    add_row(index, profile, programs, unit, rest)
    for k in range(n):
        if row[k] < 0.0:
            add_row(work.basis[k], profile, programs, unit, normal)
            for j in range(n):
                rest[j] -= row[k] * normal[j]
    return bool(NUMERICS.size * np.abs(rest).sum() + NUMERICS.doubt < violation)


@njit(cache=True, nogil=True)
def exchange(n: int, place: int, index: int, work: Work) -> None:
    """Bring a constraint into the basis: update the inverse and the multipliers."""
    inverse, multipliers, row = work.inverse, work.multipliers, work.row
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
    work.basis[place] = index


@njit(cache=True, nogil=True)
def dual_bound(profile: int, programs: Programs, objective: FloatArray, work: Work) -> float:
    """Return the bound that the multipliers give, whatever rounding did to them.

    c . w = sum_k multiplier_k n_k . w + rest . w <= sum_k multiplier_k b_k + size sum |rest|: what the
    mixture of constraints leaves of the objective counts with the size of the set, and every term with its
    rounding.
    """
    constraints, normals, rest = programs.constraints, programs.planes.normals, work.row
    n_signals, n_planes = constraints.n_signals[profile], len(normals)
    for y in range(n_signals):
        for i in range(2):
            rest[2 * y + i] = constraints.probabilities[profile, y] * objective[i]
    bound = 0.0
    for k in range(2 * n_signals):
        index, multiplier = work.basis[k], work.multipliers[k]
        term = multiplier * level_of(index, profile, programs)
        bound += term + NUMERICS.term_rounding * abs(term)
        m = index - n_signals * n_planes
        if m < 0:
            y, plane = index // n_planes, index % n_planes
            rest[2 * y] -= multiplier * normals[plane, 0]
            rest[2 * y + 1] -= multiplier * normals[plane, 1]
            continue
        owner = constraints.owners[profile, m]
        for y in range(n_signals):
            rest[2 * y + owner] += multiplier * constraints.coefficients[profile, m, y]
    return float(bound + NUMERICS.size * np.abs(rest[: 2 * n_signals]).sum())


@njit(cache=True, nogil=True)
def begin(
    profile: int, programs: Programs, objective: FloatArray, corner: IntArray, basis: IntArray, work: Work
) -> None:
    """Take up a basis that is dual feasible still, or else start at the corner."""
    if basis[0] >= 0:
        for k in range(2 * programs.constraints.n_signals[profile]):
            work.basis[k] = basis[k]
        if inverted(profile, programs, work):
            least = solved_basis(profile, programs, objective, work)
            if least > -NUMERICS.dual:
                return
    start(profile, programs, corner, work)
    solved_basis(profile, programs, objective, work)


@njit(cache=True, nogil=True)
def maximise(
    profile: int, programs: Programs, objective: FloatArray, corner: IntArray, basis: IntArray, work: Work
) -> tuple[int, float]:
    """Solve the program; return its status and an upper bound of its value, the value where it is optimal.

    Starts from the constraints in `basis` unless the first is negative, and leaves the last ones there.
    The unknowns are left in `work.point`.
    """
    n = 2 * programs.constraints.n_signals[profile]
    begin(profile, programs, objective, corner, basis, work)
    status, pivots, fresh = STOPPED, 0, False
    limit = NUMERICS.pivots * (1 + n)
    for count in range(2 * limit):
        # What takes so many pivots is going in a circle, which the first candidates seldom do.
        first = count > limit
        index, violation = entering(profile, programs, work, first)
        if index < 0:
            status = OPTIMAL
            break
        if (work.basis[:n] == index).any():
            # What a constraint of the basis is violated by is rounding: a fresh inverse has less of it.
            if fresh or not inverted(profile, programs, work):
                status = OPTIMAL if violation <= NUMERICS.basis_violation else STOPPED
                break
            fresh = True
            solved_basis(profile, programs, objective, work)
            continue
        fresh = False
        add_row(index, profile, programs, work.inverse[:n, :n], work.row)
        place = leaving(n, work, first)
        if place < 0:
            if is_infeasible(index, violation, profile, programs, work):
                status = INFEASIBLE
            break
        exchange(n, place, index, work)
        pivots += 1
        if pivots % NUMERICS.fresh_inverse == 0 and not inverted(profile, programs, work):
            break
        solved_basis(profile, programs, objective, work)
    for k in range(n):
        basis[k] = -1 if status == INFEASIBLE else work.basis[k]
    return status, dual_bound(profile, programs, objective, work)
