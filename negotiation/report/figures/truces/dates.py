"""The axis of days of a figure: months of a short record, years of a long one; days that are marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes

from negotiation.base.numeric import FloatArray

# Months up to which each is named on the axis; a longer record names its years.
MOST_MONTHS = 18


def name_dates(axis: Axes, first: float, last: float, months: str = "%b", every: int = 1) -> None:
    """Name the months on an axis of days, or the years where the record is long."""
    long = last - first > MOST_MONTHS * 365 / 12
    where = mdates.YearLocator() if long else mdates.MonthLocator(interval=every)  # type: ignore[no-untyped-call]
    axis.xaxis.set_major_locator(where)
    axis.xaxis.set_major_formatter(mdates.DateFormatter("%Y" if long else months))  # type: ignore[no-untyped-call]


def number(day: date) -> float:
    """Return the place of a day on an axis of days."""
    return float(mdates.date2num(day))  # type: ignore[no-untyped-call]


def numbers(days: Sequence[date]) -> FloatArray:
    """Return the places of days on an axis of days, shape (T,)."""
    return np.array([number(day) for day in days])


def mark_day(axis: Axes, day: date) -> None:
    """Draw a dashed line at a day on which something was signed."""
    axis.axvline(number(day), color="black", linewidth=0.7, linestyle=(0, (3, 2)))
