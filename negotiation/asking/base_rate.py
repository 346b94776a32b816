"""How often a move like one came, and its chance by a day, at the pace of the truce in force.

The chance is that of the constant rate by spell: the record's rate of the series, times a factor of the spell
that other truces of the panel give and days with a move since the signing put right. The interval is over
that factor, by its gamma distribution; it leaves out how well the record's rates are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from negotiation.disputes import Scenario
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.truce_panel.spell_pace import constant_rate_by_spell
from negotiation.truces.record.events import DIRECTIONS, events_of, pairs_of
from negotiation.truces.record.past import Past, past_of
from negotiation.truces.record.timeline import looking_back_to, record_begins

DAY = timedelta(days=1)


@dataclass(frozen=True)
class BaseRate:
    """How often such a move came, and its chance by a day.

    Parameters
    ----------
    country, instrument, direction : str
        Of the series; up is harsher.
    came : int
        How often it came in the record.
    years : float
        Length of the record.
    chance, low, high : float
        Chance of at least one by the day, with nine tenths of the distribution of the spell's factor.
    until : date
        The day.
    """

    country: str
    instrument: str
    direction: str
    came: int
    years: float
    chance: float
    low: float
    high: float
    until: date


def whole_record(world: Scenario, day: date) -> tuple[Scenario, Past]:
    """Return a dispute that looks back to the first row of its record, and what was public to a day."""
    back = looking_back_to(world, record_begins(world) - DAY)
    return back, past_of(back, day + DAY)


def base_rate(
    world: Scenario, day: date, series: tuple[str, str, str], until: date | None = None
) -> BaseRate:
    """Return how often a series of moves came, and its chance to a day; a year if none is given.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> world = load_scenario("us-china-2025")
    >>> found = base_rate(world, date(2025, 11, 30), ("CHN", "tariff", "up"), date(2026, 6, 30))
    >>> found.came > 0, found.low < found.chance < found.high
    (True, True)
    """
    country, instrument, direction = series
    back, past = whole_record(world, day)
    end = day + timedelta(days=DAYS_A_YEAR) if until is None else until
    k, d = pairs_of(back).index((country, instrument)), DIRECTIONS.index(direction)
    band = constant_rate_by_spell(back, past, [(past.as_of, end + DAY)])
    record = events_of(back, past)
    came = sum(event.pair == k and event.direction == d for event in record.events)
    chance, low, high = (float(each[0, k, d]) for each in band)
    return BaseRate(
        country, instrument, direction, came, record.exposure / DAYS_A_YEAR, chance, low, high, end
    )
