"""Claims about linkage: the value of putting controls on the table, for patience and in bargains.

Bargains are over the small game with purchases. If controls are off the table, the chip control stays at its
holder's static best reply, as in `studies/payoff_sets`. Bargaining rules choose from the certified
equilibrium payoffs at each draw's discount factor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.parameter_draws import ParameterDraws
from negotiation.disputes.periods import TIME_PARAMETERS
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.bargaining.bargain import bargain
from negotiation.game_theory.solvers.bargaining.rules import (
    BargainingRule,
    KalaiSmorodinsky,
    NashBargaining,
    Rubinstein,
)
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.truces.claims.definition import Claim, claim_that, kept_with_draws
from negotiation.truces.claims.small_game import SMALL, small_levels, small_payoffs, thresholds
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.theories.common.grim_trigger import least_margins, stakes

INSTRUMENTS = (
    ("USA", "tariff"), ("USA", "chip_control"),
    ("CHN", "tariff"), ("CHN", "rare_earth_curb"), ("CHN", "purchases"),
)  # fmt: skip
PURCHASES = {("CHN", "purchases"): ("buys", "boycott")}
RULES: tuple[BargainingRule, ...] = (NashBargaining(), KalaiSmorodinsky(), Rubinstein())
# Each kind of disagreement takes two payoff sets and six bargains per draw.
DRAWS = 1024

Disagreement: TypeAlias = Literal["worst stage equilibrium", "worst equilibrium"]


def bargaining_payoffs(draws: ParameterDraws) -> FloatArray:
    """Return the payoffs of the small game with purchases, shape (D, 4, 8, 2).

    Rows are as in `small_payoffs`. Columns are China's combinations of tariff, curb and purchases.
    """
    return draws.payoffs({**small_levels(draws), **PURCHASES})


@kept_with_draws
def linkage_gains_by_draw(draws: ParameterDraws, disagreement: Disagreement) -> FloatArray:
    """Return each side's gain in agreed payoff from putting controls on the table, shape (D, rules, 2)."""
    payoffs, deltas = bargaining_payoffs(draws), draws.discount_factor.tolist()
    tempted = payoffs[:, 1, 0, 0] > payoffs[:, 0, 0, 0]
    gains = np.empty((len(draws), len(RULES), 2))
    for k, delta in enumerate(deltas):
        linked = _agreed(payoffs[k], delta, disagreement)
        # Every other row has the control in use. These rows remain if its holder is tempted, else the others.
        gains[k] = linked - _agreed(payoffs[k, int(tempted[k]) :: 2], delta, disagreement)
    return gains


def _agreed(payoffs: FloatArray, delta: float, disagreement: Disagreement) -> FloatArray:
    """Return the payoffs that each rule chooses in the repeated game, shape (rules, 2)."""
    table = equilibrium_payoffs(RepeatedGame(StageGame(payoffs), delta))
    return np.array([bargain(table, rule, disagreement).payoffs for rule in RULES])


# By kind of disagreement: its name in the statements, the name of the rules, and the claims' notes.
THREATS: Mapping[Disagreement, tuple[str, str, str]] = {
    "worst stage equilibrium": (
        "the stage equilibrium", "Nash, Kalai-Smorodinsky and Rubinstein",
        "Which equilibrium is bargained for is not identified; Rubinstein's first offer is the USA's.",
    ),
    "worst equilibrium": (
        "each side's worst equilibrium", "all three rules",
        "The worst equilibria of the two sides need not be one equilibrium; they differ with the table.",
    ),
}  # fmt: skip


def _gain_claim(name: str, order: int, player: int, disagreement: Disagreement) -> Claim:
    """Return the claim that a side gains by linkage under each rule."""

    def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
        """Return the side's gain by linkage under each rule, shape (D,)."""
        gains = linkage_gains_by_draw(draws, disagreement)[:, :, player]
        # The bounds of a payoff set are about this far apart, so a smaller gain counts as none.
        gains = np.where(np.abs(gains) < NUMERICS.no_gain_by_linkage, 0.0, gains)
        return {rule.name: gains[:, k] for k, rule in enumerate(RULES)}

    (threat, rules, notes), whose = THREATS[disagreement], ("the USA's", "China's")[player]
    statement = f"With {threat} as disagreement, controls on the table raise {whose} payoff under {rules}."
    return Claim(
        name, 4, order, statement, inequalities, INSTRUMENTS, TIME_PARAMETERS, notes=notes, draws=DRAWS
    )


CLAIMS = (
    _gain_claim("usa_gains_by_linkage", 1, 0, "worst stage equilibrium"),
    _gain_claim("china_gains_by_linkage", 2, 1, "worst stage equilibrium"),
    _gain_claim("usa_gains_under_threat", 3, 0, "worst equilibrium"),
    _gain_claim("china_gains_under_threat", 4, 1, "worst equilibrium"),
)


@claim_that(
    4,
    5,
    "The joint game keeps the whole truce at a strictly lower discount factor than the issues' own games.",
    SMALL,
    (),
    unit="discount factor of a period",
    notes="Best punishments, tariffs at the Geneva levels. It can only fail by equality: the joint game can "
    "do what the issues do.",
)
def linkage_buys_patience(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the larger of the two issues' critical discount factors minus that of the joint game.

    Pooling of incentives across issues is as in Bernheim and Whinston (1990).
    """
    # Without linkage each issue has its own critical discount factor, and the larger one decides.
    tariffs = thresholds(draws.payoffs(small_levels(draws, "tariff")))
    controls = thresholds(draws.payoffs(small_levels(draws, "chip_control", "rare_earth_curb")))
    saved = np.maximum(tariffs, controls) - thresholds(small_payoffs(draws))
    return {"patience saved": np.where(np.abs(saved) < NUMERICS.same_threshold, 0.0, saved)}


@claim_that(
    4,
    6,
    "Tariffs by themselves enforce themselves, the all-or-nothing contract does not, and tariffs are at "
    "stake in it.",
    SMALL,
    TIME_PARAMETERS,
    notes="Contracts are grim trigger with reversion to the worst stage equilibrium; the best equilibrium of "
    "the joint game is never worse than unlinked play.",
)
def linkage_destroys_tariff_peace(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the slack of the tariff contract, the shortfall of the pooled contract, and the tariffs' stake.

    Slack and shortfall are for the side with the least margin, and the stake is summed over the sides. A
    pooled contract can fail although the tariff contract by itself holds, and then ends tariff peace.
    """
    tariffs, delta = draws.payoffs(small_levels(draws, "tariff")), draws.discount_factor
    return {
        "tariffs by themselves hold": least_margins(tariffs, delta).min(axis=1),
        "all or nothing does not": -least_margins(small_payoffs(draws), delta).min(axis=1),
        "tariffs are at stake": np.asarray(stakes(tariffs).sum(axis=1)),
    }
