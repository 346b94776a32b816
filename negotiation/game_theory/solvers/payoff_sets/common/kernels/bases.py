"""Compiled bases of the linear programs of `programs.py`: their constraints, inverse and solution.

There are N >= 2 players, and W is given by L half-planes (half-spaces for three players or more).
Constraints are numbered: y L + l is the half-plane l of L for signal y, Y L + m the incentive constraint m.
All are written as "at most": n_l . w(y) <= b_l, and -sum_y d_my w_i(y) <= relax - e_m for the owner i of m.
"""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.inverses import invert
from negotiation.game_theory.solvers.payoff_sets.common.program_arrays import ConstraintArrays, HalfPlanes
from negotiation.game_theory.solvers.payoff_sets.numerics import SIMPLEX


class Programs(NamedTuple):
    """The linear programs of all profiles with continuations in one set."""

    constraints: ConstraintArrays
    planes: HalfPlanes
    # The amount by which incentive constraints may fall short.
    relax: float


class Work(NamedTuple):
    """Scratch space for a program with n unknowns."""

    # (n, n): the inverse of the basis, with a row for each unknown and a column for each of its constraints.
    inverse: FloatArray
    # (n,): the unknowns w_i(y), at position N y + i.
    point: FloatArray
    # (n,): multipliers of the constraints in the basis.
    multipliers: FloatArray
    # (n,): a constraint's normal in terms of the normals in the basis.
    row: FloatArray
    # (n,): numbers of the constraints in the basis.
    basis: IntArray


@njit(cache=True, nogil=True)
def work_arrays(n: int) -> Work:
    """Return scratch space for programs of up to n unknowns."""
    return Work(np.empty((n, n)), np.empty(n), np.empty(n), np.empty(n), np.empty(n, np.int64))


@njit(cache=True, nogil=True)
def n_unknowns(profile: int, programs: Programs) -> int:
    """Return the number of unknowns of a profile's program: one for each signal and player."""
    return int(programs.constraints.n_signals[profile] * programs.planes.normals.shape[1])


@njit(cache=True, nogil=True)
def level_of(index: int, profile: int, programs: Programs) -> float:
    """Return the right-hand side of a constraint that is written as "at most"."""
    levels = programs.planes.levels
    m = index - programs.constraints.n_signals[profile] * len(levels)
    if m < 0:
        return float(levels[index % len(levels)])
    return float(programs.relax - programs.constraints.needed[profile, m])


@njit(cache=True, nogil=True)
def add_row(index: int, profile: int, programs: Programs, factor: FloatArray, out: FloatArray) -> None:
    """Write the product of a constraint's normal and the matrix `factor`, shape (N Y, n), to `out`."""
    constraints, normals = programs.constraints, programs.planes.normals
    n_signals, n_planes, n = constraints.n_signals[profile], len(normals), factor.shape[1]
    n_players, m = normals.shape[1], index - n_signals * n_planes
    for k in range(n):
        out[k] = 0.0
    if m < 0:
        # n_l has its coordinates in the rows of signal y.
        y, plane = index // n_planes, index % n_planes
        for i in range(n_players):
            part = normals[plane, i]
            if part != 0.0:
                for k in range(n):
                    out[k] += part * factor[n_players * y + i, k]
        return
    # -d_my in the rows of the owner, one for each signal.
    owner = constraints.owners[profile, m]
    for y in range(n_signals):
        coefficient = -constraints.coefficients[profile, m, y]
        if coefficient != 0.0:
            for k in range(n):
                out[k] += coefficient * factor[n_players * y + owner, k]


@njit(cache=True, nogil=True)
def start(profile: int, programs: Programs, corner: IntArray, work: Work) -> bool:
    """Start at a corner of W for each signal; return whether its half-planes meet in one point."""
    inverse, basis, normals = work.inverse, work.basis, programs.planes.normals
    n_signals, (n_planes, n_players) = programs.constraints.n_signals[profile], normals.shape
    block, own = np.empty((n_players, n_players)), np.empty((n_players, n_players))
    for k in range(n_players):
        for j in range(n_players):
            block[k, j] = normals[corner[k], j]
    if not invert(block, own, n_players, SIMPLEX.pivot):
        return False
    # With a corner of W after each signal the basis is block diagonal with one small block for each signal,
    # so that only one block has to be inverted.
    n = n_signals * n_players
    for j in range(n):
        for k in range(n):
            inverse[j, k] = 0.0
    for y in range(n_signals):
        first = n_players * y
        for k in range(n_players):
            basis[first + k] = y * n_planes + corner[k]
            for j in range(n_players):
                inverse[first + j, first + k] = own[j, k]
    return True


@njit(cache=True, nogil=True)
def unit_matrix(n: int) -> FloatArray:
    """Return the identity matrix of size n."""
    unit = np.zeros((n, n))
    for k in range(n):
        unit[k, k] = 1.0
    return unit


@njit(cache=True, nogil=True)
def inverted(profile: int, programs: Programs, work: Work) -> bool:
    """Write the inverse of the basis; return whether the basis is regular."""
    n = n_unknowns(profile, programs)
    unit, matrix = unit_matrix(n), np.empty((n, n))
    for k in range(n):
        add_row(work.basis[k], profile, programs, unit, matrix[k])
    return invert(matrix, work.inverse, n, SIMPLEX.pivot)


@njit(cache=True, nogil=True)
def solved_basis(profile: int, programs: Programs, objective: FloatArray, work: Work) -> float:
    """Write the unknowns and the multipliers, with negative ones set to zero; return the least multiplier.

    The multiplier that is returned may be negative.
    """
    constraints, inverse, point = programs.constraints, work.inverse, work.point
    n_signals, n_players = constraints.n_signals[profile], len(objective)
    n = n_players * n_signals
    for j in range(n):
        point[j] = 0.0
    least = np.inf
    # w = B^-1 b, and the multipliers are c' B^-1 with the objective c_i p_y of w_i(y).
    for k in range(n):
        level = level_of(work.basis[k], profile, programs)
        multiplier = 0.0
        for y in range(n_signals):
            part = 0.0
            for i in range(n_players):
                part += objective[i] * inverse[n_players * y + i, k]
            multiplier += constraints.probabilities[profile, y] * part
        for j in range(n):
            point[j] += inverse[j, k] * level
        # Rounding may leave a multiplier below zero; the bound that it enters holds for any that are not
        # (`without_levels`).
        work.multipliers[k] = max(multiplier, 0.0)
        least = min(least, multiplier)
    return float(least)
