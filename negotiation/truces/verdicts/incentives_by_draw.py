"""The algebra of incentives for many games at once: gains, stakes, equilibria and margins by draw.

For payoffs u of shape (D, n_1, n_2, 2): the best deviation of player i from a profile, the pure stage
equilibrium with the least total payoff, and the margin of grim trigger

    -(1 - delta) G_i + delta S_i,

the same as for one game in `incentives`. Games that add up over issues are joined by adding their gains and
stakes: the best joint deviation is the sum of the positive gains, or the largest gain where none is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.numeric import KNIFE_EDGE, BoolArray, FloatArray
from negotiation.solvers.thresholds.many import critical_discount_factors
from negotiation.world.parameter_draws import ParameterDraws

IMPATIENT_LIMIT = 1.0
"""In place of a threshold where no patience is enough."""

NEAR = 1e-9
"""Differences of thresholds below this count as none: each is known to about 1e-11."""


@dataclass(frozen=True, eq=False)
class Terms:
    """What keeping an agreement's part is worth, and what breaking it gains.

    Parameters
    ----------
    gains : array, shape (D, 2)
        Best deviation of each player; minus infinity for a player without an alternative.
    stakes : array, shape (D, 2)
        Payoff while it is kept less that at the worst stage equilibrium.
    """

    gains: FloatArray
    stakes: FloatArray


def deviation_gains(payoffs: FloatArray, player: int) -> FloatArray:
    """Return what each other action gains a player against the first profile, shape (D, n_i - 1).

    Examples
    --------
    >>> deviation_gains(np.array([[[(9, 9), (1, 10)], [(10, 1), (3, 3)]]], dtype=float), 0).tolist()
    [[1.0]]
    """
    own = payoffs[:, :, 0, 0] if player == 0 else payoffs[:, 0, :, 1]
    gains: FloatArray = own[:, 1:] - own[:, :1]
    return gains


def best_deviation(payoffs: FloatArray, player: int) -> FloatArray:
    """Return a player's largest gain from leaving the first profile, shape (D,); minus infinity if none."""
    best: FloatArray = deviation_gains(payoffs, player).max(axis=1, initial=-np.inf)
    return best


def worst_equilibrium(payoffs: FloatArray) -> FloatArray:
    """Return the payoffs of the pure stage equilibrium with the least total, shape (D, 2).

    Where there is none the profile with the least total stands in, as in `agreement_profiles`.

    Examples
    --------
    >>> worst_equilibrium(np.array([[[(9, 9), (1, 10)], [(10, 1), (3, 3)]]], dtype=float)).tolist()
    [[3.0, 3.0]]
    """
    flat = payoffs.reshape(len(payoffs), -1, 2)
    total = np.where(_equilibria(payoffs).reshape(len(payoffs), -1), flat.sum(axis=2), np.inf)
    total = np.where(np.isinf(total).all(axis=1, keepdims=True), flat.sum(axis=2), total)
    found: FloatArray = flat[np.arange(len(flat)), total.argmin(axis=1)]
    return found


def _equilibria(payoffs: FloatArray) -> BoolArray:
    edge = KNIFE_EDGE * np.ptp(payoffs, axis=(1, 2, 3))[:, None, None]
    first = payoffs[..., 0] >= payoffs[..., 0].max(axis=1, keepdims=True) - edge
    second = payoffs[..., 1] >= payoffs[..., 1].max(axis=2, keepdims=True) - edge
    both: BoolArray = first & second
    return both


def terms(payoffs: FloatArray) -> Terms:
    """Return gains and stakes of a game whose first profile is kept."""
    gains = np.stack([best_deviation(payoffs, i) for i in (0, 1)], axis=1)
    return Terms(gains, payoffs[:, 0, 0] - worst_equilibrium(payoffs))


def pooled(parts: Sequence[Terms]) -> Terms:
    """Return gains and stakes of all parts under one trigger.

    Examples
    --------
    >>> one = Terms(np.array([[1.0, -2.0]]), np.zeros((1, 2)))
    >>> pooled([one, Terms(-np.ones((1, 2)), np.ones((1, 2)))]).gains.tolist()
    [[1.0, -1.0]]
    """
    gains = np.stack([part.gains for part in parts])
    joint = np.where((gains > 0).any(axis=0), np.maximum(gains, 0.0).sum(axis=0), gains.max(axis=0))
    return Terms(joint, np.sum([part.stakes for part in parts], axis=0))


def grim_margin(gains: FloatArray, stakes: FloatArray, discount_factor: FloatArray) -> FloatArray:
    """Return -(1 - delta) G + delta S, shape (D,); infinite for a player without an alternative."""
    margin: FloatArray = -(1.0 - discount_factor) * gains + discount_factor * stakes
    return margin


def small_levels(draws: ParameterDraws, *instruments: str) -> Mapping[tuple[str, str], Sequence[str]]:
    """Return the small game's levels, of all its instruments or of those named."""
    return {
        (country, name): labels
        for country, menu in draws.scenario.calibration.small.items()
        for name, labels in menu.items()
        if not instruments or name in instruments
    }


def small_payoffs(draws: ParameterDraws) -> FloatArray:
    """Return the small game's payoffs, shape (D, 4, 4, 2).

    Rows: tariff kept, control in use, tariff at its peak, both. Columns: tariff kept, curb in use, tariff at
    its peak, both.
    """
    return draws.payoffs(small_levels(draws))


@dataclass(frozen=True, eq=False)
class Weapons:
    """The smallest case by draw: one control, one curb, percent of GDP, shape (D,).

    Parameters
    ----------
    gain, harm : array
        g, what the control gives its user, and h, what the curb costs the other side.
    cost, loss : array
        kappa, what the curb costs its user (negative: a gain), and c, what the control costs the other side.
    """

    gain: FloatArray
    harm: FloatArray
    cost: FloatArray
    loss: FloatArray


def weapons(payoffs: FloatArray) -> Weapons:
    """Return g, h, kappa and c of a small game, tariffs kept."""
    calm, control, curb = payoffs[:, 0, 0], payoffs[:, 1, 0], payoffs[:, 0, 1]
    return Weapons(
        control[:, 0] - calm[:, 0],
        calm[:, 0] - curb[:, 0],
        calm[:, 1] - curb[:, 1],
        calm[:, 1] - control[:, 1],
    )


def thresholds(payoffs: FloatArray) -> FloatArray:
    """Return the least discount factor that keeps the first profile, under the best punishments: (D,)."""
    found = critical_discount_factors(payoffs, (0, 0)).values
    least: FloatArray = np.minimum(found, IMPATIENT_LIMIT)
    return least
