"""How many moves a spell has: the rates of a record, times a factor of the truce in force.

A spell runs from the signing of a text that stands on its own to the next such signing. Its factor f is gamma
distributed: the panel of truces gives its mean, by first harsher steps a year in the legs that the text
covers and leaves out, and its shape; days with a move since the signing put it right. Of the panel only
what is older than the past's end is used, and no truce between the dispute's own two sides. The rules
are those of decision 68, written before any of it was scored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.truce_panel.pace import TrucePace, pace_before
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.baselines.shrunk_hazard import expected_counts
from negotiation.truces.prediction.chances import Forecaster, WeekAsWindow, Window
from negotiation.truces.prediction.pools.candidates import CHOSEN, candidates
from negotiation.truces.prediction.pools.resolved_months import said
from negotiation.truces.record.agreement_text import AgreementText, agreements_of
from negotiation.truces.record.events import DOWN, EventRecord, events_of, pairs_of
from negotiation.truces.record.past import Past

CONSTANT = "shrunk"
THEORIES = "theories by series"


class SpellPace(NamedTuple):
    """The gamma distribution of a spell's factor: its mean is shape / rate."""

    shape: float
    rate: float

    def none(self, hazards: FloatArray) -> FloatArray:
        """Return the chance of no move where so many are expected at a factor of 1."""
        found: FloatArray = (1.0 + hazards / self.rate) ** -self.shape
        return found


def pace_of_spell(scenario: Scenario, past: Past) -> SpellPace | None:
    """Return the pace of the spell on a past's last day; none before the first signing."""
    return past.once(("pace of spell", scenario), lambda: _pace(scenario, past))


def _pace(scenario: Scenario, past: Past) -> SpellPace | None:
    texts = _texts(scenario, past)
    if not texts:
        return None
    record, panel = events_of(scenario, past), pace_before(past.as_of, frozenset(scenario.countries))
    # A signing is given: a spell begins on the day after it, and the one before ends on its eve.
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
    """Return the texts on their own that were signed before a past's end, those before 2025 among them."""
    known = {one.id: one for one in (*agreements_of(scenario, placebos=True), *past.agreements)}
    own = [one for one in known.values() if one.amends is None and one.signed < past.as_of]
    return sorted(own, key=lambda one: one.signed)


def steps_a_year(scenario: Scenario, panel: TrucePace, text: AgreementText) -> float:
    """Return the hazard of a first harsher step under a text: the sum over its legs, covered and left out."""
    covered = text.covered()
    parts = {(scenario.instruments[pair[1]].leg, pair in covered) for pair in pairs_of(scenario)}
    # In the order of the panel: a sum over a set depends on its order in the last digit.
    return sum(rate for part, rate in panel.rates.items() if part in parts)


def _days_with_a_move(record: EventRecord, text: AgreementText, end: date) -> int:
    """Return on how many days of a spell there was a move, but for steps down by entry into force."""

    def counted() -> Iterator[date]:
        for event in record.events:
            given = event.day <= text.in_force and event.direction == DOWN
            if text.signed < event.day < end and not given:
                yield event.day

    return len({*counted()})


@dataclass(frozen=True, eq=False)
class BySpell(WeekAsWindow):
    """What a forecaster says of which moves come, at the pace of the spell; before the first as it stands."""

    name: str
    of: Forecaster
    order: int = 300

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move in each window, shape (windows, pairs, 2)."""
        chances, pace = said(self.of, scenario, past, windows), pace_of_spell(scenario, past)
        if pace is None:
            return chances
        hazards = -np.log1p(-chances)
        record = events_of(scenario, past)
        days = np.array([(end - first).days for first, end in windows], dtype=np.float64)
        moves = expected_counts(record.counts).sum() / max(record.exposure, 1.0) * days
        found: FloatArray = 1.0 - pace.none(
            hazards / hazards.sum(axis=(1, 2), keepdims=True) * moves[:, None, None]
        )
        return found


@dataclass(frozen=True, eq=False)
class MeanLogOdds(WeekAsWindow):
    """The mean, in log odds, of what some forecasters say."""

    name: str
    members: tuple[Forecaster, ...]
    order: int = 300

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move in each window, shape (windows, pairs, 2)."""
        every = [logit(said(one, scenario, past, windows)) for one in self.members]
        return np.asarray(expit(np.mean(every, axis=0)))


def challengers(theories: Sequence[Forecaster]) -> tuple[Forecaster, ...]:
    """Return the three challengers of decision 68, in its order."""
    pools = {one.name: one for one in candidates(theories)}
    return (
        BySpell("constant rate by spell", baseline(CONSTANT)),
        BySpell("theories by spell", pools[THEORIES]),
        MeanLogOdds("mean in log odds", (pools[CHOSEN], baseline(CONSTANT))),
    )
