"""Compiled: a search of all pure Markov profiles of a stochastic game for equilibria.

Each pure Markov profile chooses one row in every state. Its values solve a linear system. Every single
deviation in every state is then compared with these values. Cost: for each profile a system of the size of
the state space and one pass through the deviations.
"""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.markov.kernels.equations import MarkovArrays, eliminate
from negotiation.game_theory.solvers.markov.numerics import NUMERICS


@njit(cache=True, nogil=True)
def profile_levels(game: MarkovArrays, rows: IntArray) -> FloatArray:
    """Return the first state's average values, then the other states' advantages over it, shape (S, N)."""
    states, n = len(rows), game.payoffs.shape[1]
    levels = np.empty((states, n))
    for i in range(n):
        # Players with one discount factor share the matrix: one elimination with several right-hand sides.
        if i > 0 and game.deltas[i] == game.deltas[0]:
            continue
        system, right = np.zeros((states, states)), np.empty((states, n))
        for s in range(states):
            # v_s + g = u_s + delta sum_s' P(s') v_s', v_0 = 0: the first column belongs to g.
            right[s] = game.payoffs[rows[s]]
            system[s, s] += 1.0
            for k in range(game.indptr[rows[s]], game.indptr[rows[s] + 1]):
                system[s, game.indices[k]] -= game.deltas[i] * game.chances[k]
        system[:, 0] = 1.0
        eliminate(system, right)
        for j in range(n):
            if game.deltas[j] == game.deltas[i]:
                levels[:, j] = right[:, j]
    return levels


@njit(cache=True, nogil=True)
def row_value(game: MarkovArrays, row: int, i: int, levels: FloatArray) -> float:
    """Return a player's payoff in a row plus the expected discounted advantage of the next state."""
    value: float = game.payoffs[row, i]
    for k in range(game.indptr[row], game.indptr[row + 1]):
        if game.indices[k] > 0:
            value += game.deltas[i] * game.chances[k] * levels[game.indices[k], i]
    return value


@njit(cache=True, nogil=True)
def is_stable(game: MarkovArrays, strides: IntArray, rows: IntArray, levels: FloatArray) -> bool:
    """Return whether no player gains by one deviation in any state."""
    for s in range(len(rows)):
        for i in range(game.payoffs.shape[1]):
            # Small gains are tolerated, because a later check decides: a candidate too many does no harm, but
            # one too few does.
            own = row_value(game, rows[s], i, levels) + NUMERICS.proposed_gain
            a = game.slots[rows[s], i] - game.ends[s, i]
            for other in range(game.ends[s, i + 1] - game.ends[s, i]):
                row = rows[s] + (other - a) * strides[s, i]
                if other != a and row_value(game, row, i, levels) > own:
                    return False
    return True


@njit(cache=True, nogil=True)
def pure_markov(game: MarkovArrays, strides: IntArray, out: IntArray) -> int:
    """Write the rows of the first pure equilibria to `out`, as many as fit; return the number of all.

    Shapes: `strides` (S, N), `out` (limit, S).
    """
    states = game.ends.shape[0]
    rows = game.row_ends[:-1].copy()
    count = 0
    while True:
        if is_stable(game, strides, rows, profile_levels(game, rows)):
            if count < len(out):
                out[count] = rows
            count += 1
        # The next profile in lexicographic order: the last state changes first.
        s = states - 1
        while s >= 0 and rows[s] + 1 == game.row_ends[s + 1]:
            rows[s] = game.row_ends[s]
            s -= 1
        if s < 0:
            return count
        rows[s] += 1
