"""The yearly chance that the authority under a law is lost, given the cases pending on a day.

While a case on the law is open, its public chance c and the remaining time t, in years, give a constant
rate r with 1 - exp(-r t) = c, and therefore the chance 1 - (1 - c)^(1 / t) per year. If no case is open, the
calibration's prior holds. A case is open from the day on which its chance is public and it may be decided,
until it is decided or its last day comes. A statute's clock ends on a fixed day and has no rate, so it is not
counted here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from math import prod

from negotiation.disputes.dates import RecordDate
from negotiation.disputes.files.laws import Docket
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.disputes.quantity import Quantity


def calendar(days: int) -> float:
    """Return a number of days in years.

    Examples
    --------
    >>> calendar(73)
    0.2
    """
    return days / DAYS_A_YEAR


def loss_by_cases(
    dockets: Iterable[Docket], day: date, years: Callable[[int], float] = calendar
) -> Quantity | None:
    """Return the yearly chance that authority is lost in the cases open on a day, with its range.

    It is None if no case is open. `years` converts the days until a case ends into the years over which its
    chance is spread.

    Examples
    --------
    >>> loss_by_cases((), date(2025, 11, 30))
    """
    cases = [case for case in dockets if case.law is not None and case.pending(day) and case.opens <= day]
    if not cases:
        return None
    # Cases are taken as independent, so that their rates add up.
    value, low, high = (
        1.0 - prod((1.0 - getattr(case, end)) ** (1.0 / years((case.ends - day).days)) for case in cases)
        for end in ("chance", "low", "high")
    )
    return Quantity(
        value=value, low=low, high=high, unit="chance a year that authority is lost",
        date=RecordDate.parse(str(day)), source="; ".join(case.source for case in cases),
        source_url="; ".join(case.source_url for case in cases),
        assumption=any(case.assumption for case in cases),
        note="; ".join(f"{case.title or case.name}: {case.note}" for case in cases),
    )  # fmt: skip
