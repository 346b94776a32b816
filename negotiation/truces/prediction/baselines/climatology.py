"""Climatology: the share of earlier months with a move of each series, by Laplace's rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.truces.prediction.chances import WeekAsWindow, Window
from negotiation.truces.prediction.months import month_number, month_of
from negotiation.truces.record.events import EventRecord, events_of
from negotiation.truces.record.past import Past

DAYS_OF_A_MONTH = 365.25 / 12


def monthly_shares(record: EventRecord) -> FloatArray:
    """Return the share (m + 1) / (M + 2) of months with a move of each series, shape (2 pairs,).

    M is the number of whole months from the record's beginning to its end, and m of them have a move.
    """
    first, last = month_number(record.begins), month_number(record.as_of)
    months: list[set[int]] = [set() for _ in range(2 * len(record.pairs))]
    for event, series in zip(record.events, record.series, strict=True):
        month = month_of(event)
        if month is not None and month < last:
            months[series].add(month)
    shares: FloatArray = (np.array([len(seen) for seen in months]) + 1.0) / (max(last - first, 0) + 2.0)
    return shares


@dataclass(frozen=True)
class Climatology(WeekAsWindow):
    """The share of earlier months with a move of the series, by Laplace's rule."""

    name: str = "climatology"
    order: int = 2

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move in each window, with the same chance every month.

        Returns shape (windows, pairs, 2).
        """
        shares = monthly_shares(events_of(scenario, past)).reshape(-1, 2)
        months = np.array([(end - first).days / DAYS_OF_A_MONTH for first, end in windows])
        chances: FloatArray = 1.0 - (1.0 - shares) ** months[:, None, None]
        return chances


BASELINE = Climatology()
