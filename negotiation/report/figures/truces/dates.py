"""Axes of days: names of months, quarters or years, and marks of days of signing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import Locator

from negotiation.base.numeric import FloatArray

# Most months for which an axis names months, and most for which it names quarters; longer axes name years.
MOST_MONTHS, MOST_OF_QUARTERS = 18, 36


def name_dates(axis: Axes, first: float, last: float, months: str = "%b", every: int = 1) -> None:
    """Name months on an axis of days, quarters on a longer one, or years on a long one.

    `first` and `last` are numbers of days. Months have the format `months`, and every `every`-th is named.
    """
    length = (last - first) * 12 / 365
    where: Locator = mdates.YearLocator()  # type: ignore[no-untyped-call]
    if length <= MOST_OF_QUARTERS:
        months, every = (months, every) if length <= MOST_MONTHS else ("%b %Y", 3 * every)
        where = mdates.MonthLocator(range(1, 13, every))  # type: ignore[no-untyped-call]
    axis.xaxis.set_major_locator(where)
    form = months if length <= MOST_OF_QUARTERS else "%Y"
    axis.xaxis.set_major_formatter(mdates.DateFormatter(form))  # type: ignore[no-untyped-call]


def number(day: date) -> float:
    """Return the number of a day on an axis of days."""
    return float(mdates.date2num(day))  # type: ignore[no-untyped-call]


def numbers(days: Sequence[date]) -> FloatArray:
    """Return the numbers of days on an axis of days, shape (T,)."""
    return np.array([number(day) for day in days])


def mark_day(axis: Axes, day: date) -> None:
    """Draw a dashed vertical line at a day."""
    axis.axvline(number(day), color="black", linewidth=0.7, linestyle=(0, (3, 2)))
