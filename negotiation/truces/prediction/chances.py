"""Chances as they are scored and played forward: of every predictor, through one door and above one floor.

A predictor that calls what comes impossible has a log score without bound, so a floor is needed; how high it
is decides much of the score of those that reach it. It is therefore the same for all, baselines and model
alike, and no predictor sets one of its own.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from negotiation.errors import InvalidGame
from negotiation.numeric import PROBABILITY_TOLERANCE, FloatArray
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.past import Past
from negotiation.world import Scenario


class Predictor(Protocol):
    """Gives the chances of the next week's outcomes from what was public before it."""

    @property
    def name(self) -> str:
        """Its name, for tables."""

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the chances of up, down and none in the week that begins on `past.as_of`, shape (pairs, 3).

        Pairs are the scenario's countries and their instruments, in the order of `Cells.pairs`. A chance may
        be 0: the floor is `floored`'s.
        """


def predicted(
    predictor: Predictor, scenario: Scenario, past: Past, least: float = NUMERICS.least_chance
) -> FloatArray:
    """Return what a predictor gives for the next week, above the floor that all of them share.

    Parameters
    ----------
    predictor : Predictor
        Any.
    scenario : Scenario
        Countries, instruments, payoffs.
    past : Past
        What was public.
    least : float, optional
        Another floor than the stated one, to see what hangs on it.

    Returns
    -------
    array, shape (pairs, 3)
        Chances of up, down and none; each row sums to 1 and has no chance below the floor.

    Raises
    ------
    InvalidGame
        If it gives something that is no distribution.

    Examples
    --------
    >>> from datetime import date
    >>> from negotiation.truces.prediction.baselines import Hold
    >>> from negotiation.truces.record.past import past_of
    >>> from negotiation.world import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> predicted(Hold(), scenario, past_of(scenario, date(2025, 5, 12)))[0].tolist()
    [0.005, 0.005, 0.99]
    """
    chances = np.asarray(predictor.predict(scenario, past), dtype=np.float64)
    if not (np.isfinite(chances).all() and (chances >= 0).all()):
        raise InvalidGame(
            f"predictor {predictor.name!r} gave a chance that is negative or no number: "
            "chances are from 0 to 1"
        )
    if np.abs(chances.sum(axis=-1) - 1).max() > PROBABILITY_TOLERANCE:
        raise InvalidGame(f"predictor {predictor.name!r} gave chances that do not sum to 1")
    return floored(chances, least)


def floored(chances: FloatArray, least: float = NUMERICS.least_chance) -> FloatArray:
    """Return chances with none below the floor, each row still a distribution.

    What is below it is raised to it, and the rest gives way in proportion. A row that keeps the floor comes
    back as it is, so that a second pass changes nothing.

    Parameters
    ----------
    chances : array, shape (..., outcomes)
        Rows that sum to 1.
    least : float, optional
        The floor.

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
