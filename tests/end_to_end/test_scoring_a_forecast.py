"""A forecast is frozen, time passes, and the command scores it on what came; and what a forecast shows."""

import json
import runpy
import shutil
from pathlib import Path

import pytest

import negotiation as ng
from negotiation.lab.frozen_forecast import read_frozen
from negotiation.truces.prediction.questions import question_set
from tests.command import called, printed, started

FORECASTS = Path(__file__).parents[2] / "experiments" / "forecasts"
FROZEN = FORECASTS / "2025-11-30-v2.json"


def run(*arguments, columns=200):
    return called(*arguments, COLUMNS=columns, NEGOTIATION_CACHE="off")


@pytest.fixture(scope="module")
def june(tmp_path_factory):
    """Return a forecast for Geneva, frozen as of the end of May 2025."""
    folder = tmp_path_factory.mktemp("frozen")
    done = started(
        "forecast", "geneva", "--as-of", "2025-05-31", "--months", 6, "--by", "moment",
        "--freeze", folder, NEGOTIATION_CACHE="off",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "2025-05-31.json"


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "log", "auc", "expected"),
    [("2025-11-30", (0.299, 0.316), 0.215, 44.8), ("2025-11-30-v2", (0.1676, 0.1649), 0.906, 24.1)],
)
def test_a_frozen_forecast_is_scored_once_under_each_coding(name, log, auc, expected):
    found = json.loads(printed(run("score", FORECASTS / f"{name}.json", "--json")))
    assert [(one["on"], one["came"], one["as_of"]) for one in found] == [
        ("2026-first", 9, "2025-11-30"), ("2026-second", 10, "2025-11-30"),
    ]  # fmt: skip
    scores = [{row["predictor"]: row for row in one["scores"]} for one in found]
    assert [one["forecast"]["log score"] for one in scores] == pytest.approx(log, abs=5e-4)
    assert scores[1]["forecast"]["AUC"] == pytest.approx(auc, abs=5e-4)
    assert scores[1]["forecast"]["expected"] == pytest.approx(expected, abs=0.05)
    assert scores[1]["shrunk"]["log score"] == pytest.approx(0.1555, abs=5e-5)


def test_the_board_says_of_each_frozen_forecast_what_is_resolved(tmp_path):
    for name in ("2026-10-10.json", "2026-12-01-panel.csv"):
        shutil.copy(FORECASTS / name, tmp_path)
    later, panel = json.loads(printed(run("score", tmp_path, "--board", "--json")))
    assert (later["made on"], later["resolved"], later["of"], later["log score"]) == (
        "2026-11-29",
        0,
        291,
        None,
    )
    assert (panel["forecast"], panel["resolved"], panel["of"]) == ("2026-12-01-panel", 205, 279)
    assert panel["log score"] < panel["baseline"]
    assert "FILE is missing" in run("score").stderr
    assert "has no frozen forecast" in run("score", tmp_path / "none", "--board").stderr


@pytest.mark.long
def test_what_a_forecast_is_asked_is_written_for_others_and_their_answers_are_scored(tmp_path):
    asked = tmp_path / "asked.json"
    printed(run("forecast", "busan", "--as-of", "2025-11-30", "--months", 10, "--questions", asked))
    names = [one["id"] for one in json.loads(asked.read_text())["questions"]]
    assert len(names) == 240
    given = tmp_path / "given.json"
    given.write_text(
        json.dumps({"model": "half", "forecasts": [{"id": one, "forecast": 0.5} for one in names]})
    )
    (found,) = json.loads(printed(run("score", given, "--questions", "2026-second", "--json")))
    (own,) = [row for row in found["scores"] if row["predictor"] == "forecast"]
    assert own["Brier score"] == 0.25


@pytest.mark.long
def test_a_table_of_chances_is_scored_like_the_forecast_that_it_was_written_from(tmp_path):
    asked = question_set(ng.load_scenario("us-china-2025"), "2026-second")
    given = {
        (row.month, row.actor, row.instrument, row.direction): row.probability
        for row in read_frozen(FROZEN).forecast.rows
    }
    table = tmp_path / "mine.csv"
    lines = [f"{one.question},{given[one.key]!r}" for one in asked.rows]
    table.write_text("\n".join(["question,probability", *lines]), encoding="utf-8")
    mine, theirs = (run("score", file, "--questions", "2026-second", "--json") for file in (table, FROZEN))
    assert (mine.returncode, theirs.returncode) == (0, 0), mine.stderr + theirs.stderr
    (one,), (other,) = (json.loads(done.stdout) for done in (mine, theirs))
    assert one["scores"] == other["scores"]
    assert one["gains"] == other["gains"]


@pytest.mark.long
def test_the_record_of_the_dispute_is_asked_for_by_its_name_and_has_renewals(june):
    (found,) = json.loads(printed(run("score", june, "--questions", "record", "--json")))
    assert (found["truce"], found["on"], found["as_of"]) == ("2025-05-geneva", "the record", "2025-05-31")
    groups = {row["of"]: (row["rows"], row["came"]) for row in found["by_group"]["log"]}
    assert groups["all moves"][0] == 6 * 24
    assert groups["renewal, tariff"] == (1, 1)
    assert found["left_out"] == []
    refused = run("score", june)
    assert refused.returncode == 2
    assert (
        "covers 2025-06 to 2025-11, but the questions '2026-first' are about other months" in refused.stderr
    )


@pytest.mark.long
@pytest.mark.parametrize(("months", "tables", "more"), [(3, 1, ()), (5, 1, ()), (8, 3, ("--verbose",))])
def test_months_are_on_one_screen_and_all_of_them_where_asked(months, tables, more):
    done = run(
        "forecast", "busan", "--as-of", "2025-11-30", "--months", months, "--by", "moment", *more, columns=80
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("chance of at least one move in the month") == tables
    heads = ["Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul"][: months if more else 3]
    assert [word for word in done.stdout.split() if word in heads] == heads
    assert "more:" not in done.stdout
    assert ("later months: --verbose" in done.stdout) is (months == 5)


@pytest.mark.long
def test_the_last_frozen_forecast_is_made_again_by_one_command():
    again = runpy.run_path(str(FORECASTS.parents[1] / "docs" / "forecast_again.py"))
    found, also, _ = again["made"]()
    frozen = read_frozen(FORECASTS / "2025-11-30-v4.json")
    assert len(found.rows) == len(frozen.forecast.rows) == 291
    assert max(again["differences"](found).values()) < 1e-9
    assert frozen.provenance.items() >= also.items()
