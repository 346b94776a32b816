"""Questions for others: rows and named events in the fields of the format, answers read like a table."""

import json
from datetime import date

from negotiation.disputes import load_scenario
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import ForecastRow
from negotiation.truces.prediction.named_events import event_sets, question_document
from negotiation.truces.prediction.questions import question_set

WORLD = load_scenario("us-china-2025", as_of=date(2026, 10, 10))
SECOND = question_set(WORLD, "2026-second")
FIELDS = {
    "id", "source", "question", "resolution_criteria", "background", "market_info_open_datetime",
    "market_info_close_datetime", "market_info_resolution_criteria", "url", "freeze_datetime",
    "freeze_datetime_value", "freeze_datetime_value_explanation", "source_intro", "resolution_dates",
}  # fmt: skip


def asked(as_of, months):
    rows = tuple(
        ForecastRow(month, "USA", "tariff", way, 0.1, 0.1, 0.1) for month in months for way in ("up", "down")
    )
    return question_document(Forecast("2025-10-busan", as_of, rows), WORLD)


def test_each_row_is_a_question_and_events_come_with_the_window_in_which_they_open():
    found = asked(date(2026, 10, 10), ("2026-11", "2026-12"))
    assert all(set(one) == FIELDS for one in found["questions"])
    events = [one.id for of in event_sets(WORLD).values() for one in of.events]
    names = [one["id"] for one in found["questions"]]
    assert names == [f"2026-{m}:USA:tariff:{way}" for m in (11, 12) for way in ("up", "down")] + events
    assert found["questions"][0]["resolution_dates"] == ["2026-11-30"]
    # No chance of ours is in it.
    assert "0.1" not in [str(one["freeze_datetime_value"]) for one in found["questions"]]
    assert len(asked(date(2026, 10, 10), ("2026-11",))["questions"]) == 2
    assert len(asked(date(2026, 12, 5), ("2027-01",))["questions"]) == 2


def answered(path, forecasts):
    path.write_text(json.dumps({"organization": "x", "model": "y", "forecasts": forecasts}))
    return path


def test_a_forecast_set_is_read_like_a_table(tmp_path):
    given = [{"id": one.question, "forecast": 0.25, "source": "negotiation"} for one in SECOND.rows]
    later = {"id": "soybeans-25", "forecast": 0.5, "resolution_date": "2026-12-31", "reasoning": "a guess"}
    found = SECOND.answers(answered(tmp_path / "a.json", [*given, later]))
    assert {row.probability for row in found} == {0.25}
    assert len(found) == len(SECOND.rows)
