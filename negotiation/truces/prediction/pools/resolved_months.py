"""Resolved months for learning: the forecasts of earlier months, and the outcomes of their rows.

Origins are the first days of months. A row of a month is resolved if the month is over on the current day;
other rows are not used. A forecaster's earlier chances are computed from the past of that earlier day, which
is cut out of the current past, so that no later row can enter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray, read_only
from negotiation.disputes import Scenario
from negotiation.truces.prediction.chances import Forecaster, Window, forecast_ahead
from negotiation.truces.prediction.months import month_number, month_windows, moves_ahead
from negotiation.truces.record.events import events_of
from negotiation.truces.record.past import Past

# Months ahead at which forecasters learn; windows further ahead use the last of them.
LEADS = 12


@dataclass(frozen=True, eq=False)
class ResolvedMonths:
    """Resolved months, as seen from one day."""

    # The past of each origin.
    pasts: tuple[Past, ...]
    # (origins, leads, pairs, 2): whether there was a move up, and one down.
    came: BoolArray
    # (origins, leads): whether the month is resolved.
    known: BoolArray

    def at(self, chosen: Sequence[bool]) -> ResolvedMonths:
        """Return the resolved months of some origins only."""
        which = np.flatnonzero(chosen)
        pasts = tuple(self.pasts[k] for k in which)
        return ResolvedMonths(pasts, self.came[which], self.known[which])


def resolved_months(scenario: Scenario, past: Past) -> ResolvedMonths:
    """Return the resolved months of a past, by origin and lead."""
    return past.once(("resolved months", scenario), lambda: _resolved_months(scenario, past))


def _resolved_months(scenario: Scenario, past: Past) -> ResolvedMonths:
    record = events_of(scenario, past)
    first = month_windows(record.begins.replace(day=1), 1)[0][1]
    count = max(month_number(past.as_of) - month_number(first), 0)
    days = [begins for begins, _ in month_windows(first, count)] if count else []
    came, known = moves_ahead(record, first, count, LEADS)
    read_only(came)
    read_only(known)
    return ResolvedMonths(tuple(same_past(past.until(day)) for day in days), came, known)


@lru_cache(maxsize=1024)
def same_past(past: Past) -> Past:
    """Return the first past that was equal to this one, so that its results are computed once."""
    return past


def said(
    forecaster: Forecaster, scenario: Scenario, past: Past, windows: Sequence[Window] | None = None
) -> FloatArray:
    """Return a forecaster's chances in some windows, above the floor, cached by past.

    By default the windows are the first `LEADS` months from the past's end. Returns shape (windows, pairs,
    2), read only.
    """
    interned = same_past(past)
    spans = tuple(month_windows(interned.as_of, LEADS) if windows is None else windows)

    def make() -> FloatArray:
        """Return the chances, read only."""
        chances = forecast_ahead(forecaster, scenario, interned, spans)
        read_only(chances)
        return chances

    return interned.once(("said", forecaster, scenario, spans), make)


def said_before(forecaster: Forecaster, scenario: Scenario, over: ResolvedMonths) -> FloatArray:
    """Return a forecaster's chances at each origin, shape (origins, leads, pairs, 2)."""
    if not over.pasts:
        return np.empty((0, *over.came.shape[1:]))
    return np.stack([said(forecaster, scenario, past) for past in over.pasts])


def leads_of(past: Past, windows: Sequence[Window]) -> IntArray:
    """Return the lead of each window in months from the past's end, at most `LEADS` - 1.

    The lead is 0 for a window that begins in the month of `past.as_of`. Returns shape (windows,).
    """
    months = [month_number(first) - month_number(past.as_of) for first, _ in windows]
    return np.minimum(np.array(months, dtype=np.intp), LEADS - 1)


@dataclass(frozen=True, eq=False)
class AskedOnce:
    """A forecaster whose chances in windows are cached with the past, for use by pools and scores."""

    of: Forecaster

    @property
    def name(self) -> str:
        """Name of the forecaster."""
        return self.of.name

    @property
    def order(self) -> int:
        """Position of the forecaster in tables."""
        return self.of.order

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the forecaster's chances in each window, above the floor, shape (windows, pairs, 2)."""
        return said(self.of, scenario, past, windows)

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the forecaster's chances for the next week, not cached, shape (pairs, 3)."""
        return self.of.predict(scenario, past)
