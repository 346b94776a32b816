"""The axis of days of a figure: months of a short record, years of a long one."""

from __future__ import annotations

import matplotlib.dates as mdates
from matplotlib.axes import Axes

MOST_MONTHS = 18
"""Months up to which each is named on the axis; a longer record names its years."""


def name_dates(axis: Axes, first: float, last: float, months: str = "%b", every: int = 1) -> None:
    """Name the months on an axis of days, or the years where the record is long."""
    long = last - first > MOST_MONTHS * 365 / 12
    where = mdates.YearLocator() if long else mdates.MonthLocator(interval=every)  # type: ignore[no-untyped-call]
    axis.xaxis.set_major_locator(where)
    axis.xaxis.set_major_formatter(mdates.DateFormatter("%Y" if long else months))  # type: ignore[no-untyped-call]
