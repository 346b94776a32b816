"""The length of a period, which is one reaction lag, and the discount factor of a period."""

from __future__ import annotations

from math import inf, log

from negotiation.base.numeric import Number
from negotiation.disputes.domains import INSIDE, POSITIVE
from negotiation.errors import InvalidDiscountFactor
from negotiation.game_theory.games import check_discount_factor

DAYS_A_YEAR = 365.0

# Parameters that the discount factor of a period reads, and where they must lie.
TIME_DOMAINS = {"discount_factor_annual": INSIDE.of("factor"), "reaction_lag_days": POSITIVE.of("days")}

TIME_PARAMETERS = tuple(TIME_DOMAINS)


def period_discount_factor(annual: float, lag_days: float, hazard: float = 0.0) -> float:
    """Return the discount factor of a period: annual^(lag / 365) (1 - hazard).

    `annual` is the discount factor of a year, above 0 and below 1. `hazard` is the chance that the truce ends
    in the period. `InvalidDiscountFactor` is raised if a number is out of range.

    Examples
    --------
    >>> round(period_discount_factor(0.9, 14), 6)
    0.995967
    """
    check_discount_factor(annual, "of a year")
    if not lag_days > 0 or not 0 <= hazard < 1:
        raise InvalidDiscountFactor(
            "`lag_days` must be above 0, and `hazard` at least 0 and below 1; got "
            f"lag_days={lag_days}, hazard={hazard}"
        )
    return float(annual ** (lag_days / DAYS_A_YEAR)) * (1.0 - hazard)


def longest_reaction_lag(threshold: Number | None, annual: float) -> float | None:
    """Return the longest reaction lag, in days, at which the discount factor of a period reaches a threshold.

    It is None if the threshold is None or at least 1, and infinite if the threshold is at most 0. `annual` is
    the discount factor of a year. `InvalidDiscountFactor` is raised unless it is above 0 and below 1.

    Examples
    --------
    >>> round(longest_reaction_lag(0.9, 0.9))
    365
    >>> longest_reaction_lag(0, 0.9), longest_reaction_lag(None, 0.9)
    (inf, None)
    """
    check_discount_factor(annual, "of a year")
    if threshold is None or threshold >= 1:
        return None
    if threshold <= 0:
        return inf
    return DAYS_A_YEAR * log(float(threshold)) / log(annual)
