"""The scores of predictions, written once: log and Brier score, of yes or no and of several outcomes.

Log score: minus the logarithm of the chance that was given to what happened. Brier score: the squared
distance of the chances from it. Both are proper (Gneiting and Raftery 2007, JASA 102), and smaller is better.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negotiation.errors import InvalidGame, UnknownName
from negotiation.numeric import BoolArray, FloatArray

RULES = ("log", "brier")


def expect_rule(rule: str) -> None:
    """Raise `UnknownName` unless a rule is log or brier."""
    if rule not in RULES:
        raise UnknownName(rule, RULES)


def position(name: str, names: Sequence[str]) -> int:
    """Return the place of a predictor among some, or raise `UnknownName`."""
    if name not in names:
        raise UnknownName(name, names)
    return names.index(name)


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
    expect_rule(rule)
    if rule == "log":
        scores: FloatArray = -np.log(np.where(came, chances, 1.0 - chances))
        return scores
    squares: FloatArray = (chances - came) ** 2
    return squares


def outcome_scores(rule: str, chances: FloatArray, happened: FloatArray) -> FloatArray:
    """Return the score of each row of chances of several outcomes; the last axis goes.

    Shapes: `chances` (..., outcomes), `happened` (..., outcomes).
    """
    expect_rule(rule)
    if rule == "log":
        given: FloatArray = (chances * happened).sum(axis=-1)
        scores: FloatArray = -np.log(given)
        return scores
    squares: FloatArray = ((chances - happened) ** 2).sum(axis=-1)
    return squares


def with_none(either: FloatArray) -> FloatArray:
    """Return outcomes up, down and none from those of up and of down.

    Shapes: `either` (..., 2).

    Examples
    --------
    >>> with_none(np.array([0.25, 0.25])).tolist()
    [0.25, 0.25, 0.5]
    """
    none = 1.0 - either.sum(axis=-1, keepdims=True)
    found: FloatArray = np.concatenate([either, none], axis=-1)
    return found
