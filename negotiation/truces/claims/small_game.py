"""The small game by draw: its payoffs, its weapons and its critical discount factors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.menus import Levels
from negotiation.disputes.parameter_draws import ParameterDraws
from negotiation.game_theory.solvers.thresholds.many import critical_discount_factors

# Parameters on which the state of the small game depends.
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
    """Return the levels of the small game's instruments, of all of them or of the named ones."""
    return {
        (country, name): labels
        for country, menu in (draws.scenario.definition.sizes["small"].levels or {}).items()
        for name, labels in menu.items()
        if not instruments or name in instruments
    }


def by_side(draws: ParameterDraws, values: FloatArray) -> dict[str, FloatArray]:
    """Return the columns of an array of shape (D, 2) by side, each of shape (D,)."""
    return {country: values[:, i] for i, country in enumerate(draws.scenario.countries)}


def small_payoffs(draws: ParameterDraws) -> FloatArray:
    """Return the payoffs of the small game in percent of GDP, shape (D, 4, 4, 2).

    The rows of the USA are: the truce kept, control in use, tariff at its peak, both. The columns of China
    are: the truce kept, curb in use, tariff at its peak, both.
    """
    return draws.payoffs(small_levels(draws))


@dataclass(frozen=True, eq=False)
class Weapons:
    """The case of one control and one curb by draw, in percent of GDP per period, shape (D,)."""

    # gain, harm: g, the gain of the control's user, and h, the cost of the curb to the other side.
    gain: FloatArray
    harm: FloatArray
    # cost, loss: kappa, the cost of the curb to its user, and c, the cost of the control to the other side.
    cost: FloatArray
    loss: FloatArray


def weapons(payoffs: FloatArray) -> Weapons:
    """Return g, h, kappa and c of a small game with tariffs kept.

    Shapes: `payoffs` (D, 4, 4, 2), as from `small_payoffs`.
    """
    # With tariffs kept, row 1 is the control in use, and column 1 is the curb in use.
    calm, control, curb = payoffs[:, 0, 0], payoffs[:, 1, 0], payoffs[:, 0, 1]
    return Weapons(
        control[:, 0] - calm[:, 0],
        calm[:, 0] - curb[:, 0],
        calm[:, 1] - curb[:, 1],
        calm[:, 1] - control[:, 1],
    )


def thresholds(payoffs: FloatArray) -> FloatArray:
    """Return the critical discount factors of the first profile under the best punishments, shape (D,).

    The value is 1 if no discount factor sustains the profile. Shapes: `payoffs` (D, n_1, n_2, 2).
    """
    # Infinite if no discount factor is enough; claims compare it with a discount factor, which is below 1.
    least: FloatArray = np.minimum(critical_discount_factors(payoffs, (0, 0)).values, 1.0)
    return least
