"""Compiled inner operator for several players: the farthest points that a hull of points generates.

The best mixture of points p_j in which player i has at least b_i,

    max sum_j c_j l_j  over l >= 0 with sum_j l_j = 1 and sum_j p_ji l_j >= b_i,

is the dual of a program of N + 1 unknowns, prices m of the N players and the value y of the mixture,

    max b . m - y  over m >= 0 with p_j . m - y <= -c_j for every point j,

which `common/kernels/programs.py` solves; its multipliers are the mixture. Prices are bounded, m <= `price`,
so that there is a first basis. If that bound is in the last basis, no mixture satisfies the constraints.
"""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.kernels.bases import Programs, Work, work_arrays
from negotiation.game_theory.solvers.payoff_sets.common.kernels.programs import OPTIMAL, maximise
from negotiation.game_theory.solvers.payoff_sets.common.program_arrays import ConstraintArrays, HalfPlanes
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import PROGRAMS


class Generated(NamedTuple):
    """The farthest generated point in each direction."""

    # (L,): which profile does; -1 where none is enforced.
    profiles: IntArray
    # (L, m): the mixture of points that its continuation is.
    weights: FloatArray


@njit(cache=True, nogil=True)
def no_constraints() -> ConstraintArrays:
    """Return no incentive constraints, for a program that has only half-spaces."""
    ones, none = np.ones(1, np.int64), np.zeros((1, 1), np.int64)
    empty = np.zeros((1, 1))
    return ConstraintArrays(ones, np.ones((1, 1)), none[0], none, np.zeros((1, 1, 1)), empty, empty, empty[0])


@njit(cache=True, nogil=True)
def price_rows(points: FloatArray) -> FloatArray:
    """Return the normals of the program's half-spaces: one per point, and two bounds per price."""
    m, n = points.shape
    rows = np.zeros((m + 2 * n, n + 1))
    rows[:m, :n], rows[:m, n] = points, -1.0
    for i in range(n):
        # -m_i <= 0 and m_i <= `price`.
        rows[m + i, i], rows[m + n + i, i] = -1.0, 1.0
    return rows


@njit(cache=True, nogil=True)
def mixture(
    objective: FloatArray, target: FloatArray, rows: FloatArray, basis: IntArray, work: Work, out: FloatArray
) -> bool:
    """Write the best mixture of points that satisfies the constraints; return whether there is one."""
    m, n = len(out), len(target)
    levels = np.zeros(m + 2 * n)
    levels[:m] = -objective
    levels[m + n :] = PROGRAMS.price
    # b less the point farthest in the objective is a mixture of the prices' bounds: dual feasible.
    corner, best = np.empty(n + 1, np.int64), int(objective.argmax())
    for i in range(n):
        # The price of a player who wants more than the best point gives is at its upper bound, of one who
        # does not at zero.
        corner[i] = m + n + i if target[i] > rows[best, i] else m + i
    corner[n] = best
    programs = Programs(no_constraints(), HalfPlanes(rows, levels), 0.0)
    status, _ = maximise(0, programs, np.append(target, -1.0), corner, basis, work)
    if status != OPTIMAL:
        basis[0] = -1
        return False
    out[:] = 0.0
    for k in range(n + 1):
        index, multiplier = basis[k], work.multipliers[k]
        if index < m:
            out[index] = multiplier
        # The bound on a price is in the last basis: the mixture would fall short of what is asked by its
        # multiplier, so that there is none.
        elif index >= m + n and multiplier > PROGRAMS.shortfall:
            return False
    out /= out.sum()
    return True


@njit(cache=True, nogil=True)
def generated(
    directions: FloatArray,
    points: FloatArray,
    constraints: ConstraintArrays,
    tighter: float,
    active: IntArray,
    bases: IntArray,
) -> Generated:
    """Return the farthest points that a hull generates; profiles that it does not enforce leave `active`.

    `constraints.needed` is what continuations need above the least of the points. `bases`, shape
    (A, L, N + 1), are the last ones of the programs.
    """
    n_directions, (m, n), deltas = len(directions), points.shape, constraints.deltas
    rows, work, weights = price_rows(points), work_arrays(n + 1), np.empty(m)
    farthest = np.full(n_directions, -np.inf)
    generators = Generated(np.full(n_directions, -1), np.zeros((n_directions, m)))
    floors = np.empty(n)
    for a in range(len(active)):
        for i in range(n):
            least = points[:, i].min()
            needed = constraints.needed[a, i]
            # Who gains nothing by departing is content with any continuation.
            # The least of the points is the punishment; where nothing is needed the constraint is put below
            # every point.
            floors[i] = least + needed + tighter if needed > 0.0 else least - 1.0
        for k in range(n_directions):
            if active[a] == 0:
                break
            objective = points @ (deltas * directions[k])
            if not mixture(objective, floors, rows, bases[a, k], work, weights):
                active[a] = 0
                break
            reached = objective @ weights
            for i in range(n):
                reached += directions[k, i] * (1.0 - deltas[i]) * constraints.payoffs[a, i]
            # Only what is visibly farther, or rounding would choose among equals.
            if reached > farthest[k] + PROGRAMS.farther:
                farthest[k], generators.profiles[k] = reached, a
                generators.weights[k] = weights
    return generators
