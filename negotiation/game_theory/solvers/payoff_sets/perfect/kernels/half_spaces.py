"""Compiled outer bound of several players' payoffs: half-spaces lowered to what is generated within them.

A step solves one program for each direction and profile (`common/kernels/programs.py`, with one signal): the
farthest continuation in W that gives every player i at least threat_i + (1 - delta_i) / delta_i h_i. Each
starts from its last basis, which is dual feasible still.
"""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.kernels.bases import Programs, work_arrays
from negotiation.game_theory.solvers.payoff_sets.common.kernels.programs import INFEASIBLE, maximise
from negotiation.game_theory.solvers.payoff_sets.common.program_arrays import ConstraintArrays, HalfPlanes


class Outer(NamedTuple):
    """Half-spaces that contain the set, and what is known of each profile."""

    # (L, N): outward unit normals, the axes among them.
    directions: FloatArray
    # (L,)
    levels: FloatArray
    # (N,): what each player is sure of.
    threats: FloatArray
    # (A,): 1 for profiles that some continuation may enforce, else 0.
    active: IntArray
    # (L, N): for each direction the axes in whose cone it is.
    corners: IntArray
    # (N,): the direction that bounds each player's payoff from below.
    down: IntArray


@njit(cache=True, nogil=True)
def lower(
    outer: Outer, constraints: ConstraintArrays, relaxed: float, tolerance: float, limit: int
) -> tuple[int, float]:
    """Lower the levels and raise the threats, in place, until they settle; return steps and last change.

    `constraints.needed` is what continuations need above the threats; constraints and levels are relaxed.
    Where no profile is enforced the levels are minus infinity.
    """
    n_profiles, n_players = constraints.payoffs.shape
    n_directions, deltas = len(outer.levels), constraints.deltas
    bases = np.full((n_profiles, n_directions, n_players), -1)
    work, supports, change = work_arrays(n_players), np.empty(n_directions), np.inf
    # needed + threat, written in place as the threats rise.
    needed = constraints.needed + outer.threats
    above = ConstraintArrays(
        constraints.n_signals, constraints.probabilities, constraints.n_constraints, constraints.owners,
        constraints.coefficients, needed, constraints.payoffs, deltas,
    )  # fmt: skip
    for step in range(limit):
        planes = HalfPlanes(outer.directions, outer.levels + relaxed)
        programs = Programs(above, planes, relaxed)
        supports[:] = -np.inf
        for a in range(n_profiles):
            for k in range(n_directions):
                if outer.active[a] == 0:
                    break
                direction = outer.directions[k]
                # max of q . (D w): the objective has the discount factors in it, and today's payoff is added
                # below.
                status, value = maximise(a, programs, deltas * direction, outer.corners[k], bases[a, k], work)
                if status == INFEASIBLE:
                    outer.active[a] = 0
                    break
                for i in range(n_players):
                    value += direction[i] * (1.0 - deltas[i]) * constraints.payoffs[a, i]
                # The value is an upper bound even where the program came to no end.
                supports[k] = max(supports[k], value)
        if not outer.active.any():
            outer.levels[:] = -np.inf
            return step + 1, 0.0
        change = 0.0
        for k in range(n_directions):
            change = max(change, outer.levels[k] - supports[k])
            outer.levels[k] = min(outer.levels[k], supports[k])
        for i in range(n_players):
            # The half-space -w_i <= level says what player i is sure of; relaxed by what rounding does to a
            # level.
            outer.threats[i] = max(outer.threats[i], -outer.levels[outer.down[i]] - relaxed)
        needed[:] = constraints.needed + outer.threats
        if change <= tolerance:
            return step + 1, change
    return limit, change
