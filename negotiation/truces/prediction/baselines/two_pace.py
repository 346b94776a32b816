"""Two hidden paces: days with moves occur at a quiet or an active rate.

A Markov-modulated Poisson process with two hidden states (Fischer and Meier-Hellstern 1993). Its points are
the days with a move, not the moves, since several moves on one day carry no information on the pace. On such
a day series i moves with the chance m_i, from the shrunk rates of `shrunk_hazard.py`. The four rates maximise
the likelihood of earlier months, within the bounds of `truces/numerics.py`. The pace is filtered up to the
last day.

Let Q be the generator of the paces, R the diagonal matrix of their rates, and p the chances of the paces at
the beginning of a window of n days. The exact chance of no move of series i is p' exp((Q - m_i R) n) 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy.linalg import expm

from negotiation.base.numeric import FloatArray, NumberArray
from negotiation.disputes import Scenario
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.baselines.shrunk_hazard import expected_counts
from negotiation.truces.prediction.chances import WeekAsWindow, Window
from negotiation.truces.prediction.likeliest import most_likely
from negotiation.truces.record.events import EventRecord, events_of
from negotiation.truces.record.past import Past


class Paces(NamedTuple):
    """The four rates of the process, per day."""

    # quiet, active: Rates of days with a move at each pace.
    quiet: float
    active: float
    # rises, falls: Rates at which quiet becomes active, and active quiet.
    rises: float
    falls: float

    @property
    def generator(self) -> FloatArray:
        """Generator of the paces quiet and active, shape (2, 2); rows sum to 0."""
        return np.array([[-self.rises, self.rises], [self.falls, -self.falls]])

    @property
    def rates(self) -> FloatArray:
        """Rates of days with a move at each pace, shape (2,)."""
        return np.array([self.quiet, self.active])

    @property
    def resting(self) -> FloatArray:
        """Chances of the paces in the long run, shape (2,)."""
        return np.array([self.falls, self.rises]) / (self.rises + self.falls)


def filtered(paces: Paces, days: FloatArray, exposure: float) -> tuple[float, FloatArray]:
    """Return the log likelihood of days with a move, and the chances of the paces at the end, shape (2,).

    `days` counts from the beginning of the record, shape (D,), and `exposure` is the number of days observed.

    Examples
    --------
    >>> same = Paces(0.1, 0.1, 0.01, 0.02)
    >>> found, now = filtered(same, np.array([3.0, 8.0]), 10.0)
    >>> bool(np.isclose(found, 2 * np.log(0.1) - 0.1 * 10)), now.round(6).tolist()
    (True, [0.666667, 0.333333])
    """
    log_likelihood, now = _run(np.array(paces), days, exposure)
    return float(log_likelihood), np.array(now)


def _run(paces: NumberArray, days: FloatArray, exposure: float) -> tuple[Any, tuple[Any, Any]]:
    """Return the result of `filtered`; rates may be complex, for slopes, and are ordered as in `Paces`."""
    rates = quiet, active, rises, falls = paces.tolist()
    gaps = np.diff(np.concatenate([[0.0], days, [exposure]]))
    of_quiet, of_active = _between(rates, gaps)
    p, q = falls / (rises + falls), rises / (rises + falls)
    log_likelihood = 0.0
    last = len(gaps) - 1
    for k, (a, b, c, d) in enumerate(zip(*of_quiet, *of_active, strict=True)):
        p, q = p * a + q * c, p * b + q * d
        if k < last:
            p, q = p * quiet, q * active
        # Normalised at each gap: the likelihood is the product of the totals, which would underflow.
        total = p + q
        log_likelihood += np.log(total)
        p, q = p / total, q / total
    return log_likelihood, (p, q)


def _between(rates: Sequence[Any], gaps: FloatArray) -> tuple[tuple[list[Any], ...], tuple[list[Any], ...]]:
    """Return exp((Q - R) t) for many times t by the closed form for two states.

    The result has two rows of two columns, each a list over times. `rates` are in the order of `Paces`.
    """
    quiet, active, rises, falls = rates
    a, d = -rises - quiet, -falls - active
    mean, half = (a + d) / 2.0, (a - d) / 2.0
    # rises and falls are positive, so that the root is real and not 0.
    root = np.sqrt(half * half + rises * falls)
    up, down = np.exp((mean + root) * gaps), np.exp((mean - root) * gaps)
    # exp(M t) = e^(mean t) (cosh(root t) I + sinh(root t) / root (M - mean I)).
    even, odd = (up + down) / 2.0, (up - down) / (2.0 * root)
    return (
        ((even + half * odd).tolist(), (rises * odd).tolist()),
        ((falls * odd).tolist(), (even - half * odd).tolist()),
    )


@lru_cache(maxsize=256)
def fitted_paces(days: tuple[float, ...], exposure: float) -> Paces:
    """Return the rates with the largest likelihood, within the bounds of `truces/numerics.py`."""
    times, rate = np.array(days), (len(days) + 0.5) / max(exposure, 1.0)
    rates, lasting = np.log(NUMERICS.rates_of_moves), -np.log(NUMERICS.days_of_a_pace)[::-1]

    def likelihood(x: NumberArray) -> Any:
        """Return the log likelihood of the days with a move, given logarithms of the rates."""
        return _run(np.exp(x), times, max(exposure, 1.0))[0]

    even = np.log([rate, rate, 1 / 400, 1 / 120])
    starts = [even + np.array([-spread, spread, 0, 0]) for spread in (0.7, 1.5)]
    bounds = [tuple(rates), tuple(rates), tuple(lasting), tuple(lasting)]
    best = Paces(*np.exp(most_likely(likelihood, starts, bounds)).tolist())
    # The likelihood does not distinguish the two states: the slower one is called quiet.
    if best.quiet <= best.active:
        return best
    return Paces(best.active, best.quiet, best.falls, best.rises)


def paces_before(record: EventRecord) -> tuple[Paces, FloatArray]:
    """Return the rates fitted to the whole months of a record, and the chances of the paces at its end."""
    # Only whole months, so that one fit serves all days of a month; the filter also uses the last days.
    month = float((record.as_of.replace(day=1) - record.begins).days)
    days = np.unique(record.times)
    paces = fitted_paces(tuple(days[days < month].tolist()), month)
    return paces, filtered(paces, days, record.exposure)[1]


def at_two_paces(record: EventRecord, expected: FloatArray, windows: Sequence[Window]) -> FloatArray:
    """Return the chances of a move in each window, given each series' expected moves over the record.

    A series moves on a day with a move with the chance `expected` over the number of such days, at most 1.
    Shapes: `expected` (2 pairs,); returns (windows, pairs, 2).
    """
    paces, now = paces_before(record)
    days = max(len(np.unique(record.times)), 1)
    marks = np.minimum(expected / days, 1.0)
    chances = np.empty((len(windows), len(marks)))
    for w, (first, end) in enumerate(windows):
        then = now @ expm(paces.generator * (first - record.as_of).days)
        # Days on which the series moves are barred: the remaining probability is the chance of no move.
        barred = paces.generator - marks[:, None, None] * np.diag(paces.rates)
        chances[w] = 1.0 - np.einsum("a,sab->s", then, expm(barred * (end - first).days))
    return chances.reshape(len(windows), -1, 2)


@dataclass(frozen=True)
class TwoPace(WeekAsWindow):
    """Two hidden paces of days with a move, on which each series moves with its own chance."""

    name: str = "two pace"
    order: int = 8

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move in each window given the filtered pace, shape (windows, pairs, 2)."""
        record = events_of(scenario, past)
        return at_two_paces(record, expected_counts(record.counts), windows)


BASELINE = TwoPace()
