"""Frozen forecasts: read back as written, and an edit shows."""

import json
from datetime import date
from pathlib import Path

import pytest

from negotiation.errors import InvalidFile
from negotiation.lab.frozen_forecast import freeze, read_frozen
from negotiation.truces.prediction.forecast import forecast
from negotiation.world import load_scenario

FROZEN = Path(__file__).parents[3] / "experiments" / "forecasts"
SCENARIO = load_scenario("us-china-2025")


@pytest.fixture(scope="module")
def found():
    return forecast("2025-10-busan", months=1, on=["coverage"], paths=1, draws=0)


def test_what_is_frozen_is_read_back(found, tmp_path):
    path = freeze(found, SCENARIO, tmp_path)
    assert path.name == "2025-11-30.json"
    again = read_frozen(path)
    assert again.forecast == found
    assert set(again.provenance) >= {"commit", "code", "calibration", "record", "versions", "made"}


def test_a_second_version_stands_beside_the_first(found, tmp_path):
    first = freeze(found, SCENARIO, tmp_path)
    kept = first.read_bytes()
    assert freeze(found, SCENARIO, tmp_path).name == "2025-11-30-v2.json"
    assert first.read_bytes() == kept


@pytest.mark.parametrize("field", ["probability", "month", "instrument"])
def test_an_edit_shows(found, tmp_path, field):
    path = freeze(found, SCENARIO, tmp_path)
    content = json.loads(path.read_text())
    content["rows"][3][field] = 0.5 if field == "probability" else "other"
    path.write_text(json.dumps(content))
    with pytest.raises(InvalidFile, match=r"2025-11-30\.json was edited"):
        read_frozen(path)


def test_what_is_no_forecast_is_refused(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("{}")
    with pytest.raises(InvalidFile, match="no frozen forecast"):
        read_frozen(path)


@pytest.mark.parametrize("path", sorted(FROZEN.glob("*.json")), ids=lambda path: path.name)
def test_no_frozen_forecast_was_edited(path):
    frozen = read_frozen(path)
    assert path.name.startswith(str(frozen.forecast.as_of))
    assert all(0 <= row.low <= row.probability <= row.high <= 1 for row in frozen.forecast.rows)


def test_the_forecast_for_the_year_after_the_record_is_kept():
    frozen = read_frozen(FROZEN / "2025-11-30.json").forecast
    assert frozen.truce == "2025-10-busan"
    assert frozen.as_of == date(2025, 11, 30)
    months = {row.month for row in frozen.rows}
    assert (min(months), max(months), len(months)) == ("2025-12", "2026-11", 12)
    assert {row.instrument for row in frozen.rows if row.direction == "renewed"} == {
        "tariff",
        "control",
        "other",
    }
