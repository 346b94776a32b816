"""The frozen forecasts of the project: none was edited, and each says what it was made from."""

import importlib.util
import shutil
from datetime import date
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

from negotiation.lab.frozen_forecast import read_frozen, record_hash
from negotiation.truces.prediction.months import month_labels
from tests.us_china import SCENARIO

FROZEN = Path(__file__).parents[3] / "experiments" / "forecasts"


@pytest.mark.parametrize("path", sorted(FROZEN.glob("*.json")), ids=lambda path: path.name)
def test_no_frozen_forecast_was_edited(path):
    frozen = read_frozen(path)
    # A challenger bears the day on which it was frozen, and its name.
    assert path.name.startswith((str(frozen.forecast.as_of), "2026-11-30-"))
    assert all(0 <= row.low <= row.probability <= row.high <= 1 for row in frozen.forecast.rows)


def command_of(name):
    spec = importlib.util.spec_from_file_location(name, FROZEN.parents[1] / "docs" / f"{name}.py")
    command = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(command)
    return command


def test_the_next_forecast_has_both_days_and_four_models_of_the_same_rows():
    command, path = command_of("forecast_next"), FROZEN / "2026-10-10.json"
    frozen = read_frozen(path)
    assert (frozen.forecast.as_of, frozen.provenance["begins"]) == (command.AS_OF, "2026-12-01")
    monthly = [row for row in frozen.forecast.rows if row.direction != "renewed"]
    assert tuple(row.month for row in monthly[::24]) == month_labels(date(2026, 11, 30), 12)
    models = frozen.provenance["models"]
    _, back, past = command.asked()
    for name, chances in command.constant_rates(back, past).items():
        assert models.pop(name) == pytest.approx(chances)
    (was,) = models.values()
    assert len(was) == len(monthly) == 288
    assert all(0.005 <= chance <= 0.995 for chance in was)
    assert sha256(path.read_bytes()).hexdigest() in (FROZEN.parents[1] / "README.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("path", sorted(FROZEN.glob("2026-11-30-*.json")), ids=lambda path: path.name)
def test_challengers_say_how_many_rows_come_and_what_each_event_rests_on(path):
    frozen = read_frozen(path)
    said, rows = frozen.provenance, [row for row in frozen.forecast.rows if row.direction != "renewed"]
    first = read_frozen(FROZEN / "2026-10-10.json").forecast.rows
    of_both = frozen.forecast.rows, first
    keys = [[(row.month, row.actor, row.instrument, row.direction) for row in one] for one in of_both]
    assert keys[0] == keys[1]
    assert said["number"]["mean"] == pytest.approx(sum(row.probability for row in rows), rel=1e-3)
    low, high = said["number"]["band"]
    assert low < said["number"]["mean"] < high
    for leg in ("tariff", "control", "other"):
        by = said["first_harsher"][leg]
        assert by["step"] == sorted(by["step"])
        assert all(level <= step for level, step in zip(by["level"], by["step"], strict=True))
    assert len(said["events"]) == 7
    assert all(0 < one["probability"] < 1 and one["basis"] and one["settled_by"] for one in said["events"])
    digest = sha256(path.read_bytes()).hexdigest()
    assert digest in (FROZEN.parents[1] / "README.md").read_text(encoding="utf-8")


def recorded(folder):
    return record_hash(SimpleNamespace(folder=folder))


def test_each_file_of_the_record_and_of_the_agreements_is_in_the_hash_of_the_record(tmp_path):
    folder = tmp_path / "dispute"
    shutil.copytree(SCENARIO.folder, folder)
    known = recorded(folder)
    assert known == record_hash(SCENARIO)
    files = [path for part in ("record", "agreements") for path in sorted((folder / part).iterdir())]
    assert {path.suffix for path in files} >= {".csv", ".toml"}
    for path in files:
        text = path.read_text()
        path.write_text(text + "\n")
        assert recorded(folder) != known, path.name
        path.write_text(text)
    assert recorded(folder) == known
    # A name is part of what is on record; facts have a hash of their own, and notes beside are neither.
    moved = files[-1].rename(files[-1].with_name("2025-12-moved.toml"))
    assert recorded(folder) != known
    moved.rename(files[-1])
    (folder / "laws.toml").write_text("")
    (folder / "record" / "notes.txt").write_text("a note")
    assert recorded(folder) == known
