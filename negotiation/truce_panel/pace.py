"""The pace of a truce: rates of a first harsher step by leg and coverage, with a factor of each truce.

A part of truce j in cell c (its leg, covered or left out) sees its first harsher step at the rate l_c z_j a
year. Logarithms of l are sums of the columns of *coverage by leg* under the priors of `keeping.py`; z is
gamma distributed with mean 1 and shape k, and is integrated out: with N_j steps where E_j were expected the
likelihood of a truce has the factor G(k + N_j) / G(k) k^k / (k + E_j)^(k + N_j). The rules are those of
decision 68, written before any rate was computed; the trade leg counts as other, as in the disputes' records.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from negotiation.base.numeric import FloatArray
from negotiation.truce_panel.keeping import YEAR, design
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truce_panel.panel import OWN
from negotiation.truce_panel.spells import Card, spells_of
from negotiation.truce_panel.tables import Leg, Tables, read_tables

MODEL = "coverage by leg"
PARTS: tuple[Leg, ...] = ("tariff", "control", "other")
CELLS = tuple((leg, covered) for leg in PARTS for covered in (True, False))


@dataclass(frozen=True)
class TrucePace:
    """First harsher steps a year by leg and coverage, and how alike truces are."""

    # By leg, and whether the text covers it.
    rates: Mapping[tuple[str, bool], float]
    # Of the gamma distribution of the factors of truces about 1.
    shape: float


def until(tables: Tables, day: date, without: Collection[str]) -> Tables:
    """Return what tables hold of days before a day, but for truces between two sides."""
    last = day - timedelta(days=1)
    truces = tuple(
        one.model_copy(
            update={
                "window_end": last if one.window_end is None else min(one.window_end, last),
                **({} if one.ended is None or one.ended <= last else {"ended": None, "ended_how": None}),
            }
        )
        for one in tables.truces
        if one.signed <= last and {one.side_a, one.side_b} != {*without}
    )
    named = {one.truce_id for one in truces}
    outcomes = tuple(
        one
        if one.first_harsher is None or one.first_harsher <= last
        else one.model_copy(update={"first_harsher": None})
        for one in tables.outcomes
        if one.truce_id in named
    )
    measures = tuple(one for one in tables.instruments if one.truce_id in named)
    return Tables(truces, measures, outcomes, tables.sides, tables.trade)


@lru_cache(maxsize=512)
def pace_before(day: date, without: frozenset[str]) -> TrucePace:
    """Return the pace by the own panel's days before a day, but for truces between two sides."""
    return fitted_pace(until(_own(), day, without))


@lru_cache(maxsize=1)
def _own() -> Tables:
    return read_tables(OWN)


def clocks_extended(day: date, without: Collection[str]) -> tuple[int, int]:
    """Return how many clocks of the own panel ran out before a day, and how many of them were extended."""
    extended = ended = 0
    for one in until(_own(), day, without).truces:
        end = (one.in_force or one.signed) + timedelta(days=one.clock_days)
        longer = any(date.fromisoformat(said) < day for said in one.extensions.split(";") if said)
        over = one.clock_days > 0 and end < day and (one.ended is None or one.ended >= end)
        extended, ended = extended + longer, ended + (over or longer)
    return extended, ended


def fitted_pace(tables: Tables) -> TrucePace:
    """Return the pace of a panel, by the largest posterior density."""
    spells = spells_of(tables)
    cards = [replace(s.card, leg="other") if s.card.leg == "trade" else s.card for s in spells]
    x = design(MODEL, cards)
    centre, spread = x.mean(axis=0), x.std(axis=0)
    spread[spread == 0.0] = 1.0
    rows = np.hstack([np.ones((len(x), 1)), (x - centre) / spread])
    weight = np.array([one.weight for one in spells])
    steps = weight * np.array([float(one.event) for one in spells])
    years = weight * np.maximum([one.days for one in spells], 0.5) / YEAR
    truces, own = np.unique([one.truce_id for one in cards], return_inverse=True)
    came = np.bincount(own, steps, len(truces))
    deviations = [NUMERICS.level_prior, *[NUMERICS.effect_prior] * x.shape[1], NUMERICS.frailty_prior]

    def missed(theta: FloatArray) -> tuple[float, FloatArray]:
        """Return minus the log posterior density, and its slopes."""
        k, rate = np.exp(theta[-1]), np.exp(np.minimum(rows @ theta[:-1], NUMERICS.largest_exponent))
        expected = np.bincount(own, years * rate, len(truces))
        factor = (k + came) / (k + expected)
        found = steps @ (rows @ theta[:-1]) - float(((k + came) * np.log(k + expected)).sum())
        found += float((gammaln(k + came) - gammaln(k) + k * np.log(k)).sum())
        by_shape = digamma(k + came) - digamma(k) + np.log(k) + 1.0 - np.log(k + expected) - factor
        slopes = np.append(rows.T @ (steps - years * rate * factor[own]), k * by_shape.sum())
        return float(0.5 * np.sum((theta / deviations) ** 2) - found), theta / np.square(deviations) - slopes

    begin: FloatArray = np.zeros(rows.shape[1] + 1)
    best = minimize(missed, begin, jac=True, method="BFGS", options={"gtol": NUMERICS.least_slope}).x
    asked = [Card("", "", leg, covered, cards[0].features) for leg, covered in CELLS]
    log_rates = best[0] + ((design(MODEL, asked) - centre) / spread) @ best[1:-1]
    return TrucePace(dict(zip(CELLS, np.exp(log_rates).tolist(), strict=True)), float(np.exp(best[-1])))
