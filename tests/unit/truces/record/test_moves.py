import csv
from datetime import date

import pytest

from negotiation.errors import InvalidFile
from negotiation.reading.models import load_csv
from negotiation.truces.record.moves import MoveRecord, initial_posture
from tests.us_china import MOVES, RECORD, SCENARIO, TRUCES

LEVELS = {
    ("USA", "tariff"): ("january", "busan", "geneva", "peak", "threatened"),
    ("CHN", "tariff"): ("january", "geneva", "peak"),
    ("USA", "entity_list"): ("listed_only", "affiliates_rule"),
    ("USA", "chip_control"): (
        "licensed",
        "h20_stopped",
        "ascend_guidance",
        "software_and_engines",
        "all_critical_software",
    ),
    ("USA", "port_fee"): ("none", "usd_50"),
    ("CHN", "port_fee"): ("none", "rmb_400"),
    ("USA", "visa"): ("open", "revocations"),
    ("CHN", "rare_earth_curb"): ("licences_flow", "april_licensing", "october_package"),
    ("CHN", "minerals_ban"): ("free", "licensed", "banned"),
    ("CHN", "purchases"): ("buys", "boycott"),
    ("CHN", "precursor_enforcement"): ("enforced", "lax"),
    ("CHN", "entity_listings"): ("none", "listings"),
}
BY_ID = {move.id: move for move in MOVES}
# The H20 step was announced on 9 April and is recorded as an answer to one of 11 April.
TRIGGERED_BY_A_LATER_MOVE = {"E036"}


def series(actor):
    return {move.id: move.value for move in MOVES if (move.actor, move.instrument) == (actor, "tariff")}


def test_the_whole_record_and_one_derived_row():
    assert len(MOVES) == len(BY_ID) == 96
    assert set(BY_ID) == {f"E{number:03}" for number in range(1, 96)} | {"E093a"}
    assert [move.id for move in MOVES if move.derived_from] == ["E093a"]
    assert BY_ID["E093a"].derived_from in BY_ID


def test_moves_come_by_the_day_of_their_announcement():
    days = [move.announced.earliest for move in MOVES]
    assert days == sorted(days)
    assert all(move.announced.latest <= date(2025, 11, 30) for move in MOVES)


def test_triggers_exist_and_come_first():
    for move in MOVES:
        if move.triggered_by:
            trigger = BY_ID[move.triggered_by]
            later = trigger.announced.earliest > move.announced.latest
            assert later == (move.id in TRIGGERED_BY_A_LATER_MOVE), move.id


def test_a_move_takes_effect_after_its_announcement_and_before_its_end():
    for move in MOVES:
        if move.effective:
            assert move.announced.earliest <= move.effective.latest, move.id
        if move.effective and move.ended and not move.ended.never_applied:
            assert move.effective.earliest <= move.ended.latest, move.id


def test_every_mapped_row_has_a_level_of_the_actors_instrument():
    for move in MOVES:
        if move.instrument is None:
            assert move.reason, move.id
            continue
        levels = LEVELS[move.actor, move.instrument]
        assert move.mapping_note, move.id
        assert (move.level is None) if move.instrument == "tariff" else (move.level in levels), move.id


def test_every_instrument_moves():
    assert {(move.actor, move.instrument) for move in MOVES if move.instrument} == set(LEVELS)


def test_rows_that_map_to_nothing():
    unmapped = {move.id for move in MOVES if move.instrument is None}
    assert unmapped == {"E042", "E048", "E049", "E060", "E062", "E063", "E064", "E078", "E079", "E094"}
    assert all(BY_ID[row].actor == "NLD" for row in ("E063", "E094"))


def test_gallium_germanium_and_antimony_are_an_instrument_of_their_own():
    ban = [(move.id, move.level) for move in MOVES if move.instrument == "minerals_ban"]
    assert ban == [("E012", "licensed"), ("E015", "licensed"), ("E017", "banned"), ("E086", "licensed")]


def test_tariff_averages_climb_by_the_points_that_the_record_states():
    usa, chn = series("USA"), series("CHN")
    steps = [("E018", "E023", 10), ("E023", "E026", 34), ("E026", "E030", 50), ("E080", "E055", 10)]
    for before, after, points in steps:
        assert usa[after] - usa[before] == pytest.approx(points), after
    for before, after, points in [("E024", "E027", 34), ("E027", "E031", 50), ("E031", "E034", 41)]:
        assert chn[after] - chn[before] == pytest.approx(points), after
    assert (usa["E033"], usa["E035"], usa["E038"], usa["E055"]) == (126.5, 124.1, 51.1, 51.1)
    assert (chn["E034"], chn["E039"], chn["E056"]) == (147.6, 32.6, 32.6)


def test_averages_of_piie_are_marked_apart_from_derived_ones():
    assert {move.definition for move in MOVES} == {None, "piie_average", "piie_average_derived"}
    stated = {move.value for move in MOVES if move.definition == "piie_average"}
    assert stated == {12.0, 18.3, 19.3, 20.8, 21.0, 32.6, 51.1, 124.1, 126.5, 147.6}
    without = {move.id for move in MOVES if move.instrument == "tariff" and move.value is None}
    assert without == {"E001", "E002", "E006", "E008"}
    assert all(BY_ID[row].announced.latest.year < 2020 for row in without)


def test_the_threats_of_10_october_were_never_applied():
    threats = {move.id for move in MOVES if move.status == "threatened"}
    assert threats == {"E073", "E074"}
    assert all(BY_ID[row].ended.never_applied for row in threats)


def test_two_dates_of_the_october_rule():
    parts = BY_ID["E065"].effective.parts
    assert [part.start for part in parts] == ["2025-10-09", "2025-12-01"]


def test_initial_posture_names_every_instrument_once():
    entries = initial_posture(SCENARIO).entries
    assert initial_posture(SCENARIO).day.earliest == date(2025, 1, 20)
    assert {(entry.country, entry.instrument) for entry in entries} == set(LEVELS)
    assert len(entries) == len(LEVELS)
    for entry in entries:
        assert entry.level in LEVELS[entry.country, entry.instrument]
        assert set(entry.moves) <= set(BY_ID)
    assert [entry.instrument for entry in entries if entry.assumption] == ["entity_listings"]


def test_initial_posture_agrees_with_the_moves_before_it():
    levels = {(entry.country, entry.instrument): entry.level for entry in initial_posture(SCENARIO).entries}
    for key, level in levels.items():
        before = [
            move.level
            for move in MOVES
            if (move.actor, move.instrument) == key
            and move.level
            and move.announced.latest < date(2025, 1, 20)
        ]
        assert not before or before[-1] == level, key


def test_moves_name_truces_of_the_record():
    assert {move.truce for move in MOVES if move.truce} == set(TRUCES)


def edited(tmp_path, row, **cells):
    with (RECORD / "moves.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    for cell in rows:
        if cell["id"] == row:
            cell.update(cells)
    path = tmp_path / "moves.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("row", "cells", "words"),
    [
        ("E041", {"announced": "May 2025"}, ["announced: 'May 2025' came", "date grammar"]),
        ("E041", {"announced": "never applied"}, ["belongs in `ended`"]),
        ("E041", {"instrument": ""}, ["either `instrument` or `reason`"]),
        ("E041", {"level": "", "mapping_note": ""}, ["a `level`, a `value`, or a `mapping_note`"]),
        ("E038", {"level": "geneva"}, ["either `level` or `value`"]),
        ("E038", {"definition": ""}, ["`value` and `definition` come together"]),
        ("E038", {"value": "-3"}, ["value: '-3' came", "at least 0 is needed", "in the unit of the levels"]),
        ("E038", {"definition": "PIIE stack"}, ["definition: 'PIIE stack' came", "piie_average"]),
        ("E042", {"level": "open"}, ["without an instrument"]),
        ("E042", {"confidence": "certain"}, ["confidence: 'certain' came", "'high', 'medium' or 'low'"]),
    ],
)
def test_a_faulty_move_is_refused_with_its_line(tmp_path, row, cells, words):
    with pytest.raises(InvalidFile) as caught:
        load_csv(edited(tmp_path, row, **cells), MoveRecord)
    for word in ("moves.csv", "line ", *words):
        assert word in str(caught.value)
