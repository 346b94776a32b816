"""Chances of all predictors in the form in which they are scored, above one floor.

A predictor that gives an outcome no chance has an unbounded log score if it occurs, so a floor is necessary.
Its height strongly affects the score of predictors that reach it. It is therefore the same for all baselines
and theories, and no predictor sets its own.
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
        """Its name, for tables."""

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
        """Its place in tables."""

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move up and of one down in each window, shape (windows, pairs, 2).

        Windows begin on `past.as_of` or later. A chance may be 0 or 1: `forecast_ahead` applies the floor.
        """


class WeekAsWindow(ABC):
    """A forecaster of windows as a predictor of weeks: the chances in the seven days after the past."""

    @abstractmethod
    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move in each window, shape (windows, pairs, 2)."""

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the chances of a week, shape (pairs, 3)."""
        return week_of(self.ahead(scenario, past, [(past.as_of, past.as_of + WEEK)])[0])


class SameEveryWeek(ABC):
    """A predictor of a week as a forecaster of windows: every week has the chances of the first."""

    @abstractmethod
    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the chances of a week, shape (pairs, 3)."""

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move in each window, shape (windows, pairs, 2)."""
        return over_windows(self.predict(scenario, past), windows)


def forecast_ahead(
    forecaster: Forecaster,
    scenario: Scenario,
    past: Past,
    windows: Sequence[Window],
    least: float = NUMERICS.least_chance,
) -> FloatArray:
    """Return a forecaster's chances in some windows, above the common floor.

    Returns shape (windows, pairs, 2).
    """
    for first, end in windows:
        if not past.as_of <= first < end:
            raise InvalidDate(
                f"a window must begin on {past.as_of}, where the public record ends, "
                "or later, and end after it "
                f"begins; got {first} to {end}"
            )
    chances = np.asarray(forecaster.ahead(scenario, past, windows), dtype=np.float64)
    # Sums of many weeks may pass 1 by rounding; what is no number fails the comparison.
    if not np.abs(chances - 0.5).max(initial=0.0) <= 0.5 + PROBABILITY_TOLERANCE:
        raise InvalidGame(
            f"predictor {forecaster.name!r} gave a number that is not a probability; chances must be from "
            "0 to 1"
        )
    return above_floor(np.clip(chances, 0.0, 1.0), least)


def above_floor(chances: FloatArray, least: float = NUMERICS.least_chance) -> FloatArray:
    """Return chances of moves, kept away from 0 and 1 by the floor.

    Examples
    --------
    >>> above_floor(np.array([0.0, 0.3, 1.0])).tolist()
    [0.005, 0.3, 0.995]
    """
    above: FloatArray = floored(np.stack([chances, 1.0 - chances], axis=-1), least)[..., 0]
    return above


def week_of(either: FloatArray) -> FloatArray:
    """Return a week's chances of up, down and none from the chances of at least one move up and one down.

    The two are taken as independent, and weeks with a move are divided in proportion to the two hazards.

    Shapes: `either` (pairs, 2); returns (pairs, 3).

    Examples
    --------
    >>> week_of(np.array([[0.0, 0.0], [0.5, 0.5]])).tolist()
    [[0.0, 0.0, 1.0], [0.375, 0.375, 0.25]]
    """
    # A chance of one has no hazard: it is taken as just below one, so that shares of moves are defined.
    hazards = -np.log1p(-np.minimum(either, 1.0 - PROBABILITY_TOLERANCE))
    total = hazards.sum(axis=-1, keepdims=True)
    none = np.exp(-total)
    shares = np.divide(hazards, total, out=np.zeros_like(hazards), where=total > 0)
    return np.concatenate([(1.0 - none) * shares, none], axis=-1)


def over_windows(weekly: FloatArray, windows: Sequence[Window]) -> FloatArray:
    """Return the chances over windows if every week has the same chances, shape (windows, pairs, 2).

    Shapes: `weekly` (pairs, 3).

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
    """Return a predictor's chances for the next week, above the common floor.

    Returns shape (pairs, 3).
    """
    chances = np.asarray(predictor.predict(scenario, past), dtype=np.float64)
    if not (np.isfinite(chances).all() and (chances >= 0).all()):
        raise InvalidGame(
            f"predictor {predictor.name!r} gave a chance that is negative or not a number; chances must be "
            "from 0 to 1"
        )
    if np.abs(chances.sum(axis=-1) - 1).max() > PROBABILITY_TOLERANCE:
        raise InvalidGame(f"predictor {predictor.name!r} gave chances that do not sum to 1")
    return floored(chances, least)


def floored(chances: FloatArray, least: float = NUMERICS.least_chance) -> FloatArray:
    """Return chances with none below the floor, each row still a distribution.

    Chances below the floor are raised to it, and the others are reduced in proportion. A row above the floor
    is returned unchanged, so that a second pass changes nothing.

    Shapes: `chances` (..., outcomes).

    Examples
    --------
    >>> floored(np.array([[0.0, 0.5, 0.5], [0.2, 0.3, 0.5]])).round(6).tolist()
    [[0.005, 0.4975, 0.4975], [0.2, 0.3, 0.5]]
    """
    result = np.array(chances, dtype=np.float64)
    low = result < least
    while low.any():
        # What gives way may itself come below the floor: then it is raised as well.
        rest = np.where(low, 0.0, chances).sum(axis=-1, keepdims=True)
        scaled = chances * (1.0 - least * low.sum(axis=-1, keepdims=True)) / rest
        result = np.where(low.any(axis=-1, keepdims=True), np.where(low, least, scaled), chances)
        more = low | (result < least)
        if (more == low).all():
            break
        low = more
    return result
