"""Compiled: the outer bound of a payoff set by itself, iterated until it moves by rounding alone.

Where the worst payoffs alone are asked for, what patience gives as a rule is tried first: that they are the
pure minmax payoffs u. With S the profiles with g >= u + (1 - delta) / delta h, each of which is played for
ever under the threats u, a player is held to u_i if some profile that minmaxes him has a continuation w in
co S with w >= b and w_i = b_i: what it generates pays him u_i. With both, co S and the two points generate
themselves, so that every iterate contains them and u never rises.
"""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.budget import Budget
from negotiation.game_theory.solvers.payoff_sets.common.polygons import simplified
from negotiation.game_theory.solvers.payoff_sets.common.stage import Stage, pure_minmax, shifted_stage
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.abreu_sannikov import (
    first_candidate,
    iterate,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import NUMERICS

# What S reaches farthest along, counter-clockwise.
DIRECTIONS = ((-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1))


class Outer(NamedTuple):
    """The corners of an outer bound, and the threats that it was found with."""

    # (k, 2): counter-clockwise; none where no profile is left. Where threats alone are asked for, those of a
    # part of the set may stand in.
    corners: FloatArray
    # (2,): the players' worst payoffs.
    threats: FloatArray


@njit(cache=True, nogil=True)
def outer_of(payoffs: FloatArray, delta: float, budget: Budget, threats_alone: bool) -> Outer:
    """Return the outer bound of a game whose players' least payoffs are zero.

    The constraints are relaxed by what rounding does to them, and the iteration goes on until that is all
    that is left: at a discount factor close below a jump the set stands almost still before it falls.

    Shapes: `payoffs` (n, m, 2).
    """
    stage, _ = shifted_stage(payoffs)
    if threats_alone:
        minmax = pure_minmax(stage)
        ring = kept_ring(stage, minmax, delta)
        if held_down(stage, ring, minmax, delta, 0) and held_down(stage, ring, minmax, delta, 1):
            return Outer(ring, minmax)
    size = stage.size
    # Relaxed, so that rounding drops no profile that just holds; and to a tolerance far below what the bounds
    # of `certified_bounds.py` need.
    relax, tolerance = NUMERICS.resolved * size, NUMERICS.inner_iterated * size
    candidate, _, _ = iterate(stage, first_candidate(stage), delta, relax, tolerance, budget)
    count = candidate.n_vertices
    if count == 0:
        return Outer(np.empty((0, 2)), candidate.threats)
    corners = candidate.polygon[:count].copy()
    return Outer(corners[: simplified(corners, count, NUMERICS.collinear * size)].copy(), candidate.threats)


@njit(cache=True, nogil=True)
def kept_ring(stage: Stage, threats: FloatArray, delta: float) -> FloatArray:
    """Return corners of co S, of what is played for ever under some threats; none where S is empty."""
    ratio = (1.0 - delta) / delta
    ring, reach = np.empty((len(DIRECTIONS), 2)), np.full(len(DIRECTIONS), -np.inf)
    for k in range(len(stage.payoffs)):
        x, y = stage.payoffs[k, 0], stage.payoffs[k, 1]
        if x < threats[0] + ratio * stage.gains[k, 0] or y < threats[1] + ratio * stage.gains[k, 1]:
            continue
        for d in range(len(DIRECTIONS)):
            far = DIRECTIONS[d][0] * x + DIRECTIONS[d][1] * y
            if far > reach[d]:
                reach[d], ring[d, 0], ring[d, 1] = far, x, y
    return ring if reach[0] > -np.inf else ring[:0]


@njit(cache=True, nogil=True)
def held_down(stage: Stage, ring: FloatArray, threats: FloatArray, delta: float, axis: int) -> bool:
    """Whether a profile that minmaxes a player has a continuation in a polygon that holds him to it."""
    ratio, other = (1.0 - delta) / delta, 1 - axis
    for k in range(len(stage.payoffs)):
        if stage.payoffs[k, axis] + stage.gains[k, axis] != threats[axis]:
            continue
        # The corner of the two constraints: some edge has to cross the line w_i = b_i at it or beyond.
        at = threats[axis] + ratio * stage.gains[k, axis]
        least = threats[other] + ratio * stage.gains[k, other]
        for e in range(len(ring)):
            x, y, run = ring[e - 1, axis], ring[e - 1, other], ring[e, axis] - ring[e - 1, axis]
            part = (at - x) / run if run != 0.0 else -1.0
            if 0.0 <= part <= 1.0 and y + part * (ring[e, other] - y) >= least:
                return True
    return False
