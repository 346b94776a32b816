"""The algebra of grim trigger in many games at once: gains, stakes and margins of departures.

For payoffs u of shape (D, n_1, n_2, 2) whose first profile is kept, and the worst pure stage equilibrium b
after a departure, player i gains G_i by its departure, forfeits the stake S_i = u_i(0) - u_i(b) of a period,
and complying is worth

    -(1 - delta) G_i + delta S_i

more than departing, in average discounted payoffs. It keeps the agreement if delta is at least G / (G + S).
One game is D = 1.
"""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.truces.compiling.coverage_game import punishment_payoffs


def deviation_gains(payoffs: FloatArray, player: int) -> FloatArray:
    """Return a player's gain from each action against the first profile, shape (D, n_i); 0 for the first.

    Shapes: `payoffs` (D, n_1, n_2, 2).

    Examples
    --------
    >>> deviation_gains(np.array([[[(9, 9), (1, 10)], [(10, 1), (3, 3)]]], dtype=float), 0).tolist()
    [[0.0, 1.0]]
    """
    own = payoffs[:, :, 0, 0] if player == 0 else payoffs[:, 0, :, 1]
    gains: FloatArray = own - own[:, :1]
    return gains


def best_deviation(payoffs: FloatArray, player: int) -> FloatArray:
    """Return a player's largest gain from leaving the first profile, shape (D,); minus infinity if none."""
    best: FloatArray = deviation_gains(payoffs, player)[:, 1:].max(axis=1, initial=-np.inf)
    return best


def stakes(payoffs: FloatArray) -> FloatArray:
    """Return what each player loses per period in the worst stage equilibrium, shape (D, 2).

    The loss is relative to the first profile. Shapes: `payoffs` (D, n_1, n_2, 2).

    Examples
    --------
    >>> stakes(np.array([[[(9, 9), (1, 10)], [(10, 1), (3, 3)]]], dtype=float)).tolist()
    [[6.0, 6.0]]
    """
    lost: FloatArray = payoffs[:, 0, 0] - punishment_payoffs(payoffs)
    return lost


def grim_margin(gains: FloatArray, stakes: FloatArray, discount_factor: FloatArray) -> FloatArray:
    """Return -(1 - delta) G + delta S; infinite for a player without an alternative."""
    margin: FloatArray = -(1.0 - discount_factor) * gains + discount_factor * stakes
    return margin


def least_margins(payoffs: FloatArray, discount_factor: FloatArray) -> FloatArray:
    """Return each player's margin of keeping the first profile over its best departure, shape (D, 2).

    Shapes: `payoffs` (D, n_1, n_2, 2), `discount_factor` (D,).

    Examples
    --------
    >>> dilemma = np.array([[[(9, 9), (1, 10)], [(10, 1), (3, 3)]]], dtype=float)
    >>> least_margins(dilemma, np.array([0.5])).tolist()
    [[2.5, 2.5]]
    """
    gains = np.stack([best_deviation(payoffs, i) for i in (0, 1)], axis=1)
    return grim_margin(gains, stakes(payoffs), discount_factor[:, None])


def threshold(gain: float, stake: float, tolerance: float) -> float | None:
    """Return the least discount factor at which a departure does not pay; `None` if there is none.

    It is g / (g + S) for a gain g and a stake S above the tolerance. It is 0 for a departure without a gain,
    unless the stake is negative beyond the tolerance: then there is none.

    Examples
    --------
    >>> threshold(1.0, 3.0, 0.0), threshold(-1.0, 3.0, 0.0), threshold(1.0, 0.0, 0.0)
    (0.25, 0.0, None)
    """
    if gain <= tolerance:
        # A departure that costs now but would raise the payoff for ever after is not deterred by patience.
        return 0.0 if stake >= -tolerance else None
    if stake <= tolerance:
        return None
    return gain / (gain + stake)
