"""What courts and clocks add to a forecast: moves of the law, with the chances that were public on its day.

A docket and the base's own moves are taken as independent: 1 - (1 - p) times the product of 1 - q. It is
no baseline of the pools, whose members are those of decision 54.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.truces.prediction.chances import Forecaster, WeekAsWindow, Window
from negotiation.truces.prediction.weeks import DOWN, UP
from negotiation.truces.record.events import pairs_of
from negotiation.truces.record.past import Past

POSITIONS = {"up": UP, "down": DOWN}


@dataclass(frozen=True)
class WithDockets(WeekAsWindow):
    """A forecaster, and the moves of the law beside what it says."""

    base: Forecaster
    order: int = 6

    @property
    def name(self) -> str:
        """Its name, for tables."""
        return f"{self.base.name} and law"

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move in each window, shape (windows, pairs, 2)."""
        said = np.asarray(self.base.ahead(scenario, past, windows), dtype=np.float64)
        return with_law(said, scenario, past, windows)


def with_law(chances: FloatArray, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
    """Return chances of moves with those of the law beside them, shape (windows, pairs, 2)."""
    none, pairs, seen = 1.0 - chances, pairs_of(scenario), past.as_of - timedelta(days=1)
    for one in scenario.dockets:
        series = pairs.index((one.country, one.instrument)), POSITIONS[one.direction]
        comes = [one.comes(first, end, as_of=seen) for first, end in windows]
        none[(slice(None), *series)] *= 1.0 - np.array(comes)
    return 1.0 - none
