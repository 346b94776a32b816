"""The worst subgame-perfect payoffs of two players in many games of one size.

They are the least payoffs of the outer bound (Abreu and Sannikov 2014) of each game: lower bounds, and as
near as rounding lets the bound come. With them alone a profile is played for ever in some equilibrium iff
nobody gains by leaving it once and being held to the worst thereafter (Abreu 1988). `optimal_penal_code`
certifies one game. Cost: one payoff set a game, some 40 ms for 80,000 profiles.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidGame
from negotiation.game_theory.solvers.payoff_sets.perfect.extreme_play import outer_corners


def worst_payoffs(payoffs: npt.ArrayLike, discount_factors: npt.ArrayLike) -> FloatArray:
    """Return lower bounds of the worst subgame-perfect payoffs in each of many games.

    Shapes: `payoffs` (B, n_1, n_2, 2), `discount_factors` (B,); returns (B, 2).

    Examples
    --------
    >>> dilemma = [[(9, 9), (1, 10)], [(10, 1), (3, 3)]]
    >>> worst_payoffs([dilemma, dilemma], [0.1, 0.9]).round(6).tolist()
    [[3.0, 3.0], [3.0, 3.0]]
    """
    games, deltas = np.asarray(payoffs, dtype=np.float64), np.asarray(discount_factors, dtype=np.float64)
    if games.ndim != 4 or games.shape[-1] != 2 or deltas.shape != games.shape[:1]:
        raise InvalidGame(
            f"payoffs (B, n_1, n_2, 2) and discount factors (B,) are needed; got {games.shape} and "
            f"{deltas.shape}"
        )
    found = np.full((len(games), 2), np.inf)
    for k, (game, delta) in enumerate(zip(games, deltas.tolist(), strict=True)):
        # Each player on their own range: no bound depends on a unit.
        low = np.array([game[..., i].min() for i in (0, 1)])
        ranges = np.array([game[..., i].max() for i in (0, 1)]) - low
        ranges[ranges == 0.0] = 1.0
        corners, threats = outer_corners((game - low) / ranges, delta)
        if len(corners):
            found[k] = low + ranges * threats
    return found
