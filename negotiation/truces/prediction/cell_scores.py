"""Scores of predictors over labelled cells, and intervals of their means and differences.

The log score is minus the logarithm of the chance given to the outcome. The Brier score is the squared
distance of the chances from the outcome. Both are proper (Gneiting and Raftery 2007, JASA 102), and smaller
is better.

Intervals use the stationary bootstrap (Politis and Romano 1994, JASA 89). The interval of a difference uses
the same draws for both predictors. Each draw consists of blocks of consecutive origins with geometric
lengths, and the first origin follows the last one. Over the whole record blocks have a mean length of a year.
Truce spells would be the natural blocks, but one of them is longer than half of the record. Forecasts of
twelve months overlap for up to a year, so shorter blocks would make intervals too narrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray, read_only
from negotiation.base.reading.numbers import expect_generator
from negotiation.disputes.observation import LEGS
from negotiation.errors import InvalidGame, UnknownName, shown

# Draws of an interval.
RESAMPLES = 2000

INTERVAL = (0.05, 0.95)


def stationary_draws(count: int, block: float, rng: np.random.Generator, draws: int = RESAMPLES) -> IntArray:
    """Return positions of origins drawn by the stationary bootstrap, shape (draws, count).

    `count` is the number of origins and `block` the mean length of a block.

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
    """Return a mean over all rows, and the low and high end of its 90 percent interval by the bootstrap.

    `sums` contains the sum of scores of each origin and `sizes` its number of rows, both of shape (origins,).
    `block` is the mean length of a block of origins. `rng` is a seed or a generator.

    Examples
    --------
    >>> interval(np.full(20, 3.0), np.full(20, 2.0), 5.0)
    (1.5, 1.5, 1.5)
    """
    if isinstance(rng, int):
        picks = _seeded(len(sums), block, rng)
    else:
        picks = stationary_draws(len(sums), block, expect_generator(rng))
    return mean_of_draws(sums, sizes, picks)


def mean_of_draws(sums: FloatArray, sizes: FloatArray, picks: IntArray) -> tuple[float, float, float]:
    """Return a mean over all rows, and the low and high end of the 90 percent interval of drawn means.

    `sums` contains the sum of scores of each block and `sizes` its number of rows, both of shape (blocks,).
    `picks` contains the positions of the blocks in each draw, shape (draws, picked).
    """
    # A draw of empty blocks only has no mean; it counts as 0.
    means = sums[picks].sum(axis=1) / np.maximum(sizes[picks].sum(axis=1), 1.0)
    low, high = np.quantile(means, INTERVAL)
    return float(sums.sum() / sizes.sum()), float(low), float(high)


@lru_cache(maxsize=4)
def _seeded(count: int, block: float, seed: int) -> IntArray:
    """Return the cached draws of a seed, shape (draws, count)."""
    picks = stationary_draws(count, block, expect_generator(seed))
    read_only(picks)
    return picks


T = TypeVar("T")
RULES = ("log", "brier")
EVERY = "all"


def expect_different(names: Sequence[str]) -> None:
    """Raise `InvalidGame` if two predictors share a name."""
    if len(set(names)) < len(names):
        twice = max(names, key=list(names).count)
        raise InvalidGame(f"predictors must have different names; {shown(twice)} occurs more than once")


def row_scores(rule: str, chances: FloatArray, came: BoolArray) -> FloatArray:
    """Return the score of each chance of an event, with the shape of `chances`.

    `rule` is "log" or "brier". `came` says whether each event happened, and is broadcast against `chances`.

    Examples
    --------
    >>> row_scores("brier", np.array([0.5, 0.25]), np.array([True, False])).tolist()
    [0.25, 0.0625]
    """
    UnknownName.unless_in(rule, RULES, "scoring rule")
    if rule == "log":
        return np.asarray(-np.log(np.where(came, chances, 1.0 - chances)))
    return np.asarray((chances - came) ** 2)


def outcome_scores(rule: str, chances: FloatArray, happened: FloatArray) -> FloatArray:
    """Return the score of each distribution over several outcomes, shape (...).

    `rule` is "log" or "brier". `chances` has shape (..., outcomes). `happened` has the same shape, with 1 at
    the outcome that happened and 0 elsewhere.
    """
    UnknownName.unless_in(rule, RULES, "scoring rule")
    if rule == "log":
        given: FloatArray = (chances * happened).sum(axis=-1)
        return np.asarray(-np.log(given))
    return np.asarray(((chances - happened) ** 2).sum(axis=-1))


def with_none(either: FloatArray) -> FloatArray:
    """Return the chances of up, down and none, given the chances of up and down, shape (..., 3).

    Shapes: `either` (..., 2).

    Examples
    --------
    >>> with_none(np.array([0.25, 0.25])).tolist()
    [0.25, 0.25, 0.5]
    """
    none = 1.0 - either.sum(axis=-1, keepdims=True)
    return np.asarray(np.concatenate([either, none], axis=-1))


def expect_known(name: str, among: Mapping[str, T], noun: str = "predictor") -> T:
    """Return the value of a name, or raise `UnknownName` with the known names; `noun` says what it names."""
    UnknownName.unless_in(name, tuple(among), noun)
    return among[name]


def by_leg(legs: Sequence[str]) -> dict[str, BoolArray]:
    """Return masks of shape (len(legs),) by name of a leg: which entries are that leg. "all" selects all.

    Examples
    --------
    >>> by_leg(["tariff", "other"])["other"].tolist()
    [False, True]
    """
    return {name: np.array([name in (EVERY, leg) for leg in legs], dtype=bool) for name in (EVERY, *LEGS)}


@dataclass(frozen=True, eq=False)
class CellScores:
    """Scores of several predictors on the same cells, with labels that select cells."""

    names: tuple[str, ...]
    # By rule, (predictors, *cells).
    scores: Mapping[str, FloatArray]
    # By label and value, which cells have it; each array broadcasts to the shape of the cells.
    labels: Mapping[str, Mapping[str, BoolArray]]
    # (*cells): whether a cell counts at all.
    counted: BoolArray

    def of(self, name: str, rule: str) -> FloatArray:
        """Return a predictor's score of each cell, shape (*cells)."""
        scores = expect_known(rule, self.scores, "scoring rule")
        return expect_known(name, dict(zip(self.names, scores, strict=True)))

    def chosen(self, **labels: str | int | None) -> BoolArray:
        """Return a mask of the counted cells that have the given labels; a label of `None` selects all."""
        cells = self.counted.copy()
        for label, value in labels.items():
            if value is not None:
                cells &= expect_known(str(value), self.labels[label], label)
        return cells

    def mean(self, name: str, rule: str, **labels: str | int | None) -> float:
        """Return a predictor's mean score over the cells with given labels; NaN if there are none."""
        scores = self.of(name, rule)[self.chosen(**labels)]
        return float(scores.mean()) if scores.size else float("nan")

    def sums(
        self, weights: Mapping[str, float], rule: str, **labels: str | int | None
    ) -> tuple[FloatArray, FloatArray]:
        """Return sums of weighted scores, and numbers of cells, for each position on the first axis of cells.

        Both have one entry for each such position. Only cells with the given labels count. `weights` are by
        predictor, and `rule` is "log" or "brier".
        """
        cells = self.chosen(**labels)
        others = tuple(range(1, cells.ndim))
        # All predictors have the same cells, so that an interval draws the same cells for each of them.
        sums = np.zeros(len(cells))
        for name, weight in weights.items():
            sums += weight * np.where(cells, self.of(name, rule), 0.0).sum(axis=others)
        return sums, cells.sum(axis=others).astype(np.float64)


def gap(name: str, other: str) -> dict[str, float]:
    """Return the weights of two predictors' scores that give the gain of `name` over `other`."""
    return {other: 1.0, name: -1.0} if other != name else {name: 0.0}
