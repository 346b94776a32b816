"""True regret of a reading: what a side loses by playing it where it could have known the other's reading.

Against a known reading k_j the other side is a fixed automaton, so the best reply is a Markov decision
problem on the public states, solved by policy iteration (Howard 1960): a linear system of S equations at each
of a few steps. The regret is the value of the best reply less that of the reading itself, where play begins.
"""

from __future__ import annotations

import numpy as np

from negotiation.errors import InvalidGame
from negotiation.numeric import KNIFE_EDGE, FloatArray
from negotiation.solvers.readings.values import ReadingValues

MOST_STEPS = 1000


def true_regret(values: ReadingValues, player: int, own: int, other: int) -> float:
    """Return what a side would gain, at the start, by the best reply to the other side's reading.

    Parameters
    ----------
    values : ReadingValues
        Values by pair of readings.
    player : int
        Position of the side.
    own, other : int
        Positions of its reading and of the other side's.

    Returns
    -------
    float
        In average discounted payoffs; 0 where the reading is a best reply.
    """
    best = best_reply_values(values, player, other)
    pair = (own, other) if player == 0 else (other, own)
    return max(0.0, float(best[0] - values.values[(0, *pair, player)]))


def best_reply_values(values: ReadingValues, player: int, other: int) -> FloatArray:
    """Return the value of a side's best reply to a reading of the other side, by public state, shape (S,)."""
    tables = values.tables
    delta, size = tables.deltas[player], len(tables.states)
    theirs = tables.actions[1 - player][:, other]
    flow = (1.0 - delta) * np.moveaxis(tables.payoffs[..., player], player, 0)[:, theirs].T
    chances = np.moveaxis(np.moveaxis(tables.chances, player, 0)[:, theirs], 0, 1)
    policy = flow.argmax(axis=1)
    rows = np.arange(size)
    for _ in range(MOST_STEPS):
        move = np.zeros((size, size))
        np.add.at(move, (rows[:, None], tables.following), chances[rows, policy])
        worth: FloatArray = np.linalg.solve(np.eye(size) - delta * move, flow[rows, policy])
        total = flow + delta * np.einsum("say,sy->sa", chances, worth[tables.following])
        better = total.max(axis=1) > total[rows, policy] + KNIFE_EDGE * tables.scale
        if not better.any():
            # Payoffs in the tables start at 0; values are of the payoffs as given.
            return worth + values.least_payoff
        policy = np.where(better, total.argmax(axis=1), policy)
    raise InvalidGame(f"policy iteration took more than {MOST_STEPS} steps on {size} states")
