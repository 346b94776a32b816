"""A constant chance of a move, the same for all pairs, with both directions equally likely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.truces.prediction.chances import SameEveryWeek
from negotiation.truces.prediction.rates import hazard_rates
from negotiation.truces.record.events import NONE, pairs_of
from negotiation.truces.record.past import Past


@dataclass(frozen=True)
class Coin(SameEveryWeek):
    """A constant chance of a move, estimated from earlier weeks, with both directions equally likely."""

    name: str = "coin"
    order: int = 1

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return half of the pooled chance of a move for each direction, shape (pairs, 3)."""
        none = hazard_rates(scenario, past)[NONE]
        half = (1.0 - none) / 2.0
        chances: FloatArray = np.tile([half, half, none], (len(pairs_of(scenario)), 1))
        return chances


BASELINE = Coin()
