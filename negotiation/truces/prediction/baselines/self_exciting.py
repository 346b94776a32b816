"""Self-exciting moves: a Hawkes process with an exponential kernel (Hawkes 1971), by series.

A move of series j begets moves of its kind, n_c of them on average, spread over the series i of each class
c(i, j) by their shares w: series of the same side in the same direction, of the other side in the same
direction, and in the other direction. They come after a lag that is exponential with rate b. So

    intensity of i at t = v w_i + sum over moves k of series j before t: n_c w_i / w(c) b exp(-b (t - t_k)).

Moves of one day do not beget each other. Shares are taken from the shrunk rates; v, b and the three n
maximise the likelihood of earlier months, within stated bounds.

Forecasts use no simulation. The mean intensity to the beginning of a window solves a linear equation exactly.
Within it the chance of no move of a series is exp(-integral of its mean intensity if it has none there). This
replaces the mean of an exponential by the exponential of the mean, so that chances are too high, and the more
so the stronger the excitement; a test measures the error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy.linalg import expm

from negotiation.base.numeric import FloatArray, IntArray, NumberArray
from negotiation.disputes import Scenario
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.baselines.shrunk_hazard import expected_counts
from negotiation.truces.prediction.chances import WeekAsWindow, Window
from negotiation.truces.prediction.likeliest import most_likely
from negotiation.truces.record.events import EventRecord, events_of
from negotiation.truces.record.past import Past

SAME_SIDE, OTHER_SIDE, TURNED = 0, 1, 2
CLASSES = 3


class Excitement(NamedTuple):
    """A self-exciting process of several series."""

    # (series,): intensities without earlier moves, a day.
    base: FloatArray
    # (series, series): mean number of moves of the row's series that a move of the column's begets.
    begets: FloatArray
    # Rate at which they come, a day.
    lag: float


def classes_of(sides: IntArray) -> IntArray:
    """Return the class of excitation of each series (rows) by each other (columns), shape (2 pairs, 2 pairs).

    Shapes: `sides` (pairs,).
    """
    side = np.repeat(sides, 2)
    direction = np.tile([0, 1], len(sides))
    same = np.where(side[:, None] == side, SAME_SIDE, OTHER_SIDE)
    return np.where(direction[:, None] == direction, same, TURNED)


def spread(shares: FloatArray, classes: IntArray) -> FloatArray:
    """Return how a series' excitation of a class is spread over its members, shape (series, series).

    Shapes: `shares` (series,), `classes` (series, series).
    """
    weights = np.zeros(classes.shape)
    for c in range(CLASSES):
        members = np.where(classes == c, shares[:, None], 0.0)
        whole = members.sum(axis=0)
        weights += np.divide(members, whole, out=np.zeros_like(members), where=whole > 0)
    return weights


def log_likelihood(process: Excitement, times: FloatArray, series: IntArray, exposure: float) -> Any:
    """Return the log likelihood of moves; parameters may be complex, for slopes by complex steps.

    Shapes: `times` (moves,), `series` (moves,).

    Examples
    --------
    >>> plain = Excitement(np.array([0.1, 0.2]), np.zeros((2, 2)), 1.0)
    >>> found = log_likelihood(plain, np.array([1.0, 4.0]), np.array([0, 1]), 10.0)
    >>> bool(np.isclose(found, np.log(0.1) + np.log(0.2) - 3.0))
    True
    """
    # Moves of one day do not beget each other: strictly earlier ones alone count.
    past = times[:, None] > times
    # The inner `where` keeps exp from overflowing on differences that the outer one drops.
    decay = np.where(past, np.exp(-process.lag * np.where(past, times[:, None] - times, 0.0)), 0.0)
    felt = process.begets[np.ix_(series, series)] * decay * process.lag
    intensity = process.base[series] + felt.sum(axis=1)
    begotten = process.begets.sum(axis=0)[series] * -np.expm1(-process.lag * (exposure - times))
    return np.log(intensity).sum() - process.base.sum() * exposure - begotten.sum()


@lru_cache(maxsize=256)
def fitted_excitement(
    times: tuple[float, ...], series: tuple[int, ...], sides: tuple[int, ...], exposure: float
) -> Excitement:
    """Return the process with the largest likelihood, within the bounds of `truces/numerics.py`."""
    at, which, exposure = np.array(times), np.array(series, dtype=np.intp), max(exposure, 1.0)
    shares = expected_counts(np.bincount(which, minlength=2 * len(sides)).astype(np.float64))
    shares = shares / shares.sum()
    classes = classes_of(np.array(sides))
    over = spread(shares, classes)

    def process(x: NumberArray) -> Excitement:
        """Return the process at logarithms of its numbers."""
        # A total below one and shares of three classes by a softmax, so that the process dies out at any x.
        weights = np.exp(np.append(x[3:], 0.0))
        begets = np.exp(x[2]) * weights / weights.sum()
        return Excitement(np.exp(x[0]) * shares, begets[classes] * over, np.exp(x[1]))

    def likelihood(x: NumberArray) -> Any:
        """Return the log likelihood of the moves."""
        return log_likelihood(process(x), at, which, exposure)

    rates = np.log(NUMERICS.rates_of_moves)
    lags = -np.log(NUMERICS.days_of_a_lag)[::-1]
    bounds = [tuple(rates), tuple(lags), tuple(np.log(NUMERICS.moves_begotten)), (-4.0, 4.0), (-4.0, 4.0)]
    rate = (len(times) + 0.5) / exposure
    # The likelihood is largest nearby at short and at long lags. On record two starts missed the largest in
    # some months; from these four it was that from twelve wherever both were tried.
    starts = [np.array([np.log(rate / 2), -np.log(lag), np.log(0.5), 0.0, 0.0]) for lag in (5, 20, 80, 320)]
    best = process(most_likely(likelihood, starts, bounds))
    return best._replace(lag=float(best.lag))


def excitement_before(record: EventRecord) -> Excitement:
    """Return the process fitted to the whole months before the end of a record."""
    month = float((record.as_of.replace(day=1) - record.begins).days)
    known = record.times < month
    countries = list(dict.fromkeys(country for country, _ in record.pairs))
    sides = tuple(countries.index(country) for country, _ in record.pairs)
    return fitted_excitement(
        tuple(record.times[known].tolist()), tuple(record.series[known].tolist()), sides, month
    )


def felt_at(process: Excitement, times: FloatArray, series: IntArray, now: float) -> FloatArray:
    """Return the excitation of each series by earlier moves on a day, shape (series,).

    Shapes: `times`, `series` (moves,).
    """
    weight = process.lag * np.exp(-process.lag * (now - times))
    recent = np.bincount(series, weight, minlength=len(process.base))
    felt: FloatArray = process.begets @ recent
    return felt


def mean_ahead(process: Excitement, felt: FloatArray, days: float) -> FloatArray:
    """Return the exact mean excitation after some days, shape (series,).

    Shapes: `felt` (series,).

    Examples
    --------
    >>> one = Excitement(np.array([0.1]), np.array([[0.5]]), 0.2)
    >>> mean_ahead(one, np.array([0.0]), 1e4).round(6).tolist()  # intensity 0.1 / (1 - 0.5), 0.1 of it felt
    [0.1]
    """
    mean: FloatArray = (expm(_motion(process) * days) @ np.append(felt, 1.0))[:-1]
    return mean


def _motion(process: Excitement) -> FloatArray:
    """Return the generator of the mean excitation and of a constant 1, shape (series + 1, series + 1)."""
    n = len(process.base)
    motion = np.zeros((n + 1, n + 1))
    # df/dt = b (B (base + f) - f): what is felt, with the base as a constant input in the last column.
    motion[:n, :n] = process.lag * (process.begets - np.eye(n))
    motion[:n, n] = process.lag * (process.begets @ process.base)
    return motion


def chances_in(process: Excitement, felt: FloatArray, days: float) -> FloatArray:
    """Return the chance of a move of each series within some days, shape (series,).

    Shapes: `felt` (series,).
    """
    n = len(felt)
    motion = np.zeros((n, n + 2, n + 2))
    motion[:, : n + 1, : n + 1] = _motion(process)
    each = np.arange(n)
    # The series itself begets nothing as long as it has not moved; the last row sums up its intensity.
    motion[each, :n, each] -= process.lag * process.begets.T
    motion[each, :n, n] -= process.lag * (process.begets * process.base).T
    motion[each, n + 1, each] = 1.0
    motion[each, n + 1, n] = process.base
    summed = (expm(motion * days) @ np.append(felt, [1.0, 0.0]))[:, -1]
    chances: FloatArray = -np.expm1(-np.maximum(summed, 0.0))
    return chances


@dataclass(frozen=True)
class SelfExciting(WeekAsWindow):
    """A Hawkes process: moves excite moves of their side, of the other side, and in the other direction."""

    name: str = "self exciting"
    order: int = 9

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move in each window, from the mean intensities at its beginning."""
        record = events_of(scenario, past)
        process = excitement_before(record)
        felt = felt_at(process, record.times, record.series, record.exposure)
        chances = np.empty((len(windows), len(felt)))
        for w, (first, end) in enumerate(windows):
            then = mean_ahead(process, felt, (first - past.as_of).days)
            chances[w] = chances_in(process, then, (end - first).days)
        return chances.reshape(len(windows), -1, 2)


BASELINE = SelfExciting()
