"""Claims about the clock of the small game's truce: its last period, for 90 days and for one year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.parameter_draws import ParameterDraws
from negotiation.disputes.periods import TIME_PARAMETERS
from negotiation.game_theory.solvers.closed_forms.renewal import compare_clocks, least_renewal_probability
from negotiation.truces.claims.definition import claim_that
from negotiation.truces.claims.small_game import SMALL, small_payoffs
from negotiation.truces.theories.common.grim_trigger import best_deviation

DAYS = {"90 days": 90.0, "a year": 365.0}
SHORT, LONG = DAYS
RENEWAL = "state.renewal_probability"
PARAMETERS = (*TIME_PARAMETERS, RENEWAL)


def clock_cases(
    draws: ParameterDraws,
) -> Iterator[tuple[int, str, float, float, dict[str, int], float, float]]:
    """Yield draw, side, temptation, stake, lengths in periods, discount factor and renewal probability.

    The temptation is the side's gain in its best departure from the truce. The stake is its loss in a period
    of trade war, with every instrument at its harshest. Neither is negative, and both are in percent of GDP.
    Lengths are by clock, "90 days" and "a year".
    """
    # Rows and columns of the small game: the first is the truce, the last everything at its harshest.
    u = small_payoffs(draws)
    stakes = np.maximum(u[:, 0, 0] - u[:, -1, -1], 0.0)
    gains = np.stack([np.maximum(best_deviation(u, i), 0.0) for i in (0, 1)], axis=1)
    lags, deltas = draws.number("reaction_lag_days"), draws.discount_factor
    renewal = draws.number(RENEWAL)
    for k in range(len(draws)):
        # A clock has at least one period in which the truce can be broken.
        periods = {name: max(1, round(days / float(lags[k]))) for name, days in DAYS.items()}
        for i, country in enumerate(draws.scenario.countries):
            yield (
                k, country, float(gains[k, i]), float(stakes[k, i]), periods, float(deltas[k]),
                float(renewal[k]),
            )  # fmt: skip


def _by_case(draws: ParameterDraws, cases: Iterable[str]) -> dict[str, FloatArray]:
    """Return an uninitialised array of shape (D,) for each case and side, by name "case, side"."""
    return {f"{case}, {side}": np.empty(len(draws)) for case in cases for side in draws.scenario.countries}


@claim_that(
    7,
    1,
    "The draw's renewal probability keeps the last period of the 90-day and of the one-year clock honest "
    "for both sides.",
    SMALL,
    PARAMETERS,
    unit="probability",
    notes="Trade war follows a breach and an expiry, and is taken as credible. Renewal cannot be told apart "
    "from the discount factor.",
)
def clocks_honest(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return, by clock and side, the draw's renewal probability minus the least sufficient one, shape (D,).

    The least sufficient probability keeps the truce in the clock's last period (Benoit and Krishna 1985).
    """
    slacks = _by_case(draws, DAYS)
    for k, country, gain, stake, periods, delta, renewal in clock_cases(draws):
        for clock, length in periods.items():
            least = float(least_renewal_probability(gain, stake, length, delta))
            slacks[f"{clock}, {country}"][k] = renewal - least
    return slacks


@claim_that(
    7,
    2,
    "At equal renewal the year has more to lose in its last period than 90 days, at equal monthly survival "
    "less.",
    SMALL,
    PARAMETERS,
    notes="The temptation cancels; what is left is close to a theorem for patient players.",
)
def clock_ranking_turns_round(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return, by case and side, the difference of the two clocks' margins in their last periods, shape (D,).

    At equal renewal it is the margin of the year minus the margin of 90 days. At equal survival it is the
    margin of 90 days minus the margin of the year.
    """
    more = _by_case(draws, ("equal renewal", "equal survival"))
    for k, country, gain, stake, periods, delta, renewal in clock_cases(draws):
        both = compare_clocks(gain, stake, periods, delta, renewal)
        at, then = both.equal_renewal, both.equal_survival
        # The first margin of a clock belongs to its last period, in which least is at stake.
        more[f"equal renewal, {country}"][k] = at[LONG].margins[0] - at[SHORT].margins[0]
        more[f"equal survival, {country}"][k] = then[SHORT].margins[0] - then[LONG].margins[0]
    return more
