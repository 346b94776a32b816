"""Compiled: expected payoffs and regrets of profiles of a bimatrix game, from its payoffs alone.

It shares no code with the kernels that find the profiles. Cost: (n_1 x n_2) products per profile.
"""

from __future__ import annotations

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.nash.numerics import NUMERICS
from negotiation.game_theory.solvers.nash.support_program import Profiles


@njit(cache=True, nogil=True)
def player_regret(own: FloatArray, reply: FloatArray, opponent: FloatArray) -> tuple[float, float]:
    """Return a player's expected payoff from `reply` and the largest gain from another action.

    Shapes: `own` (own actions, other's actions), `reply` (own actions,), `opponent` (other's actions,).
    """
    # v_r = sum_c (u_rc - u_00) y_c, so that payoffs far from 0 cost no digits; regret = max_r v_r - x v.
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
    profiles: Profiles,
    start: int,
    count: int,
) -> bool:
    """Write payoffs and regrets of `count` profiles from `start` on; return False at the first that fails."""
    for k in range(start, start + count):
        x, y = profiles.x[k], profiles.y[k]
        profiles.values[k, 0], regret_1 = player_regret(first, x, y)
        profiles.values[k, 1], regret_2 = player_regret(second, y, x)
        most = NUMERICS.largest_regret
        # Written so that a NaN fails.
        if not (regret_1 <= most * spread_1 and regret_2 <= most * spread_2):
            return False
        profiles.regrets[k] = max(regret_1, regret_2, 0.0)
    return True
