"""A forecast is frozen, time passes, and the command scores it: from the record, or from one that goes on."""

import csv
import json
import runpy
from pathlib import Path

import pytest

import negotiation as ng
from negotiation.lab.frozen_forecast import read_frozen
from negotiation.truces.record.moves import MoveRecord
from tests.command import called
from tests.end_to_end.test_commands import run as started

FORECASTS = Path(__file__).parents[2] / "experiments" / "forecasts"
FROZEN = FORECASTS / "2025-11-30.json"
OWN = Path(ng.__file__).parent / "disputes/scenarios/us-china-2025/record/moves.csv"


def run(*arguments, columns=200):
    return called(*arguments, COLUMNS=columns, NEGOTIATION_CACHE="off")


@pytest.fixture(scope="module")
def june(tmp_path_factory):
    """Return a forecast for Geneva, frozen as of the end of May 2025."""
    folder = tmp_path_factory.mktemp("frozen")
    done = started(
        "forecast", "geneva", "--as-of", "2025-05-31", "--months", 6, "--theories", "moment",
        "--freeze", folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "2025-05-31.json"


def rows_of(*rows):
    """Return the text of a record with these rows, each a few columns beside a first row of the record."""
    with OWN.open(encoding="utf-8") as file:
        like = next(csv.DictReader(file))
    common = {
        "actor": "USA",
        "instrument": "",
        "reason": "nothing else came",
        "direction": "hold",
        "level": "",
    }
    blank = {"effective": "", "ended": "", "value": "", "definition": "", "truce": "", "triggered_by": ""}
    lines = []
    for k, row in enumerate(rows):
        lines.append({**like, **blank, **common, "derived_from": "", "id": f"X{k:02d}", **row})
    columns = list(MoveRecord.model_fields)
    table = [",".join(columns), *(",".join(f'"{line[c]}"' for c in columns) for line in lines)]
    return "\n".join(table) + "\n"


@pytest.mark.long
def test_months_that_were_over_are_scored_by_leg_with_baselines_and_renewal(june):
    done = started("forecast", "--score", june, "--until", "2025-08-31", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["truce"], found["as_of"], found["until"]) == ("2025-05-geneva", "2025-05-31", "2025-08-31")
    logs = {row["of"]: row for row in found["log_scores"]}
    assert {group: row["rows"] for group, row in logs.items()} == {
        "all moves": 72, "tariff": 12, "control": 24, "other": 36, "renewal, tariff": 1
    }  # fmt: skip
    assert logs["renewal, tariff"]["came"] == 1
    assert all(
        logs["all moves"][name] > 0 for name in ("forecast", "hold", "coin", "hazard", "self exciting")
    )
    assert any("2025-09 to 2025-11" in sentence for sentence in found["left_out"])


@pytest.mark.long
def test_before_a_month_is_over_or_after_the_records_end_nothing_is_scored(june):
    early = run("forecast", "--score", june, "--until", "2025-06-29")
    assert (early.returncode, early.stdout) == (2, "")
    assert "no month of the forecast is over by 2025-06-29" in early.stderr
    late = run("forecast", "--score", june, "--until", "2026-06-30")
    assert late.returncode == 2
    assert "the record ends on 2025-11-30" in late.stderr
    assert "a day to 2025-11-30" in late.stderr


@pytest.mark.long
@pytest.mark.parametrize("name", [f"2025-11-30{version}.json" for version in ("", "-v2", "-v3", "-v4")])
def test_the_frozen_forecast_of_the_record_waits_for_a_later_record(tmp_path, name):
    frozen = FORECASTS / name
    before = frozen.read_bytes()
    waiting = run("forecast", "--score", frozen)
    assert waiting.returncode == 2
    assert "no month of the forecast is over by 2025-11-30" in waiting.stderr
    # An invented later record: one rise in December, and a last row that says how far it reaches.
    record = tmp_path / "later.csv"
    rise = {
        "announced": "2025-12-10", "instrument": "chip_control", "reason": "", "direction": "escalate",
        "level": "ascend_guidance",
    }  # fmt: skip
    record.write_text(rows_of(rise, {"announced": "2026-01-31"}), encoding="utf-8")
    done = run("forecast", "--score", frozen, "--record", record, "--until", "2026-01-31", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    rows = {row["of"]: (row["rows"], row["came"]) for row in found["log_scores"]}
    assert rows == {"all moves": (48, 1), "tariff": (8, 0), "control": (16, 1), "other": (24, 0)}
    assert any("clock runs to 2026-11-10" in sentence for sentence in found["left_out"])
    beyond = run("forecast", "--score", frozen, "--record", record, "--until", "2026-02-28")
    assert beyond.returncode == 2
    assert "the record ends on 2026-01-31" in beyond.stderr
    assert frozen.read_bytes() == before


def test_a_row_of_a_country_that_does_not_hold_the_instrument_is_named(tmp_path):
    record = tmp_path / "later.csv"
    wrong = {
        "announced": "2025-12-10", "instrument": "rare_earth_curb", "reason": "", "direction": "escalate",
        "level": "april_licensing",
    }  # fmt: skip
    record.write_text(rows_of(wrong, {"announced": "2026-01-31"}), encoding="utf-8")
    done = run("forecast", "--score", FROZEN, "--record", record)
    assert done.returncode == 2
    assert "row X00 of the record: USA does not hold rare_earth_curb; it holds tariff" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--until", "2025-08-31"], "--until came without --score FILE"),
        (["--score", "{june}", "--until", "soon"], "a day is written as 2025-11-30; got 'soon'"),
        (["--score", "nowhere.json"], "nowhere.json"),
        (["--score", "{june}", "--record", "nowhere.csv"], "nowhere.csv: cannot be read"),
    ],
)
def test_bad_input_is_said_in_a_sentence(june, arguments, message):
    done = run("forecast", *(argument.format(june=june) for argument in arguments))
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_it_is_read_by_eyes_in_eighty_columns(june):
    done = run("forecast", "--score", june, columns=80)
    assert done.returncode == 0, done.stderr
    assert "Brier scores" in done.stdout
    assert all(name in done.stdout for name in ("two pace", "self exciting", "climatology"))
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.long
def test_theories_are_asked_by_the_command():
    arguments = ("forecast", "busan", "--months", "1", "--theories", "moment,each_for_itself", "--json")
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert sorted(found["theories"]) == ["each for itself", "moment"]
    assert len(found["rows"]) == 24
    assert all(row["low"] <= row["probability"] <= row["high"] for row in found["rows"])
    wrong = run("forecast", "busan", "--theories", "momentum")
    assert wrong.returncode == 2
    assert "moment" in wrong.stderr


@pytest.mark.long
def test_one_instrument_of_one_country_is_shown_and_the_whole_is_frozen(june, tmp_path):
    done = run(
        "forecast", "geneva", "--as-of", "2025-05-31", "--months", 6, "--theories", "moment",
        "--instrument", "chip", "--country", "us", "--freeze", tmp_path, "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)["rows"]
    whole = json.loads(june.read_text(encoding="utf-8"))
    assert json.loads((tmp_path / june.name).read_text(encoding="utf-8"))["rows"] == whole["rows"]
    assert {(row["actor"], row["instrument"]) for row in shown} == {("USA", "chip_control")}
    assert len(shown) == 12


def test_one_instrument_of_a_frozen_forecast_is_scored(june):
    scored = [
        json.loads(run("forecast", "--score", june, "--until", "2025-08-31", "--json", *more).stdout)
        for more in ((), ("--instrument", "tariff"), ("--instrument", "tariff", "--country", "CHN"))
    ]
    (_, whole), (_, one), (_, half) = (
        (found["until"], {row["of"]: row for row in found["log_scores"]}) for found in scored
    )
    assert one["all moves"] == whole["tariff"] | {"of": "all moves"}
    assert (one["all moves"]["rows"], half["all moves"]["rows"]) == (12, 6)
    assert "renewal, tariff" not in one


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--instrument", "chips_control"), "no instrument 'chips_control'; did you mean 'chip_control'?"),
        (("--country", "PRC"), "no country 'PRC'"),
        (
            ("--country", "CHN", "--instrument", "chip"),
            "no move of CHN chip_control; it has those of USA tariff",
        ),
        (("--instrument", "entity"), "did you mean 'entity_list' or 'entity_listings'?"),
    ],
)
def test_what_is_not_in_a_forecast_gets_advice(june, typed, said):
    done = run("forecast", "--score", june, "--until", "2025-08-31", *typed)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())


@pytest.mark.long
def test_a_renewal_is_said_by_leg_though_its_month_is_not_among_the_columns():
    done = run("forecast", "busan", "--theories", "moment", columns=80)
    assert done.returncode == 0, done.stderr
    (line,) = [one for one in done.stdout.splitlines() if one.startswith("renewed in 2026-11, by leg: ")]
    assert all(leg in line for leg in ("tariff", "control", "other"))
    assert not [one for one in done.stdout.splitlines() if one.startswith(" both ")]


@pytest.mark.long
def test_the_last_frozen_forecast_is_made_again_by_one_command():
    again = runpy.run_path(str(FORECASTS.parents[1] / "docs" / "forecast_again.py"))
    found, also, _ = again["made"]()
    frozen = read_frozen(FORECASTS / "2025-11-30-v4.json")
    assert len(found.rows) == len(frozen.forecast.rows) == 291
    assert max(again["differences"](found).values()) < 1e-9
    assert frozen.provenance.items() >= also.items()
