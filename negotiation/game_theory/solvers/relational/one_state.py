"""Joint and worst payoffs of renegotiated relations with one state, in many games of one size.

In a game with one state, the joint payoff and the enforceable profiles are the same as in the subgame-perfect
equilibria with transfers at the discount factor delta (1 - rho) (Goldluecke and Kranz 2022). With delta for
that factor, a profile can be part of an agreement iff the joint payoff is at least the sum of the players'
payoffs from their best deviations (Goldluecke and Kranz 2012):

    A = {a : (1 - delta) G(a) + delta U >= sum over i of [(1 - delta) b_i(a) + delta c_i]},
    U = max of G over A,   c_i = min of b_i over A,

where G is the sum of payoffs, and b_i(a) the payoff from a best reply to a_-i. The search begins with all
profiles and drops those outside A until none is dropped. Cost: one pass over the profiles of a game per
round, usually a few rounds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import KNIFE_EDGE, FloatArray
from negotiation.errors import InvalidGame


class OneState(NamedTuple):
    """Joint and worst payoffs of each of B games."""

    # (B,): U, the largest joint payoff; -inf if no profile can be enforced.
    joint: FloatArray
    # (B, 2): c, the worst payoffs of the game at delta (1 - rho), which follow a deviation; inf if there are
    # none.
    threats: FloatArray


def one_state(payoffs: npt.ArrayLike, discount_factors: npt.ArrayLike) -> OneState:
    """Return joint and worst payoffs with transfers in each of many games of one state.

    For renegotiation with probability rho, the discount factors must already be multiplied by 1 - rho.

    Shapes: `payoffs` (B, n_1, n_2, 2), `discount_factors` (B,).

    Examples
    --------
    >>> dilemma = [[(9, 9), (1, 10)], [(10, 1), (3, 3)]]
    >>> found = one_state([dilemma, dilemma], [0.1, 0.9])
    >>> found.joint.tolist(), found.threats.tolist()
    ([6.0, 18.0], [[3.0, 3.0], [3.0, 3.0]])
    """
    games, deltas = np.asarray(payoffs, dtype=np.float64), np.asarray(discount_factors, dtype=np.float64)
    if games.ndim != 4 or games.shape[-1] != 2 or deltas.shape != games.shape[:1]:
        raise InvalidGame(
            "`payoffs` must have shape (B, n_1, n_2, 2) and `discount_factors` shape (B,); got shapes "
            f"{games.shape} and {deltas.shape}"
        )
    solutions = [_of_one(game, delta) for game, delta in zip(games, deltas.tolist(), strict=True)]
    return OneState(np.array([joint for joint, _ in solutions]), np.array([worst for _, worst in solutions]))


def _of_one(game: FloatArray, delta: float) -> tuple[float, tuple[float, float]]:
    total = game[..., 0] + game[..., 1]
    best = game[..., 0].max(axis=0)[None, :], game[..., 1].max(axis=1)[:, None]
    now = (1.0 - delta) * (total - best[0] - best[1])
    tolerance = KNIFE_EDGE * float(np.ptp(game, axis=(0, 1)).max() or 1.0)
    alive = np.ones(total.shape, dtype=np.bool_)
    while alive.any():
        joint = float(total[alive].max())
        # A player's worst payoff is the least best reply to an action that the other plays in some live row.
        first = float(best[0][0, alive.any(axis=0)].min())
        second = float(best[1][alive.any(axis=1), 0].min())
        still_alive = alive & (now + delta * (joint - first - second) >= -tolerance)
        if still_alive.sum() == alive.sum():
            return joint, (first, second)
        alive = still_alive
    return -np.inf, (np.inf, np.inf)
