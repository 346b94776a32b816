"""Months of a forecast, and its rows: each is the probability of a move or of a renewal in a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from negotiation.base.numeric import BoolArray
from negotiation.truces.record.events import Event, EventRecord

RENEWED = "renewed"


@dataclass(frozen=True)
class ForecastRow:
    """The probability of a move in a month, or of the renewal of a leg, with its band."""

    # "2026-01", or for a renewal the month of the clock's end.
    month: str
    # The country; "both" for a renewal.
    actor: str
    # The instrument; for a renewal the leg.
    instrument: str
    # "up", "down" or "renewed".
    direction: str
    # probability, low, high: Of at least one such move in the month, or of the renewal; the ends of its band.
    probability: float
    low: float
    high: float


def month_labels(as_of: date, months: int) -> tuple[str, ...]:
    """Return the labels of the first whole months after a day.

    Examples
    --------
    >>> month_labels(date(2025, 11, 30), 2)
    ('2025-12', '2026-01')
    """
    # Months count from 0, so this is the month after the month of the day.
    first = as_of.year * 12 + as_of.month
    return tuple(f"{k // 12:04d}-{k % 12 + 1:02d}" for k in range(first, first + months))


def last_day(month: str) -> date:
    """Return the last day of a month.

    Examples
    --------
    >>> last_day("2026-02")
    datetime.date(2026, 2, 28)
    """
    following = date.fromisoformat(f"{month}-28") + timedelta(days=4)
    return following.replace(day=1) - timedelta(days=1)


def month_number(day: date) -> int:
    """Return the number of months from January of the year 0 to a day's month.

    Examples
    --------
    >>> month_number(date(2025, 3, 9)) - month_number(date(2024, 12, 31))
    3
    """
    return day.year * 12 + day.month - 1


def month_windows(as_of: date, months: int) -> list[tuple[date, date]]:
    """Return the first `months` months from the month of a day on, each with its first day and the day after.

    Examples
    --------
    >>> month_windows(date(2025, 12, 1), 1)
    [(datetime.date(2025, 12, 1), datetime.date(2026, 1, 1))]
    """
    first = month_number(as_of)
    days = [date(k // 12, k % 12 + 1, 1) for k in range(first, first + months + 1)]
    return list(pairwise(days))


def month_of(event: Event) -> int | None:
    """Return the `month_number` of a move; None if its date fits several months."""
    month = month_number(event.day)
    return month if month_number(event.first) == month else None


def moves_by_month(record: EventRecord, first: date, count: int) -> BoolArray:
    """Return which pairs moved up and down in each month, shape (months, pairs, 2).

    The months are `count` months from the month of `first` on. Moves whose date fits several months are left
    out.
    """
    monthly = np.zeros((count, len(record.pairs), 2), dtype=bool)
    for event in record.events:
        month = month_of(event)
        if month is not None and 0 <= month - month_number(first) < count:
            monthly[month - month_number(first), event.pair, event.direction] = True
    return monthly


def moves_ahead(record: EventRecord, first: date, count: int, leads: int) -> tuple[BoolArray, BoolArray]:
    """Return which pairs moved in the months ahead of each origin, and which of these months are over.

    Origins are the first days of `count` months, from the month of `first` on. The first lead is the month
    that begins at the origin. The `count` months are over, and later ones are not. Shapes of the results:
    (origins, leads, pairs, 2) and (origins, leads).
    """
    monthly = np.zeros((count + leads, len(record.pairs), 2), dtype=bool)
    monthly[:count] = moves_by_month(record, first, count)
    # Month t + k lies k months ahead of origin t.
    ahead = np.arange(count)[:, None] + np.arange(leads)
    came, known = monthly[ahead], ahead < count
    return came, known
