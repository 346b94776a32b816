"""The forecast that nothing changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.truces.prediction.chances import SameEveryWeek
from negotiation.truces.record.events import pairs_of
from negotiation.truces.record.past import Past


@dataclass(frozen=True)
class Hold(SameEveryWeek):
    """The forecast that nothing changes."""

    name: str = "hold"
    order: int = 0

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the chance 1 of no move for each pair, shape (pairs, 3)."""
        del past
        chances: FloatArray = np.tile([0.0, 0.0, 1.0], (len(pairs_of(scenario)), 1))
        return chances


BASELINE = Hold()
