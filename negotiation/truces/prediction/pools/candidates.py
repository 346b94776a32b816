"""The nine candidate forecasters that decision 54 named before any of them was run.

The candidate *even directions* has two paces and shrinks the directions of moves towards even chances. Rates
of the pairs of country and instrument are shrunk to the pooled rate (`shrunk_hazard.py`). The share of a
pair's moves that go up is drawn from a symmetric beta distribution, whose weight has the largest
beta-binomial likelihood.
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
from negotiation.truces.prediction.baselines import BASELINES, baseline
from negotiation.truces.prediction.baselines.shrunk_hazard import expected_counts
from negotiation.truces.prediction.baselines.two_pace import at_two_paces
from negotiation.truces.prediction.chances import Forecaster, WeekAsWindow, Window
from negotiation.truces.prediction.pools.logit_pool import LogitPool
from negotiation.truces.prediction.pools.prequential import BySeries, LinearPool, PrequentialSelection
from negotiation.truces.record.events import events_of
from negotiation.truces.record.past import Past


def shrinkage_weight(counts: FloatArray) -> float:
    """Return the weight w of the beta distribution (w, w) of shares with the largest likelihood.

    `counts` are each pair's moves up and down, shape (pairs, 2).

    Examples
    --------
    >>> shrinkage_weight(np.array([[9.0, 9.0], [5.0, 5.0]])) > 100
    True
    >>> shrinkage_weight(np.array([[9.0, 0.0], [0.0, 5.0]])) < 0.5
    True
    """

    def missed(log_weight: float) -> float:
        """Return minus the log likelihood of the directions, up to a constant."""
        w = np.exp(log_weight)
        return -float((betaln(w + counts[:, 0], w + counts[:, 1]) - betaln(w, w)).sum())

    low, high = (float(np.log(bound)) for bound in NUMERICS.shapes_of_rates)
    return float(np.exp(minimize_scalar(missed, bounds=(low, high), method="bounded").x))


@dataclass(frozen=True)
class BetaBinomialShrinkage(WeekAsWindow):
    """Two paces of days with a move, on which each pair moves with directions shrunk to even chances."""

    name: str = "even directions"
    order: int = 200

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move in each window, shape (windows, pairs, 2)."""
        record = events_of(scenario, past)
        counts = record.counts.reshape(-1, 2)
        weight = shrinkage_weight(counts)
        shares = (counts + weight) / (counts.sum(axis=1, keepdims=True) + 2.0 * weight)
        expected = expected_counts(counts.sum(axis=1))[:, None] * shares
        return at_two_paces(record, expected.ravel(), windows)


# The best baseline by months over eight years, when the candidates were written down.
BASE = "two pace"

SELECTED = "chosen as it went"

# What the rule of decision 54 chose over the record to November 2025.
CHOSEN = "all pooled"


def in_force(past: Past) -> bool:
    """Return whether an agreement is in force; without an agreement, all theories agree."""
    return past.agreement() is not None


def theories_pooled(theories: Sequence[Forecaster]) -> LinearPool:
    """Return the linear pool of theories, with weights learned while an agreement was in force."""
    return LinearPool("theories pooled", tuple(theories), counts=in_force)


def candidates(theories: Sequence[Forecaster]) -> tuple[Forecaster, ...]:
    """Return the nine candidates, in the order of decision 54."""
    base, even = baseline(BASE), BetaBinomialShrinkage()
    pooled = theories_pooled(theories)
    by_series = tuple(BySeries(theory) for theory in theories)
    return (
        LinearPool("baselines pooled", BASELINES),
        LinearPool("baselines pooled by pair", BASELINES, "pair"),
        even,
        LogitPool("recalibrated", base),
        pooled,
        LogitPool("base and theories", base, pooled),
        LogitPool("even base and theories", even, pooled),
        LinearPool("theories by series", by_series),
        LinearPool("all pooled", (*BASELINES, even, *by_series)),
    )


def selected_prequentially(given: Sequence[Forecaster]) -> PrequentialSelection:
    """Return the prequential selection among forecasters, which uses the best one so far on each day."""
    return PrequentialSelection(SELECTED, tuple(given))
