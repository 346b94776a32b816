"""The small game by draw: its payoffs, its weapons, and the least patience that keeps its first profile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.menus import Levels
from negotiation.disputes.parameter_draws import ParameterDraws
from negotiation.game_theory.solvers.thresholds.many import critical_discount_factors

# Parameters that its state reads.
STATE_PARAMETERS = (
    *(f"state.rare_earth_dependence.{step}" for step in ("low", "middle", "full", "greatest")),
    *(f"state.chip_dependence.{step}" for step in ("low", "middle", "full")),
    "state.diversification.base",
    "state.diversification.under_curb",
    "state.substitution.base",
    "state.substitution.under_control",
    "state.stock_days",
    "state.fill_days",
    "state.truce_days",
    "state.renewal_probability",
    "state.authority_loss",
)

# Country and instrument of the small game.
SMALL = (("USA", "tariff"), ("USA", "chip_control"), ("CHN", "tariff"), ("CHN", "rare_earth_curb"))


def small_levels(draws: ParameterDraws, *instruments: str) -> Levels:
    """Return the small game's levels, of all instruments or of the named ones."""
    return {
        (country, name): labels
        for country, menu in (draws.scenario.definition.sizes["small"].levels or {}).items()
        for name, labels in menu.items()
        if not instruments or name in instruments
    }


def by_side(draws: ParameterDraws, values: FloatArray) -> dict[str, FloatArray]:
    """Return the columns of an array of shape (D, 2), by side."""
    return {country: values[:, i] for i, country in enumerate(draws.scenario.countries)}


def small_payoffs(draws: ParameterDraws) -> FloatArray:
    """Return the small game's payoffs, shape (D, 4, 4, 2).

    Rows: tariff kept, control in use, tariff at its peak, both. Columns: tariff kept, curb in use, tariff at
    its peak, both.
    """
    return draws.payoffs(small_levels(draws))


@dataclass(frozen=True, eq=False)
class Weapons:
    """The smallest case by draw: one control, one curb, percent of GDP, shape (D,)."""

    # gain, harm: g, what the control gives its user, and h, what the curb costs the other side.
    gain: FloatArray
    harm: FloatArray
    # cost, loss: kappa, what the curb costs its user, and c, what the control costs the other side.
    cost: FloatArray
    loss: FloatArray


def weapons(payoffs: FloatArray) -> Weapons:
    """Return g, h, kappa and c of a small game, tariffs kept."""
    # With tariffs kept, place 1 of the rows is the control in use, and of the columns the curb.
    calm, control, curb = payoffs[:, 0, 0], payoffs[:, 1, 0], payoffs[:, 0, 1]
    return Weapons(
        control[:, 0] - calm[:, 0],
        calm[:, 0] - curb[:, 0],
        calm[:, 1] - curb[:, 1],
        calm[:, 1] - control[:, 1],
    )


def thresholds(payoffs: FloatArray) -> FloatArray:
    """Return the least discount factor that keeps the first profile, under the best punishments: (D,).

    It is 1 if no patience is enough.
    """
    # Infinite where no patience is enough; claims compare it with a discount factor, which is below 1.
    least: FloatArray = np.minimum(critical_discount_factors(payoffs, (0, 0)).values, 1.0)
    return least
