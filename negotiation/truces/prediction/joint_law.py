"""The joint law of a forecast's rows: how many come, and when a leg sees its first harsher step.

Given the factor of the spell (`spell_pace.py`) rows are independent. The factor, over its mean, is gamma
distributed with mean 1 and shape a, and each row keeps its chance p: its hazard at a factor of 1 is
a ((1 - p)^(-1/a) - 1). That none of some rows comes then has the chance (1 + H / a)^(-a), with H the sum of
their hazards; how many come is a mean of Poisson binomial laws over the quantiles of the factor, by Gauss and
Legendre's rule.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import gammaincinv

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.rates import places_of
from negotiation.truces.record.events import UP, events_of, level_paths
from negotiation.truces.record.past import Past
from negotiation.truces.record.timeline import record_begins

HARSHEST = 2


def hazards_of(chances: FloatArray, shape: float) -> FloatArray:
    """Return the hazards of rows at a factor of 1.

    Examples
    --------
    >>> hazards_of(np.array([0.5, 0.75]), 1.0).tolist()
    [1.0, 3.0]
    """
    found: FloatArray = shape * np.expm1(-np.log1p(-chances) / shape)
    return found


def none_of(hazards: FloatArray, shape: float) -> FloatArray:
    """Return the chance that none of what has such hazards comes."""
    found: FloatArray = (1.0 + hazards / shape) ** -shape
    return found


def law_of_number(chances: FloatArray, shape: float) -> FloatArray:
    """Return the chances that none, one, two and so on of some rows come.

    Examples
    --------
    >>> law_of_number(np.array([0.5, 0.5]), 1e3).round(3).tolist()
    [0.25, 0.5, 0.25]
    """
    points, weights = np.polynomial.legendre.leggauss(NUMERICS.points_of_a_factor)
    factors = gammaincinv(shape, (points + 1.0) / 2.0) / shape
    given = -np.expm1(-np.outer(hazards_of(chances.ravel(), shape), factors))
    law = np.zeros((chances.size + 1, len(factors)))
    law[0] = 1.0
    for p in given:
        law[1:] = law[1:] * (1.0 - p) + law[:-1] * p
        law[0] *= 1.0 - p
    found: FloatArray = law @ (weights / 2.0)
    return found


def band_of(law: FloatArray) -> tuple[int, int]:
    """Return the 5 and the 95 percent point of a number.

    Examples
    --------
    >>> band_of(np.array([0.04, 0.06, 0.9]))
    (1, 2)
    """
    low, high = np.searchsorted(np.cumsum(law), NUMERICS.band_of_a_number)
    return int(low), int(high)


def shares_by_level(scenario: Scenario, past: Past) -> FloatArray:
    """Return the share of steps up that change the level, by pair; 0 at the harshest level ever applied."""
    record, known = events_of(scenario, past), record_begins(scenario)
    ups = [event for event in record.events if event.direction == UP and event.day >= known]
    pairs = len(record.pairs)
    steps = np.bincount([event.pair for event in ups], minlength=pairs)
    across = np.bincount([event.pair for event in ups if not event.within], minlength=pairs)
    pooled = (across.sum() + 0.5) / (steps.sum() + 1.0)
    shares = (across + NUMERICS.steps_of_all_series * pooled) / (steps + NUMERICS.steps_of_all_series)
    places = np.array(places_of(scenario, level_paths(scenario, past).before(past.as_of)))
    return np.where(places == HARSHEST, 0.0, shares)


def first_harsher(
    hazards: FloatArray, shape: float, legs: Sequence[str], shares: FloatArray
) -> dict[str, dict[str, list[float]]]:
    """Return by leg the chance of a step up by the end of each window: of any, and of one by level.

    Shapes: `hazards` (windows, pairs, 2), `shares` (pairs,).
    """
    ups = np.cumsum(hazards[..., UP], axis=0)
    found = {}
    for leg in dict.fromkeys(legs):
        own = np.array([one == leg for one in legs])
        both = {"step": ups[:, own].sum(axis=1), "level": (ups * shares)[:, own].sum(axis=1)}
        found[leg] = {what: (1.0 - none_of(sums, shape)).tolist() for what, sums in both.items()}
    return found
