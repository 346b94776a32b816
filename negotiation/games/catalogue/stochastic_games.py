"""Published stochastic games."""

from __future__ import annotations

import numpy as np

from negotiation.games.sparse_transitions import SparseTransitions
from negotiation.games.stage import StageGame
from negotiation.games.stochastic import StochasticGame
from negotiation.numeric import Number


def big_match(delta: Number = 0.9) -> StochasticGame:
    """Return the game of Gillette (1957), as Blackwell and Ferguson (1968) solved it.

    The second player chooses 0 or 1, the first guesses; a guess of 1 is the last, and its result is paid for
    ever.

    Parameters
    ----------
    delta : number, optional
        The discount factor.
    """
    paid = {"play": [[1, 0], [0, 1]], "won": [[1]], "lost": [[0]]}
    stages = {state: StageGame.from_matrices(pay, -np.array(pay)) for state, pay in paid.items()}
    moves = SparseTransitions([{0: 1}, {0: 1}, {2: 1}, {1: 1}, {1: 1}, {2: 1}], 3)
    return StochasticGame.from_stages(stages, moves, delta)
