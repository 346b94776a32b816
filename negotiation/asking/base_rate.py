"""How often a move like one came, its chance by a day or by month, and how this forecaster has scored.

The chance is that of the constant rate by spell: the record's rate of the series, times a factor of the spell
that other truces of the panel give and days with a move since the signing put right. The interval is over
that factor, by its gamma distribution; it leaves out how well the record's rates are known.

It is the default of the command `forecast` because it is ahead by this rule: of the forecasters in the stored
scores, the one whose gain over the constant rate has the largest lower end on sets of questions of which no
outcome was known when it was written down.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from negotiation.disputes import Scenario
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.truce_panel.spell_pace import BY_SPELL, CONSTANT, constant_rate_by_spell
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.chances import forecast_ahead
from negotiation.truces.prediction.forecast import renewal_rows, rows_asked
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.record.events import DIRECTIONS, events_of, pairs_of
from negotiation.truces.record.past import Past, past_of
from negotiation.truces.record.timeline import looking_back_to, record_begins

DAY = timedelta(days=1)

# Scores of forecasters on the sets of questions, as `paper/sources/spells.py` makes them.
SCORES = Path(__file__).parent / "data" / "scores.csv"

# What the pool of record 54 is called there.
POOLED = "all pooled"


@dataclass(frozen=True)
class BaseRate:
    """How often such a move came, and its chance by a day."""

    # country, instrument, direction: Of the series; up is harsher.
    country: str
    instrument: str
    direction: str
    # How often it came in the record.
    came: int
    # Length of the record.
    years: float
    # chance, low, high: Chance of at least one by the day, with nine tenths of the distribution of the
    # spell's factor.
    chance: float
    low: float
    high: float
    # The day.
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


def rule_forecast(name: str, as_of: date, months: int, world: Scenario, rule: str | None = None) -> Forecast:
    """Return the chances by month of a rule: of the constant rate by spell, or of a baseline without a band.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> found = rule_forecast("2025-10-busan", date(2025, 11, 30), 1, load_scenario("us-china-2025"))
    >>> len(found.rows), all(row.low <= row.probability <= row.high for row in found.rows)
    (24, True)
    """
    asked = rows_asked(name, as_of, months, world)
    back, past = whole_record(world, as_of)
    windows = month_windows(date.fromisoformat(f"{asked.rows[0].month}-01"), months)
    if rule is None:
        band = constant_rate_by_spell(back, past, windows)
    else:
        band = (forecast_ahead(baseline(rule), back, past, windows),) * 3
    # Rows are asked month by month, then series by series, as chances are given.
    rows = tuple(
        replace(row, probability=float(chance), low=float(low), high=float(high))
        for row, chance, low, high in zip(asked.rows, *(each.ravel() for each in band), strict=True)
    )
    renewed = renewal_rows(world, agreement_text(name, world), past, as_of, windows[-1][1])
    return replace(asked, rows=(*rows, *renewed))


def stored_scores() -> dict[str, dict[str, float]]:
    """Return the log scores of forecasters by name, each by set of questions.

    Examples
    --------
    >>> list(stored_scores()[BY_SPELL])
    ['2026-first', '2026-second']
    """
    scores: dict[str, dict[str, float]] = {}
    with SCORES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            scores.setdefault(row["predictor"], {})[row["form"]] = float(row["log"])
    return scores


def scored_so_far() -> str:
    """Return how the constant rate by spell has scored beside others, in a sentence."""
    scores = stored_scores()

    def said(name: str) -> str:
        return " and ".join(f"{x:.3f}" for x in scores[name].values())

    return (
        f"Its log scores on the US-China questions of 2026 are {said(BY_SPELL)}, smaller being better; "
        f"the constant rate has {said(CONSTANT)}, the pool of baselines and theories {said(POOLED)}."
    )
