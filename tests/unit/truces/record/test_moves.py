from datetime import date

import pytest

from negotiation.truces.record.timeline import initial_posture
from tests.us_china import MOVES, SCENARIO

BY_ID = {move.id: move for move in MOVES}
UNMAPPED = """E042 E048 E049 E060 E062 E063 E064 E078 E079 E094
P003 P004 P008 P009 P029 P038 P040 P054 P076 P081 P084 P088 P091 P098 P102 P103 P106 P119"""


def series(actor):
    return {move.id: move.value for move in MOVES if (move.actor, move.instrument) == (actor, "tariff")}


SOURCE_ROWS = {f"E{number:03}" for number in range(1, 96)} | {f"P{number:03}" for number in range(1, 121)}
LEFT_OUT = {"E004": ("P011", "P016", "P018")}  # the sum of three tranches, which are rows of their own


def test_the_whole_record_and_one_derived_row():
    assert len(MOVES) == len(BY_ID) == 215
    assert set(BY_ID) == SOURCE_ROWS - set(LEFT_OUT) | {"E093a"}
    assert all(set(parts) <= set(BY_ID) for parts in LEFT_OUT.values())
    assert [move.id for move in MOVES if move.derived_from] == ["E093a"]
    assert BY_ID["E093a"].derived_from in BY_ID


def test_a_move_takes_effect_after_its_announcement_and_before_its_end():
    for move in MOVES:
        if move.effective:
            assert move.announced.earliest <= move.effective.latest, move.id
        if move.effective and move.ended and not move.ended.never_applied:
            assert move.effective.earliest <= move.ended.latest, move.id


def test_rows_that_map_to_nothing():
    unmapped = {move.id for move in MOVES if move.instrument is None}
    assert unmapped == {*UNMAPPED.split()}
    third = {row for row in unmapped if BY_ID[row].record_instrument == "third_party_control"}
    assert third == {"E063", "E094", "P084", "P088", "P091"}
    assert {BY_ID[row].actor for row in third} == {"NLD", "JPN"}


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
    first_round = {3.8, 7.2, 12.0, 16.5, 18.3, 19.3, 20.3, 21.0, 21.1}
    assert stated == first_round | {20.8, 32.6, 51.1, 124.1, 126.5, 147.6}
    without = {move.id for move in MOVES if move.instrument == "tariff" and move.value is None}
    assert without == {"E001", "E002", "E008", "P011", "P016", "P041", "P044"}
    assert all(BY_ID[row].announced.latest.year < 2020 for row in without)


def test_threats_were_never_applied():
    threats = {move.id for move in MOVES if move.status == "threatened"}
    assert threats == {"P044", "E073", "E074"}
    assert all(BY_ID[row].ended.never_applied for row in threats)


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
