"""Claims about leverage: the harm of the curb to the USA compared with the USA's gain from the control."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.components import SIZES
from negotiation.disputes.parameter_draws import ParameterDraws
from negotiation.disputes.periods import TIME_PARAMETERS
from negotiation.truces.claims.definition import claim_that, kept_with_draws
from negotiation.truces.claims.linkage import INSTRUMENTS as BARGAINED
from negotiation.truces.claims.linkage import bargaining_payoffs
from negotiation.truces.claims.small_game import (
    STATE_PARAMETERS,
    by_side,
    small_levels,
    small_payoffs,
    weapons,
)
from negotiation.truces.studies.leverage import lasting_harm
from negotiation.truces.theories.common.grim_trigger import stakes

WEAPONS = (("USA", "chip_control"), ("CHN", "rare_earth_curb"))

READ = (*TIME_PARAMETERS, *(name for name in STATE_PARAMETERS if not name.startswith("state.chip")))

# The weapon of 2023.
MINERALS = {("CHN", "minerals_ban"): ("free", "licensed")}

# The day in 2023 whose dependence is compared with the latest: licences for two minerals were announced.
YEAR_BEFORE = date(2023, 7, 1)

# Step of full dependence, and of full stocks.
FULL = 2


@claim_that(
    3,
    1,
    "A full curb costs the USA more a period than the chip control gains it: h > g.",
    WEAPONS,
    (),
    notes="The range of the harm is assumed; the calibration `sourced` has published losses.",
)
def leverage_outweighs_gain(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return h - g at full dependence with stocks gone; see Clayton, Maggi and Schreger."""
    case = weapons(small_payoffs(draws))
    return {"h > g": case.harm - case.gain}


def restraint_margin(
    gain: FloatArray, harm: FloatArray, other_gain: FloatArray, delta: FloatArray
) -> FloatArray:
    """Return the slack of a player's condition for restraint, with gain g and harm h, shape (D,).

    The slack is delta h - g if the player is tempted (g > 0). If only the other player is tempted, it is
    delta h + (1 - delta) g, by which the player is willing to punish. If nobody is tempted, it is -g.

    Examples
    --------
    >>> restraint_margin(np.array([0.03]), np.array([0.4]), np.array([-0.02]), np.array([0.5])).round(6)
    array([0.17])
    """
    # A tempted player compares the harm in all later periods, delta h, with the gain of this period. A player
    # who has to punish compares the cost of a period, (1 - delta)(-g), with the punishment for not doing so.
    tempted = delta * harm - gain
    willing = delta * harm + (1.0 - delta) * gain
    slack: FloatArray = np.where(gain > 0, tempted, np.where(other_gain > 0, willing, -gain))
    return slack


@claim_that(
    3,
    2,
    "Restraint on control and curb is a subgame-perfect path at the draw's own patience.",
    WEAPONS,
    TIME_PARAMETERS,
    notes="The discount factor cannot be told apart from a hazard of break-up. Equilibria may sustain it; "
    "that one of them is played is not claimed.",
)
def restraint_sustainable(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return each player's slack in payoffs; the conditions are those of `closed_forms/restraint`.

    With g > 0 and kappa > 0 they are delta h >= g, and delta c >= (1 - delta) kappa, so that China is willing
    to punish at the cost kappa. With g <= 0 and kappa >= 0 neither side is tempted.
    """
    case, delta = weapons(small_payoffs(draws)), draws.discount_factor
    gains, harms = (case.gain, -case.cost), (case.harm, case.loss)
    slacks = [restraint_margin(gains[i], harms[i], gains[1 - i], delta) for i in (0, 1)]
    return by_side(draws, np.stack(slacks, axis=1))


@kept_with_draws
def _lasting(draws: ParameterDraws) -> FloatArray:
    """Return the average discounted harm of a lasting curb from full dependence, by stocks, shape (D, 3)."""
    curb = small_levels(draws, WEAPONS[1][1])
    # Harm by step of dependence, with stocks gone; `lasting_harm` adds the motion of both under the curb.
    steps = [
        replace(draws.scenario.default_state, curb_dependence=step, stocks=0)
        for step in range(SIZES["curb_dependence"])
    ]
    games = [draws.payoffs(curb, state=state) for state in steps]
    harm = np.stack([game[:, 0, 0, 0] - game[:, 0, 1, 0] for game in games], axis=1)
    return np.array([lasting_harm(world, harm[k])[FULL] for k, world in enumerate(draws)])


@kept_with_draws
def _lasting_then(draws: ParameterDraws) -> FloatArray:
    """Return the result of `_lasting` at the dependence of 2023, shape (D, 3)."""
    return _lasting(draws.as_of(YEAR_BEFORE))


def now_and_then(draws: ParameterDraws, stocks: int) -> tuple[FloatArray, FloatArray]:
    """Return the harm of a lasting curb minus the control's gain in 2025, and the reverse in 2023.

    The curb begins a period after the control, so its harm is discounted by one period. Stocks are gone in
    2025, and `stocks` is their step in 2023. Both results have shape (D,).
    """
    gain, delta = weapons(small_payoffs(draws)).gain, draws.discount_factor
    return delta * _lasting(draws)[:, 0] - gain, gain - delta * _lasting_then(draws)[:, stocks]


@claim_that(
    3,
    3,
    "A lasting curb answered a period later outweighs the control's gain with stocks gone, and does not "
    "with stocks full.",
    WEAPONS,
    READ,
    notes="That stocks were full in 2023 is assumed: no curb on rare earths had been used. Dependence is "
    "that of the last window known in each year: 74 and 70 percent, second-hand.",
)
def stocks_explain_2023(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the margins of the first answer to why controls became tradable: stocks ran out."""
    return dict(zip(("2025, stocks gone", "2023, stocks full"), now_and_then(draws, FULL), strict=True))


@claim_that(
    3,
    7,
    "With stocks gone in both years a lasting curb answered a period later outweighs the control's gain at "
    "the dependence of 2025, and does not at that of 2023.",
    WEAPONS,
    READ,
    notes="Shares of imports by window, 74 and 70 percent, second-hand; no share of magnet imports by year "
    "was found. The share fell, so data on dependence point the other way.",
)
def dependence_explains_2023(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the margins of the answer that controls became tradable by the change of dependence alone."""
    return dict(zip(("2025, its dependence", "2023, its dependence"), now_and_then(draws, 0), strict=True))


@claim_that(
    3,
    4,
    "Licensing gallium and germanium, the weapon of 2023, does not outweigh the control's gain, and the "
    "rare-earth curb does.",
    (*WEAPONS, ("CHN", "minerals_ban")),
    TIME_PARAMETERS,
    notes="The licensing of 1 August 2023 is sourced; its harm is an assumed share of an assumed harm. "
    "Whether the rare-earth curb could have been used in 2023 is not known.",
)
def weapon_of_2023(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the margins of the second answer to why controls became tradable: a stronger weapon."""
    case, delta = weapons(small_payoffs(draws)), draws.discount_factor
    game = draws.payoffs(MINERALS)
    harm = game[:, 0, 0, 0] - game[:, 0, 1, 0]
    return {
        "2023, minerals licensed": case.gain - delta * harm,
        "2025, full curb": delta * case.harm - case.gain,
    }


@claim_that(
    3,
    5,
    "Where curb and control tempt and cost as in the smallest case (g > 0, kappa > 0), what punishes the USA "
    "is worse for both than restraint.",
    WEAPONS,
    TIME_PARAMETERS,
    notes="A theorem, measured: it says something only of the draws with g > 0 and kappa > 0, and there it "
    "has to hold. A failure would be an error.",
)
def restraint_not_renegotiation_proof(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return by how much the mildest deterring punishment is worse than restraint, for each side.

    The numbers g, h and kappa are those of `Weapons`, and NaN is returned in draws without g > 0 and kappa >
    0. Payoffs are relative to restraint. A punishment deters the USA if it gives the USA at most
    -(1 - delta) g / delta. Among all such punishments, the best for China mixes restraint with use of the
    curb alone. China then loses kappa times the share of the curb, (1 - delta) g / (delta h) and at most 1.
    So some continuation is strictly worse than restraint for both sides, and no equilibrium with restraint on
    its path is weakly renegotiation-proof (Farrell and Maskin 1989).
    """
    case, delta = weapons(small_payoffs(draws)), draws.discount_factor
    lost = (1.0 - delta) * case.gain / delta
    # The least share of the curb whose harm deters the USA, or the whole curb if that is not enough.
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(case.harm > 0, np.minimum(1.0, lost / case.harm), 1.0)
    applies = (case.gain > 0) & (case.cost > 0)
    return {
        "USA worse off": np.where(applies, lost, np.nan),
        "CHN worse off": np.where(applies, case.cost * share, np.nan),
    }


@claim_that(
    3,
    6,
    "With tariffs and purchases in the bargain both sides prefer the whole truce to the stage equilibrium.",
    BARGAINED,
    (),
    notes="Where it holds restraint can be renegotiation-proof. Other gifts (fees, listings, precursors) are "
    "left out.",
)
def something_in_return(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return each side's payoff from the whole truce minus its payoff in the worst stage equilibrium."""
    return by_side(draws, stakes(bargaining_payoffs(draws)))
