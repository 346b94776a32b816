"""Compiled linear programs of one action profile by the dual simplex method.

max c . sum_y p_y w(y)  over w(y) in W, a set of half-planes n_l . w <= b_l, for each signal y, with the
incentive constraints sum_y d_my w_i(y) >= e_m of the players i.

With N players there are N Y unknowns, so a basis is N Y constraints, whatever the number of actions and
half-planes. The first basis takes, for each signal, a corner of N half-planes whose cone contains c. It is
dual feasible, and so is every later one; the last one remains so when the levels b move. So every value on
the way is an upper bound, and stopping early is safe. The cost of a pivot is (N Y)^2 plus the number of
constraints.
"""

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.kernels.bases import (
    Programs,
    Work,
    add_row,
    inverted,
    level_of,
    n_unknowns,
    solved_basis,
    start,
    unit_matrix,
)
from negotiation.game_theory.solvers.payoff_sets.numerics import SIMPLEX

OPTIMAL, INFEASIBLE, STOPPED = 0, 1, 2


@njit(cache=True, nogil=True)
def absolute_sum(values: FloatArray, n: int) -> float:
    """Return the sum of the absolute values of the first n entries."""
    total = 0.0
    for k in range(n):
        total += abs(values[k])
    return total


@njit(cache=True, nogil=True)
def is_in(numbers: IntArray, n: int, number: int) -> bool:
    """Return whether a number is among the first n entries."""
    present = False
    for k in range(n):
        present |= numbers[k] == number
    return present


@njit(cache=True, nogil=True)
def entering(profile: int, programs: Programs, work: Work, first: bool) -> tuple[int, float]:
    """Return the most violated constraint, or the first one, and by how much; -1 if there is none."""
    constraints, planes, point = programs.constraints, programs.planes, work.point
    n_signals, (n_planes, n_players) = constraints.n_signals[profile], planes.normals.shape
    index, most = -1, SIMPLEX.violation
    # e_m - relax - sum_y d_my w_i(y) of the incentive constraints,
    for m in range(constraints.n_constraints[profile]):
        owner, excess = constraints.owners[profile, m], programs.relax - constraints.needed[profile, m]
        excess = -excess
        for y in range(n_signals):
            excess -= constraints.coefficients[profile, m, y] * point[n_players * y + owner]
        if excess > most:
            index, most = n_signals * n_planes + m, excess
            # Bland's rule, which cannot cycle: the first of the constraints that may enter.
            if first:
                return index, most
    # and n_l . w(y) - b_l of the half-planes.
    for y in range(n_signals):
        # Two coordinates in registers, further players' in a loop: this is where most of the time goes.
        a, b = point[n_players * y], point[n_players * y + 1]
        for plane in range(n_planes):
            excess = planes.normals[plane, 0] * a + planes.normals[plane, 1] * b - planes.levels[plane]
            for i in range(2, n_players):
                excess += planes.normals[plane, i] * point[n_players * y + i]
            if excess > most:
                index, most = y * n_planes + plane, excess
                if first:
                    return index, most
    return index, most


@njit(cache=True, nogil=True)
def leaving(n: int, work: Work, first: bool) -> int:
    """Return the place in the basis that the entering constraint takes; -1 if there is none.

    A step of size t lowers multiplier k by t row_k, so t is at most multiplier_k / row_k for each positive
    row_k. Among the places whose step keeps all multipliers above -`harris`, the largest entry of the row is
    chosen (Harris 1973) or, with `first`, the constraint of least index (Bland's rule).
    """
    multipliers, row = work.multipliers, work.row
    largest, least, place = 0.0, np.inf, -1
    for k in range(n):
        # An entry is a pivot only if it is not rounding, in itself and beside the largest of its row.
        largest = max(largest, abs(row[k]))
    smallest = max(SIMPLEX.pivot, SIMPLEX.relative_pivot * largest)
    for k in range(n):
        if row[k] > smallest:
            # Two passes, as Harris has it: first the step that all multipliers allow if they may fall a
            # little below zero, then of the places within that step the safest pivot.
            least = min(least, (multipliers[k] + SIMPLEX.harris) / row[k])
    for k in range(n):
        if row[k] <= smallest or multipliers[k] > least * row[k]:
            continue
        if place < 0 or (work.basis[k] < work.basis[place] if first else row[k] > row[place]):
            place = k
    return place


@njit(cache=True, nogil=True)
def is_infeasible(index: int, violation: float, profile: int, programs: Programs, work: Work) -> bool:
    """Return whether a violated constraint, less a mixture of others, proves infeasibility (Farkas).

    No entry of the pivot row is positive, and n_index = sum_k row_k n_k. So a feasible w has n_index . w at
    least sum_k row_k b_k, its value at the unknowns, which exceeds b_index. The remainder that rounding
    leaves of that sum, times the size of the set, must be smaller than the violation by `doubt`. Levels of
    half-planes are known only up to rounding, which a sharp corner of the set magnifies, and a constraint
    that just holds must not be lost.
    """
    n, row = n_unknowns(profile, programs), work.row
    unit, normal, rest = unit_matrix(n), np.empty(n), np.empty(n)
    add_row(index, profile, programs, unit, rest)
    for k in range(n):
        if row[k] < 0.0:
            add_row(work.basis[k], profile, programs, unit, normal)
            for j in range(n):
                rest[j] -= row[k] * normal[j]
    return bool(SIMPLEX.size * absolute_sum(rest, n) + SIMPLEX.doubt < violation)


@njit(cache=True, nogil=True)
def exchange(n: int, place: int, index: int, work: Work) -> None:
    """Put constraint `index` at `place` in the basis, and update the inverse and the multipliers."""
    inverse, multipliers, row = work.inverse, work.multipliers, work.row
    scale = 1.0 / row[place]
    step = multipliers[place] * scale
    for k in range(n):
        # Dual feasible again, at the price of Harris's slack: the objective is off by it, which
        # `without_levels` counts.
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
def without_levels(profile: int, programs: Programs, objective: FloatArray, work: Work) -> float:
    """Return the part of the bound from the multipliers that does not depend on the levels of W.

    c . w = sum_k multiplier_k n_k . w + rest . w <= sum_k multiplier_k b_k + size sum |rest|. The rest of the
    objective is multiplied by the size of the set, and the rounding of every term is added. So the bound
    holds whatever the rounding of the multipliers, and whatever the levels are.
    """
    constraints, normals, rest = programs.constraints, programs.planes.normals, work.row
    n_signals, (n_planes, n_players) = constraints.n_signals[profile], normals.shape
    for y in range(n_signals):
        for i in range(n_players):
            # Begin with the objective and take every constraint of the basis off it, times its multiplier:
            # what is left is rounding.
            rest[n_players * y + i] = constraints.probabilities[profile, y] * objective[i]
    n, bound = n_players * n_signals, 0.0
    for k in range(n):
        index, multiplier = work.basis[k], work.multipliers[k]
        m = index - n_signals * n_planes
        if m < 0:
            bound += SIMPLEX.term_rounding * SIMPLEX.size * multiplier
            y, plane = index // n_planes, index % n_planes
            for i in range(n_players):
                rest[n_players * y + i] -= multiplier * normals[plane, i]
            continue
        term = multiplier * level_of(index, profile, programs)
        bound += term + SIMPLEX.term_rounding * abs(term)
        owner = constraints.owners[profile, m]
        for y in range(n_signals):
            rest[n_players * y + owner] += multiplier * constraints.coefficients[profile, m, y]
    return float(bound + SIMPLEX.size * absolute_sum(rest, n))


@njit(cache=True, nogil=True)
def dual_bound(profile: int, programs: Programs, objective: FloatArray, work: Work) -> float:
    """Return the upper bound of the value from the multipliers and the levels of W."""
    levels = programs.planes.levels
    bound, planes = 0.0, programs.constraints.n_signals[profile] * len(levels)
    for k in range(n_unknowns(profile, programs)):
        if work.basis[k] < planes:
            bound += work.multipliers[k] * levels[work.basis[k] % len(levels)]
    return float(bound + without_levels(profile, programs, objective, work))


@njit(cache=True, nogil=True)
def begin(
    profile: int, programs: Programs, objective: FloatArray, corner: IntArray, basis: IntArray, work: Work
) -> None:
    """Start from a given basis if it is still dual feasible, and otherwise from the corner."""
    if basis[0] >= 0:
        for k in range(n_unknowns(profile, programs)):
            work.basis[k] = basis[k]
        # The last basis at moved levels: multipliers do not depend on levels, so that it is dual feasible but
        # for rounding.
        if inverted(profile, programs, work):
            least = solved_basis(profile, programs, objective, work)
            if least > -SIMPLEX.dual:
                return
    start(profile, programs, corner, work)
    solved_basis(profile, programs, objective, work)


@njit(cache=True, nogil=True)
def maximise(
    profile: int, programs: Programs, objective: FloatArray, corner: IntArray, basis: IntArray, work: Work
) -> tuple[int, float]:
    """Solve the program; return its status and an upper bound of its value, exact if it is optimal.

    Starts from the constraints in `basis` unless the first is negative, and leaves the last ones there.
    The unknowns are left in `work.point`.
    """
    n = n_unknowns(profile, programs)
    begin(profile, programs, objective, corner, basis, work)
    status, pivots, fresh = STOPPED, 0, False
    limit = SIMPLEX.pivots * (1 + n)
    for count in range(2 * limit):
        # What takes so many pivots is going in a circle, which the first candidates seldom do.
        first = count > limit
        index, violation = entering(profile, programs, work, first)
        if index < 0:
            status = OPTIMAL
            break
        if is_in(work.basis, n, index):
            # What a constraint of the basis is violated by is rounding: a fresh inverse has less of it.
            if fresh or not inverted(profile, programs, work):
                status = OPTIMAL if violation <= SIMPLEX.basis_violation else STOPPED
                break
            fresh = True
            solved_basis(profile, programs, objective, work)
            continue
        fresh = False
        add_row(index, profile, programs, work.inverse[:n, :n], work.row)
        # No place to leave is a dual ray, along which the bound falls for ever: the program is infeasible, if
        # rounding does not pretend it.
        place = leaving(n, work, first)
        if place < 0:
            if is_infeasible(index, violation, profile, programs, work):
                status = INFEASIBLE
            break
        exchange(n, place, index, work)
        pivots += 1
        # Updates of the inverse add up their rounding.
        if pivots % SIMPLEX.fresh_inverse == 0 and not inverted(profile, programs, work):
            break
        solved_basis(profile, programs, objective, work)
    for k in range(n):
        # Kept for the next levels, also where the limit stopped it: the basis is dual feasible on the way
        # too.
        basis[k] = -1 if status == INFEASIBLE else work.basis[k]
    return status, dual_bound(profile, programs, objective, work)
