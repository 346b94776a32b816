"""A theory at the pace that the record implies, series by series.

A step within a level is no option of a theory's game, so that it says too little of series whose moves are
mostly of that kind. Its hazard of each series is therefore multiplied by (a + N) / (a + E): N months that
are over had such a move, E were expected by what the theory said one month ahead, and a is the shape of a
gamma distribution of such factors about one, by empirical Bayes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.truces.prediction.baselines.shrunk_hazard import shape_of_rates
from negotiation.truces.prediction.chances import Forecaster, WeekAsWindow, Window
from negotiation.truces.prediction.pools.resolved_months import resolved_months, said, said_before
from negotiation.truces.record.past import Past


@dataclass(frozen=True, eq=False)
class BySeries(WeekAsWindow):
    """A forecaster whose hazards are multiplied, by series, by what came over what it expected."""

    # The one that is put right.
    of: Forecaster
    order: int = 200

    @property
    def name(self) -> str:
        """As in tables."""
        return f"{self.of.name}, by series"

    def factors(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the factors of hazards from the months that are over, shape (pairs, 2)."""
        over = resolved_months(scenario, past)
        if not over.pasts:
            return np.ones(over.came.shape[2:])
        hazards = -np.log1p(-said_before(self.of, scenario, over)[:, 0])
        came, expected = over.came[:, 0].sum(axis=0).astype(np.float64), hazards.sum(axis=0)
        # One month ahead alone: later leads count the same moves again.
        shape = shape_of_rates(came.ravel(), expected.ravel())
        found: FloatArray = (shape + came) / (shape + expected)
        return found

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances, shape (windows, pairs, 2)."""
        hazards = -np.log1p(-said(self.of, scenario, past, windows))
        found: FloatArray = -np.expm1(-self.factors(scenario, past) * hazards)
        return found
