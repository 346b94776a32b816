"""Compiled bases of the linear programs of `signal_programs.py`: constraints, inverse, solution."""

from typing import TypeAlias

import numpy as np
from numba import njit

from negotiation.numeric import FloatArray, IntArray

SINGULAR = 1e-11
"""Pivot of an elimination below which a matrix has no inverse."""

Constraints: TypeAlias = tuple[
    IntArray, FloatArray, IntArray, IntArray, FloatArray, FloatArray, FloatArray, FloatArray
]
"""By profile: number of signals, their probabilities, number of incentive constraints, whose each is, its
coefficients and its level, stage payoffs; and the discount factors."""

HalfPlanes: TypeAlias = tuple[FloatArray, FloatArray]
"""Outward normals and levels."""

Work: TypeAlias = tuple[FloatArray, FloatArray, FloatArray, FloatArray, IntArray]
"""Inverse of the basis, unknowns, multipliers, pivot row, constraints in the basis."""


@njit(cache=True, nogil=True)
def work_arrays(n_signals: int) -> Work:
    """Return scratch space for programs of up to so many signals."""
    n = 2 * n_signals
    return np.empty((n, n)), np.empty(n), np.empty(n), np.empty(n), np.empty(n, np.int64)


@njit(cache=True, nogil=True)
def level_of(index: int, profile: int, constraints: Constraints, planes: HalfPlanes, relax: float) -> float:
    """Return the right-hand side of a constraint, written as at most it."""
    n_planes = len(planes[1])
    m = index - constraints[0][profile] * n_planes
    if m < 0:
        return float(planes[1][index % n_planes])
    return float(relax - constraints[5][profile, m])


@njit(cache=True, nogil=True)
def add_row(
    index: int,
    profile: int,
    constraints: Constraints,
    planes: HalfPlanes,
    factor: FloatArray,
    out: FloatArray,
) -> None:
    """Write a constraint's normal times the columns of a matrix, shape (2 Y, n), to `out`."""
    n_signals, n_planes = constraints[0][profile], len(planes[1])
    n = factor.shape[1]
    m = index - n_signals * n_planes
    if m < 0:
        y, plane = index // n_planes, index % n_planes
        x_part, y_part = planes[0][plane, 0], planes[0][plane, 1]
        for k in range(n):
            out[k] = x_part * factor[2 * y, k] + y_part * factor[2 * y + 1, k]
        return
    owner = constraints[3][profile, m]
    for k in range(n):
        out[k] = 0.0
    for y in range(n_signals):
        coefficient = -constraints[4][profile, m, y]
        if coefficient != 0.0:
            for k in range(n):
                out[k] += coefficient * factor[2 * y + owner, k]


@njit(cache=True, nogil=True)
def start(profile: int, constraints: Constraints, planes: HalfPlanes, corner: IntArray, work: Work) -> None:
    """Start at the corner of two half-planes, for each signal."""
    inverse, n_signals, n_planes = work[0], constraints[0][profile], len(planes[1])
    a, b = corner[0], corner[1]
    ax, ay, bx, by = planes[0][a, 0], planes[0][a, 1], planes[0][b, 0], planes[0][b, 1]
    turn = ax * by - ay * bx
    for j in range(2 * n_signals):
        for k in range(2 * n_signals):
            inverse[j, k] = 0.0
    for y in range(n_signals):
        inverse[2 * y, 2 * y], inverse[2 * y, 2 * y + 1] = by / turn, -ay / turn
        inverse[2 * y + 1, 2 * y], inverse[2 * y + 1, 2 * y + 1] = -bx / turn, ax / turn
        work[4][2 * y], work[4][2 * y + 1] = y * n_planes + a, y * n_planes + b


@njit(cache=True, nogil=True)
def inverted(profile: int, constraints: Constraints, planes: HalfPlanes, work: Work) -> bool:
    """Write the inverse of the basis; return whether there is one (Gauss and Jordan, rows exchanged)."""
    inverse, n = work[0], 2 * constraints[0][profile]
    unit, matrix = np.eye(n), np.empty((n, n))
    for k in range(n):
        add_row(work[4][k], profile, constraints, planes, unit, matrix[k])
        for j in range(n):
            inverse[k, j] = unit[k, j]
    for k in range(n):
        pivot = k
        for j in range(k + 1, n):
            if abs(matrix[j, k]) > abs(matrix[pivot, k]):
                pivot = j
        if abs(matrix[pivot, k]) < SINGULAR:
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
def solved_basis(
    profile: int,
    constraints: Constraints,
    planes: HalfPlanes,
    relax: float,
    objective: FloatArray,
    work: Work,
) -> float:
    """Write the unknowns and multipliers of a basis; return the least multiplier."""
    inverse, point, multipliers, n_signals = work[0], work[1], work[2], constraints[0][profile]
    n = 2 * n_signals
    for j in range(n):
        point[j] = 0.0
    least = np.inf
    for k in range(n):
        level = level_of(work[4][k], profile, constraints, planes, relax)
        multiplier = 0.0
        for y in range(n_signals):
            p = constraints[1][profile, y]
            multiplier += p * (objective[0] * inverse[2 * y, k] + objective[1] * inverse[2 * y + 1, k])
        for j in range(n):
            point[j] += inverse[j, k] * level
        multipliers[k] = max(multiplier, 0.0)
        least = min(least, multiplier)
    return float(least)
