"""A forecast's questions for others: a set with the fields of ForecastBench's, without our chances.

One question a row, in the name under which `negotiation score` knows it, and the dispute's named events that
open after the forecast's day and before its end. Karger et al. (2025), "ForecastBench: a dynamic benchmark of
AI forecasting capabilities", ICLR.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from negotiation.disputes import Scenario
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import RENEWED, ForecastRow, last_day
from negotiation.truces.prediction.named_events import event_sets
from negotiation.truces.record.events import DIRECTIONS, EventRecord, events_of
from negotiation.truces.record.past import past_of

SOURCE = "negotiation"
NOT_APPLICABLE = "N/A"
WORDS = {"up": "a harsher step", "down": "a milder step"}
CRITERIA = (
    "A step that is announced and applied, by the month of its announcement: of the instrument's level, or "
    "within it, as a list made longer. Threats, proposals, plans, bills and readings count for nothing; what "
    "a court or a lapse of law changes counts for the country whose instrument it is."
)


def question_document(found: Forecast, scenario: Scenario) -> dict[str, Any]:
    """Return the questions of a forecast as a document."""
    rows = [row for row in found.rows if row.direction != RENEWED]
    record = events_of(scenario, past_of(scenario, found.as_of + timedelta(days=1)))
    ends = max(last_day(row.month) for row in rows)
    events = [
        _question(
            found.as_of, one.id, one.question, one.background,
            f"{one.series}. Rounding: {one.rounding}. Settled by {one.settled_by}.", one.closes or of.closes,
        )
        for of in event_sets(scenario).values()
        if found.as_of < of.opens <= ends
        for one in of.events
    ]  # fmt: skip
    return {
        "forecast_due_date": str(found.as_of + timedelta(days=1)),
        "question_set": f"{found.truce}-{found.as_of}.json",
        "questions": [*(_of_row(found, scenario, record, row) for row in rows), *events],
    }


def _of_row(found: Forecast, scenario: Scenario, record: EventRecord, row: ForecastRow) -> dict[str, Any]:
    title = scenario.instruments[row.instrument].title
    pair, way = record.pairs.index((row.actor, row.instrument)), DIRECTIONS.index(row.direction)
    asked = _question(
        found.as_of,
        f"{row.month}:{row.actor}:{row.instrument}:{row.direction}",
        f"Will {row.actor} take {WORDS[row.direction]} of its instrument '{title}' in {row.month}?",
        f"Countries: {' and '.join(scenario.countries)}. Instruments, levels and moves are those of the "
        f"dispute {scenario.name}.",
        CRITERIA,
        last_day(row.month),
    )
    seen = f"such steps on record from {record.begins} to {found.as_of}"
    value = str(int(record.counts[2 * pair + way]))
    return asked | {"freeze_datetime_value": value, "freeze_datetime_value_explanation": seen}


def _question(
    day: date, name: str, question: str, background: str, criteria: str, end: date
) -> dict[str, Any]:
    return {
        "id": name,
        "source": SOURCE,
        "question": question,
        "resolution_criteria": criteria,
        "background": background,
        "market_info_open_datetime": NOT_APPLICABLE,
        "market_info_close_datetime": NOT_APPLICABLE,
        "market_info_resolution_criteria": NOT_APPLICABLE,
        "url": NOT_APPLICABLE,
        "freeze_datetime": f"{day}T00:00:00+00:00",
        "freeze_datetime_value": NOT_APPLICABLE,
        "freeze_datetime_value_explanation": NOT_APPLICABLE,
        "source_intro": "We would like you to give the chance of each of these steps and events.",
        "resolution_dates": [str(end)],
    }
