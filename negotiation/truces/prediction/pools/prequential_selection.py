"""Prequential selection (Dawid 1984): on each day the forecaster that was best by the rows then resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.errors import InvalidGame
from negotiation.truces.prediction.chances import Forecaster, WeekAsWindow, Window
from negotiation.truces.prediction.pools.resolved_months import resolved_months, said, said_before
from negotiation.truces.record.past import Past

# Leads whose mean log scores decide (decision 54).
COUNTED = (1, 3, 6, 12)


@dataclass(frozen=True, eq=False)
class PrequentialSelection(WeekAsWindow):
    """Says what the forecaster says whose mean log scores at some leads were best so far."""

    name: str
    # One or more; the first while nothing is over.
    members: tuple[Forecaster, ...]
    order: int = 200

    def __post_init__(self) -> None:
        if not self.members:
            raise InvalidGame(f"{self.name!r} has nobody to choose from; give one forecaster or more")

    def chosen(self, scenario: Scenario, past: Past) -> Forecaster:
        """Return the member that was best by the rows that are resolved."""
        return past.once(("chosen", self, scenario), lambda: self._chosen(scenario, past))

    def _chosen(self, scenario: Scenario, past: Past) -> Forecaster:
        over = resolved_months(scenario, past)
        leads = [lead - 1 for lead in COUNTED if over.known[:, lead - 1].any()]
        lost = []
        for member in self.members:
            chances = said_before(member, scenario, over)
            scores = -np.log(np.where(over.came, chances, 1.0 - chances)).mean(axis=(2, 3))
            # Leads count alike, however few of their months are resolved.
            lost.append(float(sum(scores[over.known[:, k], k].mean() for k in leads)))
        return self.members[int(np.argmin(lost))]

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return what the chosen one says, shape (windows, pairs, 2)."""
        return said(self.chosen(scenario, past), scenario, past, windows)
