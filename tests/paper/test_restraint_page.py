"""What stocks-and-horizons.md is filled from is what the program computes."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = runpy.run_path(str(ROOT / "docs" / "restraint.py"))
KEPT = PROGRAM["kept"]()
AGAIN = "delete docs/restraint.json and run `python docs/restraint.py --write`"


def test_every_draw_is_kept_of_every_path_game_step_and_horizon():
    places = {
        f"{path}/{game}/{stocks}/{horizon}"
        for path in PROGRAM["paths"]()
        for game in PROGRAM["MOVING"]
        for stocks in PROGRAM["STOCKS"].values()
        for horizon in PROGRAM["DRAWN"]
    }
    assert set(KEPT["draws"]) == places
    for row in KEPT["draws"].values():
        assert len(row) == PROGRAM["DRAWS"]
        assert set(row) <= set("01?")
    assert len(KEPT["verdicts"]) == len(PROGRAM["TRUCES"]) * len(PROGRAM["MOVES"]) * 3 * 2


@pytest.mark.parametrize(
    ("game", "horizons", "count"), [("still", None, 2), ("moving", None, 2), ("learned", ["3 months"], 1)]
)
def test_the_first_draws_come_out_again(game, horizons, count):
    asked = {name: years for name, years in PROGRAM["DRAWN"].items() if horizons is None or name in horizons}
    for k, scenario in enumerate(PROGRAM["drawn_scenarios"](count)):
        for key, letter in PROGRAM["at_one_setting"](scenario, game, asked).items():
            assert KEPT["draws"][key][k] == letter, AGAIN


def test_the_verdicts_at_the_centre_come_out_again():
    for key, found in PROGRAM["verdicts"]("2025-10-busan", "stocks").items():
        stored = KEPT["verdicts"][key]
        assert (found["holds"], found["departure"], found["certified"]) == (
            stored["holds"],
            stored["departure"],
            stored["certified"],
        ), AGAIN
        assert found["margin"] == (stored["margin"] and pytest.approx(stored["margin"], rel=1e-4))


def test_shares_and_horizons_are_read_off_the_letters():
    tables = PROGRAM["tables"]()
    row = KEPT["draws"]["geneva_played/learned/full/1 year"]
    known = KEPT["draws"]["geneva_played/moving/full/1 year"]
    found = tables["restraint"]["geneva_played/learned/full"]
    assert found["1_year"] == row.count("1") / len(row)
    assert found["draws"] == len(row)
    assert found["otherwise_1_year"] == sum(a != b for a, b in zip(row, known, strict=True)) > 0
    held = [name for name in PROGRAM["CENTRE"] if KEPT["centre"][f"busan/moving/full/{name}"] == "1"]
    assert tables["horizons"]["busan/moving/full"]["from"] == held[0]
    assert tables["horizons"]["geneva_played/moving/full"]["from"] == "never"


def test_what_is_missing_is_computed_and_what_is_there_is_not(tmp_path, monkeypatch, capsys):
    program = runpy.run_path(str(ROOT / "docs" / "restraint.py"))
    asked = []
    space = program["complete"].__globals__
    monkeypatch.setitem(space, "FILE", tmp_path / "restraint.json")
    monkeypatch.setitem(space, "DRAWS", 2)
    monkeypatch.setitem(
        space,
        "at_one_setting",
        lambda _, game, __: asked.append(game) or {f"calm/{game}/full/1 year": "1"},
    )
    monkeypatch.setitem(
        space, "verdicts", lambda truce, kind, draws: {f"{truce}/{kind}/tariff/moment": draws}
    )
    program["complete"](program["kept"]())
    assert asked.count("learned") == 3  # the centre and two draws
    asked.clear()
    monkeypatch.setitem(space, "DRAWS", 3)
    program["complete"](program["kept"]())
    assert asked == ["still", "moving", "learned"]
    assert program["kept"]()["draws"]["calm/still/full/1 year"] == "111"
    assert "learned: 3 of 3 draws" in capsys.readouterr().out
