"""Scores of predictors over labelled cells: one table for the means and sums of every result.

The log score is minus the logarithm of the chance given to the outcome. The Brier score is the squared
distance of the chances from the outcome. Both are proper (Gneiting and Raftery 2007, JASA 102), and smaller
is better.

Intervals of differences use the stationary bootstrap (Politis and Romano 1994, JASA 89), with the same draws
on both sides. Each draw consists of blocks of consecutive origins with geometric lengths, and the record's
end is followed by its beginning. Blocks last a year on average. Truce spells would be the natural blocks, but
over eight years one spell is longer than half of the record. Forecasts of twelve months overlap for a year,
so that shorter blocks would make intervals too narrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray, read_only
from negotiation.disputes.observation import LEGS
from negotiation.errors import InvalidGame, UnknownName

# Draws of an interval.
RESAMPLES = 2000

INTERVAL = (0.05, 0.95)


def stationary_draws(count: int, block: float, rng: np.random.Generator, draws: int = RESAMPLES) -> IntArray:
    """Return positions of origins by the stationary bootstrap, shape (draws, count).

    Examples
    --------
    >>> found = stationary_draws(100, 10.0, np.random.default_rng(0), 50)
    >>> found.shape, bool(((found[:, 1:] - found[:, :-1]) % 100 == 1).mean() > 0.85)
    ((50, 100), True)
    """
    begins = rng.random((draws, count)) < 1.0 / block
    begins[:, 0] = True
    fresh = rng.integers(0, count, size=(draws, count))
    at = np.maximum.accumulate(np.where(begins, np.arange(count), 0), axis=1)
    rows: IntArray = (np.take_along_axis(fresh, at, axis=1) + np.arange(count) - at) % count
    return rows


def interval(
    sums: FloatArray, sizes: FloatArray, block: float, rng: int | np.random.Generator = 0
) -> tuple[float, float, float]:
    """Return a mean over all rows and its 90 percent interval, drawing origins in blocks.

    Shapes: `sums` (origins,), `sizes` (origins,).

    Examples
    --------
    >>> interval(np.full(20, 3.0), np.full(20, 2.0), 5.0)
    (1.5, 1.5, 1.5)
    """
    if isinstance(rng, int):
        picks = _seeded(len(sums), block, rng)
    else:
        picks = stationary_draws(len(sums), block, rng)
    return mean_of_draws(sums, sizes, picks)


def mean_of_draws(sums: FloatArray, sizes: FloatArray, picks: IntArray) -> tuple[float, float, float]:
    """Return a mean over all rows, and the interval of the means over the blocks of each draw.

    Shapes: `sums`, `sizes` (blocks,), `picks` (draws, picked).
    """
    # A draw of empty blocks alone has no mean; it stands at nothing in place of failing.
    means = sums[picks].sum(axis=1) / np.maximum(sizes[picks].sum(axis=1), 1.0)
    low, high = np.quantile(means, INTERVAL)
    return float(sums.sum() / sizes.sum()), float(low), float(high)


@lru_cache(maxsize=4)
def _seeded(count: int, block: float, seed: int) -> IntArray:
    """Return the draws of a seed, which many intervals of the same origins share."""
    picks = stationary_draws(count, block, np.random.default_rng(seed))
    read_only(picks)
    return picks


T = TypeVar("T")
RULES = ("log", "brier")
EVERY = "all"


def expect_different(names: Sequence[str]) -> None:
    """Raise `InvalidGame` if two predictors share a name."""
    if len(set(names)) < len(names):
        raise InvalidGame(f"predictors must have different names; got {tuple(names)}")


def row_scores(rule: str, chances: FloatArray, came: BoolArray) -> FloatArray:
    """Return the score of each chance of an event, with the shape of `chances`.

    Examples
    --------
    >>> row_scores("brier", np.array([0.5, 0.25]), np.array([True, False])).tolist()
    [0.25, 0.0625]
    """
    if rule == "log":
        return np.asarray(-np.log(np.where(came, chances, 1.0 - chances)))
    return np.asarray((chances - came) ** 2)


def outcome_scores(rule: str, chances: FloatArray, happened: FloatArray) -> FloatArray:
    """Return the score of each row of chances of several outcomes; the last axis is removed.

    Shapes: `chances` (..., outcomes), `happened` (..., outcomes).
    """
    if rule == "log":
        given: FloatArray = (chances * happened).sum(axis=-1)
        return np.asarray(-np.log(given))
    return np.asarray(((chances - happened) ** 2).sum(axis=-1))


def with_none(either: FloatArray) -> FloatArray:
    """Return outcomes up, down and none from the outcomes up and down.

    Shapes: `either` (..., 2).

    Examples
    --------
    >>> with_none(np.array([0.25, 0.25])).tolist()
    [0.25, 0.25, 0.5]
    """
    none = 1.0 - either.sum(axis=-1, keepdims=True)
    return np.asarray(np.concatenate([either, none], axis=-1))


def expect_known(name: str, among: Mapping[str, T]) -> T:
    """Return the value of a name, or raise `UnknownName` with the known names."""
    if name not in among:
        raise UnknownName(name, among)
    return among[name]


def by_leg(legs: Sequence[str]) -> dict[str, BoolArray]:
    """Return a mask of some legs for each name of a leg, and for all legs.

    Examples
    --------
    >>> by_leg(["tariff", "other"])["other"].tolist()
    [False, True]
    """
    return {name: np.array([name in (EVERY, leg) for leg in legs], dtype=bool) for name in (EVERY, *LEGS)}


@dataclass(frozen=True, eq=False)
class CellScores:
    """Scores of several predictors on the same cells, which can be selected by labels."""

    names: tuple[str, ...]
    # By rule, (predictors, *cells).
    scores: Mapping[str, FloatArray]
    # By label and value, which cells have it; shapes that broadcast to that of the cells.
    labels: Mapping[str, Mapping[str, BoolArray]]
    # (*cells): whether a cell counts at all.
    counted: BoolArray

    def of(self, name: str, rule: str) -> FloatArray:
        """Return a predictor's score of each cell."""
        return expect_known(name, dict(zip(self.names, expect_known(rule, self.scores), strict=True)))

    def chosen(self, **labels: str | int | None) -> BoolArray:
        """Return the cells that count and have given labels; `None` selects all."""
        cells = self.counted.copy()
        for label, value in labels.items():
            if value is not None:
                cells &= expect_known(str(value), self.labels[label])
        return cells

    def mean(self, name: str, rule: str, **labels: str | int | None) -> float:
        """Return a predictor's mean score over some cells; NaN if there is none."""
        scores = self.of(name, rule)[self.chosen(**labels)]
        return float(scores.mean()) if scores.size else float("nan")

    def sums(
        self, weights: Mapping[str, float], rule: str, **labels: str | int | None
    ) -> tuple[FloatArray, FloatArray]:
        """Return sums of weighted scores over some cells, and their number, by the first axis of cells."""
        cells = self.chosen(**labels)
        others = tuple(range(1, cells.ndim))
        # One set of cells for all: an interval then draws the same cells of every predictor.
        sums = np.zeros(len(cells))
        for name, weight in weights.items():
            sums += weight * np.where(cells, self.of(name, rule), 0.0).sum(axis=others)
        return sums, cells.sum(axis=others).astype(np.float64)


def gap(name: str, other: str) -> dict[str, float]:
    """Return weights of the gain of one predictor over another; smaller scores are better."""
    return {other: 1.0, name: -1.0} if other != name else {name: 0.0}
