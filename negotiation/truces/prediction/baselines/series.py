"""A constant chance of a move for each pair and direction, shrunk to the pooled one by a fixed weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.truces.prediction.chances import SameEveryWeek
from negotiation.truces.prediction.rates import by_case, earlier_cells, possible
from negotiation.truces.record.events import pairs_of
from negotiation.truces.record.past import Past


@dataclass(frozen=True)
class SeriesHazard(SameEveryWeek):
    """Constant chances of a move up and of one down for each pair, from its own earlier weeks."""

    name: str = "series"
    order: int = 4

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return each pair's chances of up, down and none, shrunk to the pooled chances, shape (pairs, 3).

        Moves down from the calmest level have the chance 0.
        """
        counts = np.zeros((len(pairs_of(scenario)), 3))
        cells = earlier_cells(scenario, past)
        if cells is not None:
            counts = np.stack([(cells.outcomes == outcome).sum(axis=0) for outcome in range(3)], axis=1)
        return possible(scenario, past.postures(), by_case(scenario, past, counts.astype(np.float64)))


BASELINE = SeriesHazard()
