"""A constant rate of each series, shrunk to the pooled rate by empirical Bayes.

Rates of the series are drawn from one gamma distribution. Its shape maximises the likelihood of all counts;
its mean is the pooled rate (with half a move added, so that it is never 0). The number of moves of a series
in n days is negative binomial: the chance of no move is ((b + T) / (b + T + n))^(a + N). Robbins (1956), "An
empirical Bayes approach to statistics"; the gamma-Poisson form is Greenwood and Yule's (1920).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.chances import WeekAsWindow, Window
from negotiation.truces.record.events import events_of
from negotiation.truces.record.past import Past


def shape_of_rates(counts: FloatArray, expected: float | FloatArray | None = None) -> float:
    """Return the shape of the gamma distribution from which the rates of series come.

    Shapes: `counts` (series,), `expected` (series,).

    Examples
    --------
    >>> shape_of_rates(np.array([5.0, 5.0, 5.0])) > 100
    True
    >>> shape_of_rates(np.array([0.0, 0.0, 60.0])) < 0.5
    True
    """
    mean = pooled_mean(counts) if expected is None else expected

    def missed(log_shape: float) -> float:
        """Return minus the log likelihood of the counts."""
        a = np.exp(log_shape)
        # Negative binomial with mean m and shape a, but for the factorials of the counts.
        kept = gammaln(a + counts) - gammaln(a) + a * np.log(a) - (a + counts) * np.log(a + mean)
        return -float((kept + counts * np.log(mean)).sum())

    low, high = (float(np.log(bound)) for bound in NUMERICS.shapes_of_rates)
    return float(np.exp(minimize_scalar(missed, bounds=(low, high), method="bounded").x))


def pooled_mean(counts: FloatArray) -> float:
    """Return the mean count, with half a move added to the sum."""
    return float((counts.sum() + 0.5) / len(counts))


def posterior_counts(counts: FloatArray) -> tuple[FloatArray, float]:
    """Return a + N of each series and (b + T) / T, so that their ratio over T is the rate after the counts.

    Shapes: `counts` (series,).
    """
    shape = shape_of_rates(counts)
    return counts + shape, 1.0 + shape / pooled_mean(counts)


def expected_counts(counts: FloatArray) -> FloatArray:
    """Return the expected moves of each series over the time of the counts, shape (series,)."""
    gained, time = posterior_counts(counts)
    rates: FloatArray = gained / time
    return rates


@dataclass(frozen=True)
class ShrunkHazard(WeekAsWindow):
    """A constant rate of each series, shrunk to the pooled one by empirical Bayes."""

    name: str = "shrunk"
    order: int = 5

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return one less the negative binomial chances of no move."""
        record = events_of(scenario, past)
        gained, time = posterior_counts(record.counts)
        known = time * max(record.exposure, 1.0)
        days = np.array([(end - first).days for first, end in windows], dtype=np.float64)
        none = (known / (known + days[:, None])) ** gained
        chances: FloatArray = 1.0 - none.reshape(len(windows), -1, 2)
        return chances


BASELINE = ShrunkHazard()
