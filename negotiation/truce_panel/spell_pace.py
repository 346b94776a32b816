"""The pace of a spell: the rates of a record, times a factor of the truce in force.

A spell runs from the signing of a text that does not amend another one to the next such signing. Its factor f
has a gamma distribution. The panel of truces gives the mean, from first harsher steps per year in the legs
that the text covers and leaves out, and the shape. Days with a move since the signing update the
distribution. Only the part of the panel before the past's end is used, without truces between the dispute's
own two sides, and only the first 47 truces, on which frozen forecasts rest. The rules are those of decision
68, written before anything was scored.

In the panel, a part of truce j in cell c (its leg, covered or left out) has its first harsher step at the
rate l_c z_j per year. The logarithm of l is linear in the columns of *coverage by leg*, under the priors of
`keeping.py`. z_j has a gamma distribution with mean 1 and shape k, and is integrated out. With N_j steps, and
E_j expected ones at z_j = 1, the likelihood of truce j is the product of the rates l of its steps times

    G(k + N_j) / G(k) k^k / (k + E_j)^(k + N_j),

where G is the gamma function. The leg *trade* counts as *other*, as in the disputes' records.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, expit, gammaincinv, gammaln, logit

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.truce_panel.keeping import YEAR, design
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truce_panel.panel import OWN
from negotiation.truce_panel.spells import Card, spells_of
from negotiation.truce_panel.tables import Leg, Tables, read_tables
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.baselines.shrunk_hazard import expected_counts
from negotiation.truces.prediction.chances import (
    Forecaster,
    WeekAsWindow,
    Window,
    above_floor,
    forecast_ahead,
)
from negotiation.truces.prediction.pools.candidates import CHOSEN, candidates
from negotiation.truces.prediction.pools.resolved_months import said
from negotiation.truces.record.agreement_text import AgreementText, agreements_of
from negotiation.truces.record.events import DOWN, EventRecord, events_of, pairs_of
from negotiation.truces.record.past import Past

MODEL = "coverage by leg"
PARTS: tuple[Leg, ...] = ("tariff", "control", "other")
CELLS = tuple((leg, covered) for leg in PARTS for covered in (True, False))


@dataclass(frozen=True)
class TrucePace:
    """First harsher steps per year by leg and coverage, and the spread between truces."""

    # By leg, and whether the text covers it.
    rates: Mapping[tuple[str, bool], float]
    # The shape of the gamma distribution of the factors of truces, whose mean is 1.
    shape: float


def until(tables: Tables, day: date, without: Collection[str]) -> Tables:
    """Return the tables as known before a day, without truces between two given sides."""
    last = day - timedelta(days=1)
    truces = tuple(
        truce.model_copy(
            update={
                "window_end": last if truce.window_end is None else min(truce.window_end, last),
                **({} if truce.ended is None or truce.ended <= last else {"ended": None, "ended_how": None}),
            }
        )
        for truce in tables.truces
        if truce.signed <= last and {truce.side_a, truce.side_b} != {*without}
    )
    named = {truce.truce_id for truce in truces}
    outcomes = tuple(
        outcome
        if outcome.first_harsher is None or outcome.first_harsher <= last
        else outcome.model_copy(update={"first_harsher": None})
        for outcome in tables.outcomes
        if outcome.truce_id in named
    )
    measures = tuple(measure for measure in tables.instruments if measure.truce_id in named)
    return Tables(truces, measures, outcomes, tables.sides, tables.trade)


@lru_cache(maxsize=512)
def pace_before(day: date, without: frozenset[str]) -> TrucePace:
    """Return the pace in the first 47 truces as known before a day, without those between two given sides."""
    return fitted_pace(until(_own(), day, without))


@lru_cache(maxsize=1)
def _own() -> Tables:
    return read_tables(OWN)


def clocks_extended(day: date, without: Collection[str]) -> tuple[int, int]:
    """Return how many clocks of the first 47 truces were extended before a day, and how many ended.

    Clocks that were extended count among those that ended.
    """
    extended = ended = 0
    for truce in until(_own(), day, without).truces:
        end = (truce.in_force or truce.signed) + timedelta(days=truce.clock_days)
        longer = any(date.fromisoformat(said) < day for said in truce.extensions.split(";") if said)
        over = truce.clock_days > 0 and end < day and (truce.ended is None or truce.ended >= end)
        extended, ended = extended + longer, ended + (over or longer)
    return extended, ended


def fitted_pace(tables: Tables) -> TrucePace:
    """Return the pace in a panel that maximises the posterior density."""
    spells = spells_of(tables)
    cards = [replace(s.card, leg="other") if s.card.leg == "trade" else s.card for s in spells]
    x = design(MODEL, cards)
    centre, spread = x.mean(axis=0), x.std(axis=0)
    spread[spread == 0.0] = 1.0
    rows = np.hstack([np.ones((len(x), 1)), (x - centre) / spread])
    weight = np.array([spell.weight for spell in spells])
    steps = weight * np.array([float(spell.event) for spell in spells])
    years = weight * np.maximum([spell.days for spell in spells], 0.5) / YEAR
    truces, own = np.unique([card.truce_id for card in cards], return_inverse=True)
    came = np.bincount(own, steps, len(truces))
    deviations = [NUMERICS.level_prior, *[NUMERICS.effect_prior] * x.shape[1], NUMERICS.frailty_prior]

    def missed(theta: FloatArray) -> tuple[float, FloatArray]:
        """Return minus the log posterior density, and its gradient."""
        k, rate = np.exp(theta[-1]), np.exp(np.minimum(rows @ theta[:-1], NUMERICS.largest_exponent))
        expected = np.bincount(own, years * rate, len(truces))
        factor = (k + came) / (k + expected)
        fit = steps @ (rows @ theta[:-1]) - float(((k + came) * np.log(k + expected)).sum())
        fit += float((gammaln(k + came) - gammaln(k) + k * np.log(k)).sum())
        by_shape = digamma(k + came) - digamma(k) + np.log(k) + 1.0 - np.log(k + expected) - factor
        slopes = np.append(rows.T @ (steps - years * rate * factor[own]), k * by_shape.sum())
        return float(0.5 * np.sum((theta / deviations) ** 2) - fit), theta / np.square(deviations) - slopes

    begin: FloatArray = np.zeros(rows.shape[1] + 1)
    best = minimize(missed, begin, jac=True, method="BFGS", options={"gtol": NUMERICS.least_slope}).x
    cells = [Card("", "", leg, covered, cards[0].features) for leg, covered in CELLS]
    log_rates = best[0] + ((design(MODEL, cells) - centre) / spread) @ best[1:-1]
    return TrucePace(dict(zip(CELLS, np.exp(log_rates).tolist(), strict=True)), float(np.exp(best[-1])))


CONSTANT = "shrunk"
THEORIES = "theories by series"
BY_SPELL = "constant rate by spell"


class SpellPace(NamedTuple):
    """The gamma distribution of a spell's factor, with mean shape / rate."""

    shape: float
    rate: float

    def none(self, hazards: FloatArray) -> FloatArray:
        """Return the probability of no move, from the expected number of moves at a factor of 1."""
        chance: FloatArray = (1.0 + hazards / self.rate) ** -self.shape
        return chance

    def quantile(self, share: float) -> float:
        """Return a quantile of the factor."""
        return float(gammaincinv(self.shape, share) / self.rate)


def pace_of_spell(scenario: Scenario, past: Past) -> SpellPace | None:
    """Return the pace of the spell on a past's last day; None before the first signing."""
    return past.once(("pace of spell", scenario), lambda: _pace(scenario, past))


def _pace(scenario: Scenario, past: Past) -> SpellPace | None:
    texts = _texts(scenario, past)
    if not texts:
        return None
    record, panel = events_of(scenario, past), pace_before(past.as_of, frozenset(scenario.countries))
    # The day of a signing belongs to no spell: one begins on the day after it, another ends on the day
    # before.
    ends = (*(following.signed for _, following in pairwise(texts)), past.as_of)
    days = [_days_with_a_move(record, text, end) for text, end in zip(texts, ends, strict=True)]
    years = [
        max((end - text.signed).days - 1, 0) / DAYS_A_YEAR for text, end in zip(texts, ends, strict=True)
    ]
    steps = [steps_a_year(scenario, panel, text) for text in texts]
    constant = (len(np.unique(record.times)) + 0.5) / max(record.exposure, 1.0) * DAYS_A_YEAR
    expected = float(np.dot(steps[:-1], years[:-1]))
    ratio = (sum(days[:-1]) + constant) / (expected + steps[-1])
    mean = ratio * steps[-1] / constant
    return SpellPace(panel.shape + days[-1], panel.shape / mean + constant * years[-1])


def _texts(scenario: Scenario, past: Past) -> list[AgreementText]:
    """Return the texts signed before a past's end that amend no other text, by day of signing."""
    known = {one.id: one for one in (*agreements_of(scenario, placebos=True), *past.agreements)}
    own = [one for one in known.values() if one.amends is None and one.signed < past.as_of]
    return sorted(own, key=lambda text: text.signed)


def steps_a_year(scenario: Scenario, panel: TrucePace, text: AgreementText) -> float:
    """Return the yearly rate of first harsher steps under a text: the sum over legs, covered and left out."""
    covered = text.covered()
    parts = {(scenario.instruments[pair[1]].leg, pair in covered) for pair in pairs_of(scenario)}
    # In the order of the panel: a sum over a set depends on its order in the last digit.
    return sum(rate for part, rate in panel.rates.items() if part in parts)


def _days_with_a_move(record: EventRecord, text: AgreementText, end: date) -> int:
    """Return the number of days of a spell with a move, without steps down until entry into force."""

    def counted() -> Iterator[date]:
        """Yield the days of the moves that count."""
        for event in record.events:
            given = event.day <= text.in_force and event.direction == DOWN
            if text.signed < event.day < end and not given:
                yield event.day

    return len({*counted()})


@dataclass(frozen=True, eq=False)
class BySpell(WeekAsWindow):
    """A forecaster with the pace of the spell and another forecaster's shares of moves.

    Before the first spell, the chances are those of the other forecaster.
    """

    name: str
    of: Forecaster
    order: int = 300

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move in each window, shape (windows, pairs, 2)."""
        pace = pace_of_spell(scenario, past)
        if pace is None:
            return said(self.of, scenario, past, windows)
        chances: FloatArray = 1.0 - pace.none(self.hazards(scenario, past, windows))
        return chances

    def hazards(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the expected numbers of moves at a factor of 1, shape (windows, pairs, 2)."""
        hazards = -np.log1p(-said(self.of, scenario, past, windows))
        record = events_of(scenario, past)
        days = np.array([(end - first).days for first, end in windows], dtype=np.float64)
        moves = expected_counts(record.counts).sum() / max(record.exposure, 1.0) * days
        expected: FloatArray = hazards / hazards.sum(axis=(1, 2), keepdims=True) * moves[:, None, None]
        return expected


def constant_rate_by_spell(
    scenario: Scenario, past: Past, windows: Sequence[Window]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the chances of a move in each window, and the low and high ends of their 90 percent interval.

    Each has the shape (windows, pairs, 2). The interval is over the factor. Before the first text there is no
    factor, and both ends are the chances.
    """
    forecaster = BySpell(BY_SPELL, baseline(CONSTANT))
    chances = forecast_ahead(forecaster, scenario, past, windows)
    pace = pace_of_spell(scenario, past)
    if pace is None:
        return chances, chances, chances
    hazards = forecaster.hazards(scenario, past, windows)
    low, high = (above_floor(-np.expm1(-hazards * pace.quantile(end))) for end in NUMERICS.band)
    return chances, low, high


@dataclass(frozen=True, eq=False)
class MeanLogOdds(WeekAsWindow):
    """A forecaster with the mean of other forecasters' chances, in log odds."""

    name: str
    members: tuple[Forecaster, ...]
    order: int = 300

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move in each window, shape (windows, pairs, 2)."""
        every = [logit(said(member, scenario, past, windows)) for member in self.members]
        return np.asarray(expit(np.mean(every, axis=0)))


def challengers(theories: Sequence[Forecaster]) -> tuple[Forecaster, ...]:
    """Return the three challengers of decision 68, in its order."""
    pools = {candidate.name: candidate for candidate in candidates(theories)}
    return (
        BySpell(BY_SPELL, baseline(CONSTANT)),
        BySpell("theories by spell", pools[THEORIES]),
        MeanLogOdds("mean in log odds", (pools[CHOSEN], baseline(CONSTANT))),
    )
