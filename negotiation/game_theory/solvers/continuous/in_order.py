"""Values of play that goes no way back, solved in the order in which it passes through states.

Under pure strategies most options have no chance, and play that goes to a goal passes each state once. With
states in the order of the strong components of what is left, the system of values is block triangular, and is
solved from what play reaches last on, block by block; a state by itself is one division (Tarjan 1972, SIAM J.
Comput. 1(2), for the components). Cost: one pass through the options, where all blocks are small.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.solvers.continuous.kernels.equations import Moves
from negotiation.game_theory.solvers.continuous.kernels.order import components, rates_of, substituted
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS


def in_order(moves: Moves, chances: FloatArray) -> Callable[[FloatArray], FloatArray] | None:
    """Return what solves the system of values of some play, or None where much of it goes round.

    Shapes: `chances` (K,).
    """
    taken = np.flatnonzero(chances)
    if len(moves.flows) > NUMERICS.direct and len(taken) > NUMERICS.most_taken * len(chances):
        return None
    play = rates_of(moves, chances)
    order, starts = components(play)
    if np.diff(starts).max() > NUMERICS.direct:
        return None

    def solved(right: FloatArray) -> FloatArray:
        """Return the solutions, one right-hand side a player."""
        found: FloatArray = substituted(play, order, starts, moves.discount_rates, right)
        return found

    return solved
