"""Compiled: expected payoffs and regrets of profiles of a bimatrix game, from its payoffs alone.

Shares no code with the kernels that find the profiles. Cost: (n_1 x n_2) products a profile.
"""

from __future__ import annotations

from numba import njit

from negotiation.numeric import FloatArray

LARGEST_REGRET = 1e-10
"""Largest regret that passes, as a share of the player's payoff range."""


@njit(cache=True, nogil=True)
def player_regret(own: FloatArray, reply: FloatArray, opponent: FloatArray) -> tuple[float, float]:
    """Return a player's expected payoff and the most that another action gains.

    Parameters
    ----------
    own : array, shape (own actions, other's actions)
    reply, opponent : arrays
        The mixed strategies of the player and of the opponent.
    """
    base = own[0, 0]
    best, expected = -1e308, 0.0
    for r in range(own.shape[0]):
        value = 0.0
        for c in range(own.shape[1]):
            value += (own[r, c] - base) * opponent[c]
        expected += reply[r] * value
        best = max(best, value)
    return base + expected, best - expected


@njit(cache=True, nogil=True)
def regret_check(
    first: FloatArray,
    second: FloatArray,
    spread_1: float,
    spread_2: float,
    x: FloatArray,
    y: FloatArray,
    start: int,
    count: int,
    values: FloatArray,
    regrets: FloatArray,
) -> bool:
    """Write payoffs and regrets of a game's profiles; return whether all of them pass."""
    for k in range(start, start + count):
        values[k, 0], regret_1 = player_regret(first, x[k], y[k])
        values[k, 1], regret_2 = player_regret(second, y[k], x[k])
        if not (regret_1 <= LARGEST_REGRET * spread_1 and regret_2 <= LARGEST_REGRET * spread_2):
            return False
        regrets[k] = max(regret_1, regret_2, 0.0)
    return True
