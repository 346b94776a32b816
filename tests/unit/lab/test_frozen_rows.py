"""A frozen forecast's file, field by field, in a small one that was made up."""

import json
from datetime import date
from hashlib import sha256

import pytest

import negotiation as ng
from negotiation.base.reading.models import model_of
from negotiation.errors import CannotWrite, InvalidFile
from negotiation.lab import frozen_forecast
from negotiation.lab.fingerprint import library_versions, package_hash
from negotiation.lab.frozen_forecast import content_hash, freeze, read_frozen, record_hash
from negotiation.lab.provenance import checkout
from negotiation.lab.scenarios import scenario_hash
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import ForecastRow

WORLD = ng.load_scenario("japan-korea-2019")


def row(month="2026-01", actor="USA", instrument="tariff", direction="up", at=0.2, low=0.1, high=0.3):
    return {"month": month, "actor": actor, "instrument": instrument, "direction": direction,
            "probability": at, "low": low, "high": high}  # fmt: skip


def content(*rows, **changes):
    return {
        "truce": "2025-10-busan", "as_of": "2025-11-30", "mechanisms": ["a", "b"], "paths": 4, "draws": 7,
        "seed": 2, "provenance": {"commit": "c"}, "rows": list(rows or (row(),)), "sha256": "0" * 64,
        **changes,
    }  # fmt: skip


def read(told):
    return model_of(told, frozen_forecast.FrozenContent, "x.json")


def refused(told):
    with pytest.raises(InvalidFile) as caught:
        read(told)
    return str(caught.value)


def test_a_renewal_is_of_both_and_a_move_of_one_of_them():
    for wrong in (row(actor="both"), row(actor="both", direction="down"), row(direction="renewed")):
        assert "`both` must be the actor of a renewal" in refused(content(wrong))


def test_a_forecast_is_of_what_comes_after_the_last_day_that_was_seen():
    def of(as_of, *months, direction="up", actor="USA"):
        rows = [row(month, actor, direction=direction) for month in months]
        return content(*rows, as_of=as_of)

    assert read(of("2025-11-30", "2025-12"))
    assert read(of("2025-11-01", "2025-12"))  # whole months after the day
    for month in ("2025-01", "2025-10", "2025-11"):
        assert f"{month} is not after 2025-11-29" in refused(of("2025-11-29", month))
    # A clock may run out in what is left of the month.
    renewal = {"direction": "renewed", "actor": "both"}
    assert read(of("2025-11-05", "2025-11", **renewal))
    assert "2025-10 is not after 2025-11-05" in refused(of("2025-11-05", "2025-10", **renewal))
    for as_of in ("0001-01-01", "1899-12-31", "9999-12-31", "2200-01-01"):
        assert "as_of" in refused(of(as_of, "2026-01"))


def test_a_series_has_no_month_left_out():
    year = ["2025-12", *(f"2026-{k:02d}" for k in range(1, 13))]
    assert len(read(content(*map(row, year))).rows) == 13
    for k in range(1, 12):
        told = refused(content(*map(row, [*year[:k], *year[k + 1 :]])))
        assert f"USA tariff up has {year[k - 1]} and then {year[k + 1]}" in told
    # Another series that has the month does not stand in for it.
    others = [row(month, "CHN") for month in year[:3]]
    assert "USA tariff up has 2025-12 and then 2026-02" in refused(
        content(row(year[0]), *others, row(year[2]))
    )
    # Renewals come when clocks run out.
    assert read(content(*(row(m, "both", direction="renewed") for m in ("2026-01", "2026-09"))))


def test_a_probability_lies_in_its_band_and_both_in_the_unit_interval():
    for at, low, high in (
        (0, 0, 0),
        (1, 1, 1),
        (0.5, 0.5, 0.5),
        (0.2, 0, 1),
        (0.3, 0.3, 0.4),
        (0.4, 0.3, 0.4),
    ):
        assert read(content(row(at=at, low=low, high=high))).rows[0].row().probability == at
    for at, low, high in ((0.2, 0.3, 0.4), (0.5, 0.3, 0.4), (0.35, 0.4, 0.3)):
        assert f"got low = {low}, probability = {at}, high = {high}" in refused(
            content(row(at=at, low=low, high=high))
        )
    for name in ("at", "low", "high"):
        for value in (-1e-9, 1 + 1e-9, float("nan")):
            field = "probability" if name == "at" else name
            assert f"rows.0.{field}" in refused(content(row(**{name: value})))


def test_each_series_has_a_month_once_and_months_and_renewals_stand_in_order():
    keys = [("2026-01", "USA", "tariff", "up"), ("2026-01", "CHN", "tariff", "up"),
            ("2026-01", "USA", "control", "up"), ("2026-01", "USA", "tariff", "down"),
            ("2026-02", "USA", "tariff", "up"), ("2026-02", "both", "tariff", "renewed"),
            ("2026-01", "both", "control", "renewed")]  # fmt: skip
    rows = [row(*key) for key in keys]
    assert [(r.month, r.actor, r.instrument, r.direction) for r in read(content(*rows)).rows] == keys
    for k, key in enumerate(keys):
        twice = [*rows[: k + 1], row(*key, at=0.25), *rows[k + 1 :]]
        assert f"{' '.join(key)} occurs twice" in refused(content(*twice))
    assert "renewals after all others" in refused(content(*rows[:4], rows[5], rows[4]))
    assert "order of their months" in refused(content(rows[4], rows[0]))
    assert "order of their months" in refused(content(*rows[:5], row("2025-12", "CHN", "control")))


ROWS = (ForecastRow("2025-12", "USA", "tariff", "up", 0.2, 0.1, 0.3),
        ForecastRow("2025-12", "both", "tariff", "renewed", 0.6, 0.5, 0.7))  # fmt: skip


def test_what_is_frozen_says_how_it_was_made(tmp_path):
    made = Forecast("2025-10-busan", date(2025, 11, 30), ROWS, 9, ("one", "two"))
    path = freeze(made, WORLD, tmp_path / "a" / "b", also={"choice": "x", "é": [1]})
    told = json.loads(path.read_text(encoding="utf-8"))
    assert list(told) == ["truce", "as_of", "mechanisms", "paths", "draws", "seed", "provenance", "rows",
                          "sha256"]  # fmt: skip
    assert (told["draws"], [r["probability"] for r in told["rows"]]) == (9, [0.2, 0.6])
    # One entry a line, so that a comparison of two versions shows what differs.
    assert path.read_text(encoding="utf-8") == json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    origin = told["provenance"]
    assert list(origin) == ["commit", "dirty", "code", "calibration", "record", "versions", "made",
                            "theories", "choice", "é"]  # fmt: skip
    commit, dirty = checkout()
    made_at = origin.pop("made")
    assert made_at.startswith("20")
    assert origin == {
        "commit": commit, "dirty": dirty, "code": package_hash(), "calibration": scenario_hash(WORLD),
        "record": record_hash(WORLD), "versions": library_versions(), "theories": ["one", "two"],
        "choice": "x", "é": [1],
    }  # fmt: skip
    back = read_frozen(path)
    assert (back.forecast, back.path, back.provenance["choice"]) == (made, path, "x")
    path.write_text(path.read_text(encoding="utf-8").replace("0.6", "0.65"), encoding="utf-8")
    with pytest.raises(InvalidFile, match=r"2025-11-30\.json has been edited"):
        read_frozen(path)
    none = freeze(Forecast("t", date(2025, 1, 2), ROWS), WORLD, tmp_path)
    assert none.name == "2025-01-02.json"
    assert "theories" not in read_frozen(none).provenance
    # A version's number is the first that is free; none is ever written over.
    (tmp_path / "2025-01-02-v2.json").write_text("")
    assert freeze(Forecast("t", date(2025, 1, 2), ROWS), WORLD, tmp_path).name == "2025-01-02-v3.json"
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match=r"written to '.*file': File exists"):
        freeze(made, WORLD, tmp_path / "file")


def test_the_hash_is_of_all_but_itself_in_any_order_of_names():
    told = {"b": [1, {"z": 0.5, "a": "é"}], "a": None}
    text = '{"a":null,"b":[1,{"a":"é","z":0.5}]}'
    assert content_hash(told) == sha256(text.encode()).hexdigest()
    assert content_hash({**told, "sha256": "x"}) == content_hash(dict(reversed(told.items())))
    assert content_hash({**told, "c": 1}) != content_hash(told)
