"""Self-exciting moves: a Hawkes process with an exponential kernel (Hawkes 1971), by series.

A move of series j begets on average n_c moves in each class c of series. The classes are the series of the
same side in the same direction, of the other side in the same direction, and in the other direction. The n_c
moves are spread over the series i of the class by their shares w_i of the sum w(c) of shares. Their lag is
exponential with rate b. So

    intensity of i at t = v w_i + sum over moves k of series j before t: n_c w_i / w(c) b exp(-b (t - t_k)).

Moves of one day do not beget each other. Shares are taken from the shrunk rates. The numbers v, b and the
three n maximise the likelihood of earlier months, within the bounds of `truces/numerics.py`.

Forecasts use no simulation. The mean intensity at the beginning of a window solves a linear equation exactly.
Let I be the integral over the window of the mean intensity of a series that does not move in the window. The
chance of no move is taken as exp(-I). This replaces the mean of an exponential by the exponential of the
mean, so chances of moves are too high. The error grows with the excitement, and a test measures it.
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

    # (series,): intensities without earlier moves, per day.
    base: FloatArray
    # (series, series): mean number of moves of the row's series that a move of the column's series begets.
    begets: FloatArray
    # Rate of the exponential lag after which they come, per day.
    lag: float


def classes_of(sides: IntArray) -> IntArray:
    """Return the class of excitation of each series (rows) by each series (columns).

    `sides` has the number of each pair's side, shape (pairs,). Returns shape (2 pairs, 2 pairs).
    """
    side = np.repeat(sides, 2)
    direction = np.tile([0, 1], len(sides))
    same = np.where(side[:, None] == side, SAME_SIDE, OTHER_SIDE)
    return np.where(direction[:, None] == direction, same, TURNED)


def spread(shares: FloatArray, classes: IntArray) -> FloatArray:
    """Return how the moves that a series begets in a class are spread over the series of the class.

    Returns shape (series, series): for each column, the rows of one class sum to 1. `shares` has shape
    (series,), and `classes` has shape (series, series), as from `classes_of`.
    """
    weights = np.zeros(classes.shape)
    for c in range(CLASSES):
        members = np.where(classes == c, shares[:, None], 0.0)
        whole = members.sum(axis=0)
        weights += np.divide(members, whole, out=np.zeros_like(members), where=whole > 0)
    return weights


def log_likelihood(process: Excitement, times: FloatArray, series: IntArray, exposure: float) -> Any:
    """Return the log likelihood of moves; parameters may be complex, for slopes by complex steps.

    `times` are days from the beginning of the record, `series` the series of each move, both of shape
    (moves,). `exposure` is the number of days observed.

    Examples
    --------
    >>> plain = Excitement(np.array([0.1, 0.2]), np.zeros((2, 2)), 1.0)
    >>> found = log_likelihood(plain, np.array([1.0, 4.0]), np.array([0, 1]), 10.0)
    >>> bool(np.isclose(found, np.log(0.1) + np.log(0.2) - 3.0))
    True
    """
    # Moves of one day do not beget each other: only strictly earlier moves count.
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
    """Return the process with the largest likelihood, within the bounds of `truces/numerics.py`.

    `times`, `series` and `exposure` are as in `log_likelihood`, and `sides` has the number of each pair's
    side.
    """
    at, which, exposure = np.array(times), np.array(series, dtype=np.intp), max(exposure, 1.0)
    shares = expected_counts(np.bincount(which, minlength=2 * len(sides)).astype(np.float64))
    shares = shares / shares.sum()
    classes = classes_of(np.array(sides))
    over = spread(shares, classes)

    def process(x: NumberArray) -> Excitement:
        """Return the process for the five numbers of the search.

        These are logarithms of the total intensity, of the rate of the lag, of the moves that one begets, and
        of the shares of two classes relative to the third.
        """
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
    # The likelihood has local maxima at short and at long lags. On record two starts missed the largest one
    # in some months; these four found the same as twelve wherever both were tried.
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
    """Return the intensity of each series on day `now` that comes from earlier moves, shape (series,).

    Shapes: `times`, `series` (moves,).
    """
    weight = process.lag * np.exp(-process.lag * (now - times))
    recent = np.bincount(series, weight, minlength=len(process.base))
    felt: FloatArray = process.begets @ recent
    return felt


def mean_ahead(process: Excitement, felt: FloatArray, days: float) -> FloatArray:
    """Return the exact mean of the excitation after some days, shape (series,).

    `felt` is the excitation now, as from `felt_at`, shape (series,).

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
    """Return the approximate chance of a move of each series within some days, shape (series,).

    `felt` is the excitation at the beginning, shape (series,). The approximation is in the docstring of the
    module.
    """
    n = len(felt)
    motion = np.zeros((n, n + 2, n + 2))
    motion[:, : n + 1, : n + 1] = _motion(process)
    each = np.arange(n)
    # A series that has not moved begets nothing; the last row integrates its intensity.
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
        """Return the chances of a move in each window, given the mean excitation at its beginning.

        Returns shape (windows, pairs, 2).
        """
        record = events_of(scenario, past)
        process = excitement_before(record)
        felt = felt_at(process, record.times, record.series, record.exposure)
        chances = np.empty((len(windows), len(felt)))
        for w, (first, end) in enumerate(windows):
            then = mean_ahead(process, felt, (first - past.as_of).days)
            chances[w] = chances_in(process, then, (end - first).days)
        return chances.reshape(len(windows), -1, 2)


BASELINE = SelfExciting()
