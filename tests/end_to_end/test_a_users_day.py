"""The jobs of a user's day, each in one command or three lines."""

import csv
import json
import runpy
from pathlib import Path

import pytest

import negotiation as ng
from negotiation.base.reading.text import file_text
from tests.command import called, printed, python

ROOT = Path(__file__).parents[2]
FROZEN = ROOT / "experiments" / "forecasts" / "2025-11-30-v2.json"


def run(*words, **options):
    return printed(called(*words, **options))


def document(*words, **options):
    return json.loads(run(*words, "--json", **options))


@pytest.mark.long
def test_what_a_tariff_of_60_percent_costs_whom_and_what_china_answers():
    said = run("ask", "USA", "tariff", "60", "--draws", "0")
    assert said.startswith("United States, tariff at 60 percent, on 10 October 2026: United States loses USD")
    assert " ".join(said.split()).count("best answer") == 2
    found = document("ask", "USA tariff 60", "--draws", "0", "--calibration", "sourced")
    assert {"USA", "CHN", "ASEAN"} <= set(found["costs"])
    assert found["answer"]["country"] == "CHN"
    assert found["base_rate"][0]["chance"] > 0


def test_what_holds_today_what_was_seen_last_and_what_comes_next():
    lines = run().splitlines()
    assert len(lines) == 6
    starts = ("United States and China", "What holds", "Seen last", "Likeliest next", "Go on", "All commands")
    assert all(map(str.startswith, lines, starts))
    program = runpy.run_path(str(ROOT / "docs" / "today.py"))
    # Else: python docs/today.py --write
    assert file_text(program["STORED"]) == program["made"]()


def test_nothing_heavy_is_loaded_for_it():
    asked = "import sys; from negotiation.cli import app; app([], standalone_mode=False)"
    heavy = f"{asked}; print([m for m in ('numba', 'pandas', 'matplotlib', 'scipy') if m in sys.modules])"
    done = python("-c", heavy, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.long
def test_the_chance_of_a_move_by_a_day():
    said = run("forecast", "--country", "USA", "--instrument", "tariff", "--by-day", "2027-06-30")
    assert said.startswith("United States tariff, a harsher step from 2026-10-11 to 2027-06-30: 0.")
    up, down = document("forecast", "--country", "USA", "--instrument", "tariff", "--by-day", "2027-06-30")
    assert up["low"] < up["chance"] < up["high"]
    assert (up["direction"], down["direction"]) == ("up", "down")
    assert "log scores" in " ".join(said.split())
    for option, value in (("--by", "pool"), ("--freeze", "there"), ("--questions", "file.json")):
        refused = called("forecast", "--by-day", "2027-06-30", option, value)
        assert (refused.returncode, f"{option} cannot be used with --by-day" in refused.stderr) == (2, True)


@pytest.mark.long
def test_two_drafts_side_by_side(tmp_path):
    draft = ng.truce("2025-10-busan").with_clause("USA", "visa", "open")
    path = tmp_path / f"{draft.id}.toml"
    path.write_text(draft.to_toml())
    found = document("compare", "busan", path, "--draws", "0")
    (visa,) = [row for row in found["clauses"] if (row["side"], row["instrument"]) == ("USA", "visa")]
    assert (visa["2025-10-busan"], visa[draft.id]) == (None, "open")
    assert {row["of"] for row in found["verdicts"]} == {"2025-10-busan", draft.id}


@pytest.mark.long
def test_my_own_number_for_a_payoff_with_its_range():
    def shares(*settings):
        found = document("verdict", "busan", "--draws", "16", *settings)
        return {(row["leg"], row["theory"]): row["share"] for row in found["theories"]}

    control = ("control", "moment")
    dear, cheap = (shares("--set", f"chip_control.security_ratio={x}")[control] for x in ("3,2,4", "0"))
    assert dear < cheap
    for typed, said in (
        ("security_weight", "NAME=VALUE"), ("security_weight=2", "from 0 to 1"), ("security_wait=1", "mean"),
        ("security_weight=0.5,0.6,0.7", "range that contains it"),
    ):  # fmt: skip
        done = called("verdict", "busan", "--draws", "0", "--set", typed)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_which_payoff_decides_in_dollars():
    found = ng.ask("USA chip_control h20_stopped", draws=0)
    by_what = {one.what: one for one in found.would_pay_if}
    worth = by_what["chip_control.security_ratio"]
    dollars = worth.value * found.scenario.parameters["chip_control.lost_sales"]
    assert 0 < dollars < 100


@pytest.mark.long
def test_what_past_choices_say_of_a_payoff():
    bounds = ng.revealed("us-china-2025", draws=64).bounds()
    assert len(bounds.rows) > 0


@pytest.mark.long
def test_a_text_of_mine_by_theory(tmp_path):
    path = tmp_path / "2025-10-mine.toml"
    text = ng.truce("2025-10-busan").to_toml().replace('id = "2025-10-busan"', 'id = "2025-10-mine"', 1)
    path.write_text(text)
    found = document("verdict", path, "--draws", "0")
    assert {row["theory"] for row in found["theories"]} >= {"moment", "custom in kind", "shadow linkage"}
    assert {row.leg for row in ng.verdict("2026-09-washington")} == {"tariff", "control", "other"}
    assert "As known on 1 June 2026" in run("verdict", "busan", "--draws", "0", "--as-of", "2026-06-01")


@pytest.mark.long
def test_which_text_would_hold():
    options = ("--size", "small", "--theories", "moment", "--draws", "4", "--fresh", "16")
    assert "2025-10-30" in str(document("design", "us-china-2025", "--on", "2025-10-30", *options))


@pytest.mark.long
def test_my_forecasts_beside_the_rules():
    first, *_ = document("score", FROZEN)
    assert {row["predictor"] for row in first["scores"]} >= {"forecast", "shrunk"}
    assert "Frozen as of 2025-11-30" in run("forecast", "--show", FROZEN)


def test_what_a_dispute_holds_as_csv_with_a_dictionary(tmp_path):
    run("data", "--out", tmp_path)
    read = {
        path.stem: list(csv.DictReader(file_text(path).splitlines(keepends=True)))
        for path in tmp_path.glob("*.csv")
    }
    assert set(read) == {"truces", "clauses", "moves", "parameters", "choices", "trade", "dictionary"}
    known = {(row["file"], row["column"]) for row in read.pop("dictionary") if row["meaning"]}
    assert {(name, column) for name, rows in read.items() for column in rows[0]} <= known
    assert read["truces"][-1]["id"] == "2026-09-washington"
