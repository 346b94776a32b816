"""Bargaining with controls on and off the table, by draw: the small game with purchases.

Off the table the chip control stays at its holder's static best reply, as in `truces/payoff_sets`. The rules
pick from the certified equilibrium payoffs at each draw's own patience.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from negotiation.games import RepeatedGame, StageGame
from negotiation.numeric import FloatArray
from negotiation.solvers.bargaining.bargain import bargain
from negotiation.solvers.bargaining.rules import (
    BargainingRule,
    KalaiSmorodinsky,
    NashBargaining,
    Rubinstein,
)
from negotiation.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.truces.verdicts.incentives_by_draw import small_levels
from negotiation.world.parameter_draws import ParameterDraws

INSTRUMENTS = (
    ("USA", "tariff"), ("USA", "chip_control"),
    ("CHN", "tariff"), ("CHN", "rare_earth_curb"), ("CHN", "purchases"),
)  # fmt: skip
PURCHASES = {("CHN", "purchases"): ("buys", "boycott")}
RULES: tuple[BargainingRule, ...] = (NashBargaining(), KalaiSmorodinsky(), Rubinstein())
DRAWS = 1024
"""Two payoff sets and six bargains a draw."""

NOISE = 1e-8
"""Gains below this count as none, percent of GDP: bounds of a payoff set are about so far apart."""

Disagreement: TypeAlias = Literal["worst stage equilibrium", "worst equilibrium"]


def bargaining_payoffs(draws: ParameterDraws) -> FloatArray:
    """Return the payoffs of the small game with purchases, shape (D, 4, 8, 2); rows as in `small_payoffs`."""
    return draws.payoffs({**small_levels(draws), **PURCHASES})


def linkage_gains_by_draw(draws: ParameterDraws, disagreement: Disagreement) -> FloatArray:
    """Return each side's agreed payoff with controls on the table less that without, shape (D, rules, 2)."""
    return draws.kept(("linkage", disagreement), lambda: _gains(draws, disagreement))


def _gains(draws: ParameterDraws, disagreement: Disagreement) -> FloatArray:
    payoffs, deltas = bargaining_payoffs(draws), draws.discount_factor.tolist()
    tempted = payoffs[:, 1, 0, 0] > payoffs[:, 0, 0, 0]
    found = np.empty((len(draws), len(RULES), 2))
    for k, delta in enumerate(deltas):
        first = int(tempted[k])
        linked = _agreed(payoffs[k], delta, disagreement)
        found[k] = linked - _agreed(payoffs[k, first::2], delta, disagreement)
    return found


def _agreed(payoffs: FloatArray, delta: float, disagreement: Disagreement) -> FloatArray:
    """Return what each rule picks, shape (rules, 2)."""
    table = equilibrium_payoffs(RepeatedGame(StageGame(payoffs), delta))
    return np.array([bargain(table, rule, disagreement).payoffs for rule in RULES])


def gains_of(draws: ParameterDraws, player: int, disagreement: Disagreement) -> dict[str, FloatArray]:
    """Return a player's gain by linkage under each rule, shape (D,)."""
    gains = linkage_gains_by_draw(draws, disagreement)
    gains = np.where(np.abs(gains) < NOISE, 0.0, gains)
    return {rule.name: gains[:, k, player] for k, rule in enumerate(RULES)}
