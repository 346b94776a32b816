"""Beta-binomial shrinkage of directions towards even, at two paces: what goes up comes down.

Rates of the pairs of country and instrument are shrunk to the pooled one as those of series are in
`shrunk_hazard.py`. The share of a pair's moves that go up is drawn from a symmetric beta distribution, whose
weight is that of the largest beta-binomial likelihood of all pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import betaln

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.baselines.shrunk_hazard import expected_counts
from negotiation.truces.prediction.baselines.two_pace import at_two_paces
from negotiation.truces.prediction.chances import WeekAsWindow, Window
from negotiation.truces.record.events import events_of
from negotiation.truces.record.past import Past


def shrinkage_weight(counts: FloatArray) -> float:
    """Return how many moves of each direction the symmetric beta distribution of shares stands for.

    Shapes: `counts` (pairs, 2).

    Examples
    --------
    >>> shrinkage_weight(np.array([[9.0, 9.0], [5.0, 5.0]])) > 100
    True
    >>> shrinkage_weight(np.array([[9.0, 0.0], [0.0, 5.0]])) < 0.5
    True
    """

    def missed(log_weight: float) -> float:
        """Return minus the log likelihood of the directions."""
        w = np.exp(log_weight)
        return -float((betaln(w + counts[:, 0], w + counts[:, 1]) - betaln(w, w)).sum())

    low, high = (float(np.log(bound)) for bound in NUMERICS.shapes_of_rates)
    return float(np.exp(minimize_scalar(missed, bounds=(low, high), method="bounded").x))


@dataclass(frozen=True)
class BetaBinomialShrinkage(WeekAsWindow):
    """Days with a move come at two paces; each pair has its share of them, its directions drawn to even."""

    name: str = "even directions"
    order: int = 200

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move in each window."""
        record = events_of(scenario, past)
        counts = record.counts.reshape(-1, 2)
        weight = shrinkage_weight(counts)
        shares = (counts + weight) / (counts.sum(axis=1, keepdims=True) + 2.0 * weight)
        expected = expected_counts(counts.sum(axis=1))[:, None] * shares
        return at_two_paces(record, expected.ravel(), windows)
