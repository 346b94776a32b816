"""Compiled bases of the linear programs of `programs.py`: their constraints, inverse and solution.

Constraints are numbered: y L + l is the half-plane l of L for signal y, Y L + m the incentive constraint m.
All are written as "at most": n_l . w(y) <= b_l, and -sum_y d_my w_i(y) <= relax - e_m for the owner i of m.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.payoff_sets.public.constraints import ConstraintArrays
from negotiation.solvers.payoff_sets.public.numerics import NUMERICS


class HalfPlanes(NamedTuple):
    """A convex set W of the plane, all w with n_l . w <= b_l.

    Parameters
    ----------
    normals : array, shape (L, 2)
        Outward, of length 1; where they turn once around, W is bounded.
    levels : array, shape (L,)
    """

    normals: FloatArray
    levels: FloatArray


class Programs(NamedTuple):
    """The linear programs of all profiles at one set of continuations.

    Parameters
    ----------
    constraints : ConstraintArrays
        The incentive constraints by profile.
    planes : HalfPlanes
        The set W of continuations.
    relax : float
        By how much incentive constraints may fall short.
    """

    constraints: ConstraintArrays
    planes: HalfPlanes
    relax: float


class Work(NamedTuple):
    """Scratch space for a program with n unknowns.

    Parameters
    ----------
    inverse : array, shape (n, n)
        Of the basis: row for each unknown, column for each constraint in the basis.
    point : array, shape (n,)
        The unknowns w_i(y), at 2 y + i.
    multipliers : array, shape (n,)
        Of the constraints in the basis.
    row : array, shape (n,)
        A constraint's normal in terms of those of the basis.
    basis : array of int, shape (n,)
        Numbers of the constraints in the basis.
    """

    inverse: FloatArray
    point: FloatArray
    multipliers: FloatArray
    row: FloatArray
    basis: IntArray


@njit(cache=True, nogil=True)
def work_arrays(n_signals: int) -> Work:
    """Return scratch space for programs of up to so many signals."""
    n = 2 * n_signals
    return Work(np.empty((n, n)), np.empty(n), np.empty(n), np.empty(n), np.empty(n, np.int64))


@njit(cache=True, nogil=True)
def level_of(index: int, profile: int, programs: Programs) -> float:
    """Return the right-hand side of a constraint, written as at most it."""
    levels = programs.planes.levels
    m = index - programs.constraints.n_signals[profile] * len(levels)
    if m < 0:
        return float(levels[index % len(levels)])
    return float(programs.relax - programs.constraints.needed[profile, m])


@njit(cache=True, nogil=True)
def add_row(index: int, profile: int, programs: Programs, factor: FloatArray, out: FloatArray) -> None:
    """Write a constraint's normal times the columns of a matrix, shape (2 Y, n), to `out`."""
    constraints, normals = programs.constraints, programs.planes.normals
    n_signals, n_planes, n = constraints.n_signals[profile], len(normals), factor.shape[1]
    m = index - n_signals * n_planes
    if m < 0:
        # n_l has its two coordinates in the rows of signal y.
        y, plane = index // n_planes, index % n_planes
        x_part, y_part = normals[plane, 0], normals[plane, 1]
        for k in range(n):
            out[k] = x_part * factor[2 * y, k] + y_part * factor[2 * y + 1, k]
        return
    # -d_my in the rows of the owner, one for each signal.
    owner = constraints.owners[profile, m]
    for k in range(n):
        out[k] = 0.0
    for y in range(n_signals):
        coefficient = -constraints.coefficients[profile, m, y]
        if coefficient != 0.0:
            for k in range(n):
                out[k] += coefficient * factor[2 * y + owner, k]


@njit(cache=True, nogil=True)
def start(profile: int, programs: Programs, corner: IntArray, work: Work) -> None:
    """Start at the corner of two half-planes, for each signal."""
    inverse, basis, normals = work.inverse, work.basis, programs.planes.normals
    n_signals, n_planes = programs.constraints.n_signals[profile], len(normals)
    a, b = corner[0], corner[1]
    ax, ay, bx, by = normals[a, 0], normals[a, 1], normals[b, 0], normals[b, 1]
    turn = ax * by - ay * bx
    for j in range(2 * n_signals):
        for k in range(2 * n_signals):
            inverse[j, k] = 0.0
    # The inverse of the rows (ax, ay) and (bx, by), once for each signal.
    for y in range(n_signals):
        inverse[2 * y, 2 * y], inverse[2 * y, 2 * y + 1] = by / turn, -ay / turn
        inverse[2 * y + 1, 2 * y], inverse[2 * y + 1, 2 * y + 1] = -bx / turn, ax / turn
        basis[2 * y], basis[2 * y + 1] = y * n_planes + a, y * n_planes + b


@njit(cache=True, nogil=True)
def inverted(profile: int, programs: Programs, work: Work) -> bool:
    """Write the inverse of the basis; return whether there is one (Gauss and Jordan, rows exchanged)."""
    inverse, n = work.inverse, 2 * programs.constraints.n_signals[profile]
    unit, matrix = np.eye(n), np.empty((n, n))
    for k in range(n):
        add_row(work.basis[k], profile, programs, unit, matrix[k])
        for j in range(n):
            inverse[k, j] = unit[k, j]
    for k in range(n):
        pivot = k
        for j in range(k + 1, n):
            if abs(matrix[j, k]) > abs(matrix[pivot, k]):
                pivot = j
        if abs(matrix[pivot, k]) < NUMERICS.pivot:
            return False
        if pivot != k:
            for j in range(n):
                matrix[k, j], matrix[pivot, j] = matrix[pivot, j], matrix[k, j]
                inverse[k, j], inverse[pivot, j] = inverse[pivot, j], inverse[k, j]
        scale = 1.0 / matrix[k, k]
        for j in range(n):
            matrix[k, j] *= scale
            inverse[k, j] *= scale
        for i in range(n):
            part = matrix[i, k]
            if i != k and part != 0.0:
                for j in range(n):
                    matrix[i, j] -= part * matrix[k, j]
                    inverse[i, j] -= part * inverse[k, j]
    return True


@njit(cache=True, nogil=True)
def solved_basis(profile: int, programs: Programs, objective: FloatArray, work: Work) -> float:
    """Write the unknowns and multipliers of a basis; return the least multiplier, before rounding to zero."""
    constraints, inverse, point = programs.constraints, work.inverse, work.point
    n_signals = constraints.n_signals[profile]
    n = 2 * n_signals
    for j in range(n):
        point[j] = 0.0
    least = np.inf
    # w = B^-1 b, and the multipliers are c' B^-1 with the objective c_i p_y of w_i(y).
    for k in range(n):
        level = level_of(work.basis[k], profile, programs)
        multiplier = 0.0
        for y in range(n_signals):
            p = constraints.probabilities[profile, y]
            multiplier += p * (objective[0] * inverse[2 * y, k] + objective[1] * inverse[2 * y + 1, k])
        for j in range(n):
            point[j] += inverse[j, k] * level
        work.multipliers[k] = max(multiplier, 0.0)
        least = min(least, multiplier)
    return float(least)
