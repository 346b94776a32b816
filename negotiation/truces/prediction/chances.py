"""Interfaces of predictors, and their chances above a common floor.

If an outcome with chance 0 occurs, the log score is infinite, so a floor is necessary. The height of the
floor strongly affects the scores of predictors that reach it. The floor is therefore the same for all
baselines and theories.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date
from typing import Protocol

import numpy as np

from negotiation.base.numeric import PROBABILITY_TOLERANCE, FloatArray
from negotiation.disputes import Scenario
from negotiation.errors import InvalidDate, InvalidGame
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.weeks import WEEK
from negotiation.truces.record.past import Past


class Predictor(Protocol):
    """A predictor of the next week's outcomes from the public record before it."""

    @property
    def name(self) -> str:
        """Name of the predictor in tables."""

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the chances of up, down and none in the week that begins on `past.as_of`, shape (pairs, 3).

        Pairs are the scenario's countries and their instruments, in the order of `Cells.pairs`. A chance may
        be 0: `floored` applies the floor.
        """


# A first day and the first day after it.
Window = tuple[date, date]


class Forecaster(Predictor, Protocol):
    """A predictor that also predicts further ahead than a week, from the same past."""

    @property
    def order(self) -> int:
        """Position in tables: forecasters are sorted by it."""

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of at least one move up and one down in each window, shape (windows, pairs, 2).

        Windows begin on `past.as_of` or later. A chance may be 0 or 1: `forecast_ahead` applies the floor.
        """


class WeekAsWindow(ABC):
    """Base class of forecasters that predict a week as the window of the first seven days after the past."""

    @abstractmethod
    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move up and of one down in each window, shape (windows, pairs, 2)."""

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the chances of up, down and none in the next week, shape (pairs, 3)."""
        return week_of(self.ahead(scenario, past, [(past.as_of, past.as_of + WEEK)])[0])


class SameEveryWeek(ABC):
    """Base class of predictors of a week that forecast every later week with the same chances."""

    @abstractmethod
    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the chances of up, down and none in the next week, shape (pairs, 3)."""

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move up and of one down in each window, shape (windows, pairs, 2)."""
        return over_windows(self.predict(scenario, past), windows)


def forecast_ahead(
    forecaster: Forecaster,
    scenario: Scenario,
    past: Past,
    windows: Sequence[Window],
    least: float = NUMERICS.least_chance,
) -> FloatArray:
    """Return a forecaster's chances of a move up and of one down in each window, above the common floor.

    Returns shape (windows, pairs, 2). `least` is the floor. Raises `InvalidDate` if a window begins before
    the past ends or is empty, and `InvalidGame` if the forecaster's numbers are not probabilities.
    """
    for first, end in windows:
        if not past.as_of <= first < end:
            raise InvalidDate(
                f"each of `windows` must begin on {past.as_of}, the first day after the public record, or "
                f"later, and end after its first day; got {first} to {end}"
            )
    chances = np.asarray(forecaster.ahead(scenario, past, windows), dtype=np.float64)
    # Sums of many weeks may exceed 1 by rounding; NaN fails the comparison.
    away = np.abs(chances - 0.5)
    if not away.max(initial=0.0) <= 0.5 + PROBABILITY_TOLERANCE:
        wrong = chances.flat[away.argmax()].item()
        raise InvalidGame(
            f"predictor {forecaster.name!r} gave the chance {wrong}; chances must be from 0 to 1"
        )
    return above_floor(np.clip(chances, 0.0, 1.0), least)


def above_floor(chances: FloatArray, least: float = NUMERICS.least_chance) -> FloatArray:
    """Return chances of moves, clipped to the range from the floor to one minus the floor.

    The result has the shape of `chances`. `least` is the floor.

    Examples
    --------
    >>> above_floor(np.array([0.0, 0.3, 1.0])).tolist()
    [0.005, 0.3, 0.995]
    """
    above: FloatArray = floored(np.stack([chances, 1.0 - chances], axis=-1), least)[..., 0]
    return above


def week_of(either: FloatArray) -> FloatArray:
    """Return the chances of up, down and none in a week, given the chances of a move in each direction.

    Moves up and down are taken as independent. The chance of a week with a move is divided between up and
    down in proportion to their hazards.

    Shapes: `either` (pairs, 2); returns (pairs, 3).

    Examples
    --------
    >>> week_of(np.array([[0.0, 0.0], [0.5, 0.5]])).tolist()
    [[0.0, 0.0, 1.0], [0.375, 0.375, 0.25]]
    """
    # A chance of 1 has an infinite hazard: it is taken as just below 1, so that shares of moves are defined.
    hazards = -np.log1p(-np.minimum(either, 1.0 - PROBABILITY_TOLERANCE))
    total = hazards.sum(axis=-1, keepdims=True)
    none = np.exp(-total)
    shares = np.divide(hazards, total, out=np.zeros_like(hazards), where=total > 0)
    return np.concatenate([(1.0 - none) * shares, none], axis=-1)


def over_windows(weekly: FloatArray, windows: Sequence[Window]) -> FloatArray:
    """Return the chances of a move in each window if every week has the same chances.

    Shapes: `weekly` (pairs, 3), chances of up, down and none; returns (windows, pairs, 2).

    Examples
    --------
    >>> fortnight = (date(2025, 1, 6), date(2025, 1, 20))
    >>> over_windows(np.array([[0.5, 0.0, 0.5]]), [fortnight]).tolist()
    [[[0.75, 0.0]]]
    """
    weeks = np.array([(end - first).days / 7 for first, end in windows])
    chances: FloatArray = 1.0 - (1.0 - weekly[None, :, :2]) ** weeks[:, None, None]
    return chances


def predicted(
    predictor: Predictor, scenario: Scenario, past: Past, least: float = NUMERICS.least_chance
) -> FloatArray:
    """Return a predictor's chances of up, down and none in the next week, above the common floor.

    Returns shape (pairs, 3). `least` is the floor. Raises `InvalidGame` if the predictor's numbers are not
    distributions.
    """
    chances = np.asarray(predictor.predict(scenario, past), dtype=np.float64)
    wrong = chances[~(np.isfinite(chances) & (chances >= 0))]
    if wrong.size:
        raise InvalidGame(
            f"predictor {predictor.name!r} gave the chance {wrong[0].item()}; chances must be from 0 to 1"
        )
    sums = chances.sum(axis=-1)
    off = np.abs(sums - 1)
    if off.max() > PROBABILITY_TOLERANCE:
        raise InvalidGame(
            f"predictor {predictor.name!r} gave chances of up, down and none that sum to "
            f"{sums.flat[off.argmax()].item()}; they must sum to 1 for each pair of country and instrument"
        )
    return floored(chances, least)


def floored(chances: FloatArray, least: float = NUMERICS.least_chance) -> FloatArray:
    """Return distributions in which no outcome has a chance below the floor.

    Chances below the floor are raised to it, and the other chances of the row are reduced in proportion. A
    row without chances below the floor is returned unchanged. `least` is the floor.

    Shapes: `chances` (..., outcomes); the result has the same shape.

    Examples
    --------
    >>> floored(np.array([[0.0, 0.5, 0.5], [0.2, 0.3, 0.5]])).round(6).tolist()
    [[0.005, 0.4975, 0.4975], [0.2, 0.3, 0.5]]
    """
    result = np.array(chances, dtype=np.float64)
    low = result < least
    while low.any():
        # A chance that is reduced may fall below the floor: then it is raised as well.
        rest = np.where(low, 0.0, chances).sum(axis=-1, keepdims=True)
        scaled = chances * (1.0 - least * low.sum(axis=-1, keepdims=True)) / rest
        result = np.where(low.any(axis=-1, keepdims=True), np.where(low, least, scaled), chances)
        more = low | (result < least)
        if (more == low).all():
            break
        low = more
    return result
