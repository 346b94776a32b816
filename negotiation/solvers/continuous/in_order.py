"""Values of play that goes no way back, solved in the order in which it passes through states.

Under pure strategies most options have no chance, and play that goes to a goal passes each state once. With
states in the order of the strong components of what is left, the system of values is block triangular, and a
sparse factorisation in that order fills nothing but the blocks of what goes round (Tarjan 1972, SIAM J.
Comput. 1(2), for the components). Cost: one pass through the options, where all blocks are small.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csc_array, csr_array, diags_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from negotiation.numeric import FloatArray
from negotiation.solvers.continuous.kernels.equations import Moves
from negotiation.solvers.continuous.numerics import NUMERICS


def in_order(moves: Moves, chances: FloatArray) -> Callable[[FloatArray], FloatArray] | None:
    """Return what solves the system of values of some play, or None where much of it goes round.

    Parameters
    ----------
    moves : Moves
        A game in units.
    chances : array, shape (K,)
        A probability for each option of all makers.

    Returns
    -------
    callable or None
        From the right side to the solution, both of shape (S, N).
    """
    taken = np.flatnonzero(chances)
    if len(taken) > NUMERICS.most_taken * len(chances):
        return None
    n_states = len(moves.flows)
    blocks = np.searchsorted(moves.indptr, taken, side="right") - 1
    sources = blocks % n_states
    speeds = moves.rates.ravel()[blocks] * chances[taken]
    leaving = (moves.targets[taken] != sources) & (speeds > 0.0)
    nature = np.repeat(np.arange(n_states), np.diff(moves.nature_indptr))
    place = (
        np.concatenate([sources[leaving], nature]),
        np.concatenate([moves.targets[taken][leaving], moves.nature_targets]),
    )
    rates = csr_array(
        (np.concatenate([speeds[leaving], moves.nature_rates]), place), shape=(n_states, n_states)
    )
    _, component = connected_components(rates, directed=True, connection="strong")
    if np.bincount(component).max() > NUMERICS.direct:
        return None
    order = np.argsort(component, kind="stable")
    ordered = rates[order][:, order]
    leaves = np.asarray(ordered.sum(axis=1)).ravel()
    # A generator less a discount rate is diagonally dominant: it needs no other pivots.
    factors = {
        rate: splu(
            csc_array(diags_array(rate + leaves) - ordered), permc_spec="NATURAL", diag_pivot_thresh=0.0
        )
        for rate in dict.fromkeys(moves.discount_rates.tolist())
    }

    def solved(right: FloatArray) -> FloatArray:
        """Return the solutions, one right-hand side a player."""
        found = np.empty(right.shape)
        for i, rate in enumerate(moves.discount_rates.tolist()):
            found[order, i] = factors[rate].solve(right[order, i])
        return found

    return solved
