"""A constant rate of each series, shrunk to the pooled rate by empirical Bayes.

Rates of the series are drawn from one gamma distribution with shape a and rate b. The shape maximises the
likelihood of all counts. The mean a / b is the pooled rate, with half a move added so that it is never 0. A
series with N moves in the T days on record has a negative binomial number of moves in the next n days. The
chance of no move is ((b + T) / (b + T + n))^(a + N). Robbins (1956), "An empirical Bayes approach to
statistics"; the gamma-Poisson form is from Greenwood and Yule (1920).
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
    """Return the shape of the gamma distribution of rates with the largest likelihood of the counts.

    `expected` are the counts expected at the mean of the distribution, by default the pooled mean count.
    Shapes: `counts` (series,), `expected` () or (series,).

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
    """Return the mean count of a series, with half a move added to the sum of counts."""
    return float((counts.sum() + 0.5) / len(counts))


def posterior_counts(counts: FloatArray) -> tuple[FloatArray, float]:
    """Return the shapes and the rate of the posterior gamma distributions of the series' rates.

    In the symbols of the module, the shapes are a + N, of shape (series,), and the rate is (b + T) / T, with
    the record as the unit of time. Shapes: `counts` (series,).
    """
    shape = shape_of_rates(counts)
    return counts + shape, 1.0 + shape / pooled_mean(counts)


def expected_counts(counts: FloatArray) -> FloatArray:
    """Return the expected moves of each series over as long as the record, at its posterior mean rate."""
    gained, time = posterior_counts(counts)
    rates: FloatArray = gained / time
    return rates


@dataclass(frozen=True)
class ShrunkHazard(WeekAsWindow):
    """A constant rate of each series, shrunk to the pooled rate by empirical Bayes."""

    name: str = "shrunk"
    order: int = 5

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the negative binomial chances of a move in each window, shape (windows, pairs, 2)."""
        record = events_of(scenario, past)
        gained, time = posterior_counts(record.counts)
        known = time * max(record.exposure, 1.0)
        days = np.array([(end - first).days for first, end in windows], dtype=np.float64)
        none = (known / (known + days[:, None])) ** gained
        chances: FloatArray = 1.0 - none.reshape(len(windows), -1, 2)
        return chances


BASELINE = ShrunkHazard()
