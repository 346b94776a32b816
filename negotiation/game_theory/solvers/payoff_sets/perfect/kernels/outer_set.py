"""Compiled: the outer bound of a payoff set by itself, iterated until it moves by rounding alone."""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.budget import Budget
from negotiation.game_theory.solvers.payoff_sets.common.polygons import simplified
from negotiation.game_theory.solvers.payoff_sets.common.stage import shifted_stage
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.abreu_sannikov import (
    first_candidate,
    iterate,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import NUMERICS


class Outer(NamedTuple):
    """The corners of an outer bound, and the threats that it was found with."""

    # (k, 2): counter-clockwise; none where no profile is left.
    corners: FloatArray
    # (2,): the players' worst payoffs.
    threats: FloatArray


@njit(cache=True, nogil=True)
def outer_of(payoffs: FloatArray, delta: float, budget: Budget) -> Outer:
    """Return the outer bound of a game whose players' least payoffs are zero.

    The constraints are relaxed by what rounding does to them, and the iteration goes on until that is all
    that is left: at a discount factor close below a jump the set stands almost still before it falls.

    Shapes: `payoffs` (n, m, 2).
    """
    stage, _ = shifted_stage(payoffs)
    size = stage.size
    # Relaxed, so that rounding drops no profile that just holds; and to a tolerance far below what the bounds
    # of `certified_bounds.py` need.
    relax, tolerance = NUMERICS.resolved * size, NUMERICS.inner_iterated * size
    found, _, _ = iterate(stage, first_candidate(stage), delta, relax, tolerance, budget)
    count = found.n_vertices
    if count == 0:
        return Outer(np.empty((0, 2)), found.threats)
    corners = found.polygon[:count].copy()
    return Outer(corners[: simplified(corners, count, NUMERICS.collinear * size)].copy(), found.threats)
