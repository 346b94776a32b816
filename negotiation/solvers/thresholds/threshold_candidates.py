"""Fractions that a critical discount factor may be, from what can bind in a two-player game.

If player j plays s once and is then promised r, and else gets w for ever, then s is played from
delta = gain_j(s) / (gain_j(s) + r - w) on. Rewards are stage payoffs, worst payoffs are stage payoffs or best
deviations' (Abreu 1988). The candidates are those within a narrow bracket, and the simplest fraction in it.
Cost: profiles times distinct rewards times distinct worst payoffs, at most `Numerics.most_products`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from negotiation.games import StageGame, unilateral_payoffs
from negotiation.numeric import as_fraction
from negotiation.solvers.thresholds.numerics import NUMERICS


def threshold_candidates(
    stage: StageGame, low: float, high: float, rewards: Sequence[Fraction]
) -> list[Fraction]:
    """Return fractions in [low, high] at which a constraint with rational numbers may begin to hold.

    Parameters
    ----------
    stage : StageGame
        Two players.
    low, high : float
        The bracket.
    rewards : pair of Fraction
        The payoffs of the profile that is sustained; tried alone where all payoffs are too many.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> threshold_candidates(stage, 0.142, 0.143, (Fraction(9), Fraction(9)))
    [Fraction(1, 7)]
    """
    found: set[Fraction] = set()
    for player in (0, 1):
        found |= _closed_forms(stage, low, high, player, rewards[player])
    simple = _simplest(as_fraction(max(low, 0.0)), as_fraction(min(high, 1.0)))
    if simple.denominator <= NUMERICS.simple_denominator:
        found.add(simple)
    return sorted(delta for delta in found if 0 < delta < 1)


def _closed_forms(stage: StageGame, low: float, high: float, player: int, reward: Fraction) -> set[Fraction]:
    exact = stage.exact_payoffs()
    own = exact[..., player]
    best = own.max(axis=player)
    gains = sorted(
        {
            as_fraction(max(line)) - as_fraction(u)
            for index in np.ndindex(stage.n_actions)
            for line in [unilateral_payoffs(exact, index, player)]
            for u in [line[index[player]]]
        }
    )
    gains = [gain for gain in gains if gain > 0]
    worst = sorted({as_fraction(w) for w in best.ravel()})
    rewards = sorted({as_fraction(r) for r in own.ravel()})
    if len(gains) * len(worst) * len(rewards) > NUMERICS.most_products:
        rewards = [reward]
    g, r, w = (np.array([float(x) for x in xs]) for xs in (gains, rewards, worst))
    stake = r[:, None] - w[None, :]
    found: set[Fraction] = set()
    for k, gain in enumerate(g.tolist()):
        with np.errstate(divide="ignore", invalid="ignore"):
            delta = np.where(stake > 0.0, gain / (gain + stake), -1.0)
        for a, b in np.argwhere((delta >= low) & (delta <= high)).tolist():
            found.add(gains[k] / (gains[k] + rewards[a] - worst[b]))
    return found


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction with the least denominator in [low, high], by continued fractions."""
    whole = -(-low.numerator // low.denominator)
    if whole <= high:
        return Fraction(whole)
    floor = low.numerator // low.denominator
    return floor + 1 / _simplest(1 / (high - floor), 1 / (low - floor))
