"""A constant chance of a move up and of one down, the same for all pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.truces.prediction.chances import SameEveryWeek
from negotiation.truces.prediction.rates import hazard_rates, possible
from negotiation.truces.record.events import pairs_of
from negotiation.truces.record.past import Past


@dataclass(frozen=True)
class ConstantHazard(SameEveryWeek):
    """A constant chance of a move up and of one down, estimated from earlier weeks of all pairs."""

    name: str = "hazard"
    order: int = 3

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the pooled chances, without moves down from the calmest level, shape (pairs, 3)."""
        rates = np.tile(hazard_rates(scenario, past), (len(pairs_of(scenario)), 1))
        return possible(scenario, past.postures(), rates)


BASELINE = ConstantHazard()
