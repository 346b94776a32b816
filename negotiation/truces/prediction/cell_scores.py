"""Scores of predictors over labelled cells: one table, from which every result takes its means and sums.

Log score: minus the logarithm of the chance that was given to what happened. Brier score: the squared
distance of the chances from it. Both are proper (Gneiting and Raftery 2007, JASA 102), and smaller is better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.disputes.observation import LEGS
from negotiation.errors import InvalidGame, UnknownName

T = TypeVar("T")
RULES = ("log", "brier")
EVERY = "all"


def expect_different(names: Sequence[str]) -> None:
    """Raise `InvalidGame` where two predictors share a name."""
    if len(set(names)) < len(names):
        raise InvalidGame(f"predictors need different names; got {tuple(names)}")


def row_scores(rule: str, chances: FloatArray, came: BoolArray) -> FloatArray:
    """Return the score of each chance that something comes, the shape of `chances`.

    Examples
    --------
    >>> row_scores("brier", np.array([0.5, 0.25]), np.array([True, False])).tolist()
    [0.25, 0.0625]
    """
    if rule == "log":
        return np.asarray(-np.log(np.where(came, chances, 1.0 - chances)))
    return np.asarray((chances - came) ** 2)


def outcome_scores(rule: str, chances: FloatArray, happened: FloatArray) -> FloatArray:
    """Return the score of each row of chances of several outcomes; the last axis goes.

    Shapes: `chances` (..., outcomes), `happened` (..., outcomes).
    """
    if rule == "log":
        given: FloatArray = (chances * happened).sum(axis=-1)
        return np.asarray(-np.log(given))
    return np.asarray(((chances - happened) ** 2).sum(axis=-1))


def with_none(either: FloatArray) -> FloatArray:
    """Return outcomes up, down and none from those of up and of down.

    Shapes: `either` (..., 2).

    Examples
    --------
    >>> with_none(np.array([0.25, 0.25])).tolist()
    [0.25, 0.25, 0.5]
    """
    none = 1.0 - either.sum(axis=-1, keepdims=True)
    return np.asarray(np.concatenate([either, none], axis=-1))


def expect_known(name: str, among: Mapping[str, T]) -> T:
    """Return what stands under a name, or raise `UnknownName` with the names there are."""
    if name not in among:
        raise UnknownName(name, among)
    return among[name]


def by_leg(legs: Sequence[str]) -> dict[str, BoolArray]:
    """Return which of some legs are meant by each name of a leg, and by all of them.

    Examples
    --------
    >>> by_leg(["tariff", "other"])["other"].tolist()
    [False, True]
    """
    return {name: np.array([name in (EVERY, leg) for leg in legs], dtype=bool) for name in (EVERY, *LEGS)}


@dataclass(frozen=True, eq=False)
class CellScores:
    """Scores of several predictors on the same cells, which are chosen by their labels."""

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
        """Return the cells that count and have some labels; a label of `None` leaves nothing out."""
        cells = self.counted.copy()
        for label, value in labels.items():
            if value is not None:
                cells &= expect_known(str(value), self.labels[label])
        return cells

    def mean(self, name: str, rule: str, **labels: str | int | None) -> float:
        """Return a predictor's mean score over some cells; not a number where there is none."""
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
    """Return the weights of how much better one predictor is than another: scores are better if smaller."""
    return {other: 1.0, name: -1.0} if other != name else {name: 0.0}
