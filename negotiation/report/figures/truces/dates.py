"""The axis of days of a figure: months of a short record, years of a long one; days that are marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import Locator

from negotiation.base.numeric import FloatArray

# Months up to which an axis names each of them, and up to which it names quarters; beyond, it names years.
MOST_MONTHS, MOST_OF_QUARTERS = 18, 36


def name_dates(axis: Axes, first: float, last: float, months: str = "%b", every: int = 1) -> None:
    """Name the months on an axis of days, the quarters of a longer record, or the years of a long one."""
    length = (last - first) * 12 / 365
    where: Locator = mdates.YearLocator()  # type: ignore[no-untyped-call]
    if length <= MOST_OF_QUARTERS:
        months, every = (months, every) if length <= MOST_MONTHS else ("%b %Y", 3 * every)
        where = mdates.MonthLocator(range(1, 13, every))  # type: ignore[no-untyped-call]
    axis.xaxis.set_major_locator(where)
    form = months if length <= MOST_OF_QUARTERS else "%Y"
    axis.xaxis.set_major_formatter(mdates.DateFormatter(form))  # type: ignore[no-untyped-call]


def number(day: date) -> float:
    """Return the place of a day on an axis of days."""
    return float(mdates.date2num(day))  # type: ignore[no-untyped-call]


def numbers(days: Sequence[date]) -> FloatArray:
    """Return the places of days on an axis of days, shape (T,)."""
    return np.array([number(day) for day in days])


def mark_day(axis: Axes, day: date) -> None:
    """Draw a dashed line at a day on which something was signed."""
    axis.axvline(number(day), color="black", linewidth=0.7, linestyle=(0, (3, 2)))
