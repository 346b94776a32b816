import csv
import shutil
from datetime import date, timedelta

import pytest

from negotiation.errors import InvalidFile, UnknownTruce
from negotiation.truces.agreements import Agreement, truce
from negotiation.truces.record.agreement_text import truce_names
from negotiation.truces.record.moves import RECORDS, MoveRecord, initial_posture, load_moves
from negotiation.world.files import load_csv, load_toml

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
MOVES = load_moves()
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
    entries = initial_posture().entries
    assert initial_posture().day.earliest == date(2025, 1, 20)
    assert {(entry.country, entry.instrument) for entry in entries} == set(LEVELS)
    assert len(entries) == len(LEVELS)
    for entry in entries:
        assert entry.level in LEVELS[entry.country, entry.instrument]
        assert set(entry.moves) <= set(BY_ID)
    assert [entry.instrument for entry in entries if entry.assumption] == ["entity_listings"]


def test_initial_posture_agrees_with_the_moves_before_it():
    levels = {(entry.country, entry.instrument): entry.level for entry in initial_posture().entries}
    for key, level in levels.items():
        before = [
            move.level
            for move in MOVES
            if (move.actor, move.instrument) == key
            and move.level
            and move.announced.latest < date(2025, 1, 20)
        ]
        assert not before or before[-1] == level, key


def test_truces_are_found_by_their_file():
    assert truce_names() == ("2025-05-geneva", "2025-06-london", "2025-08-stockholm", "2025-10-busan")


@pytest.mark.parametrize("name", truce_names())
def test_a_truce_is_whole(name):
    agreement = truce(name)
    assert agreement.id == name
    assert agreement.amends in (None, "2025-05-geneva")
    if agreement.clock_days:
        end = agreement.in_force + timedelta(days=agreement.clock_days)
        first_end = date(2025, 8, 12) if name == "2025-05-geneva" else agreement.window_end
        assert end == first_end
    for clause in agreement.clauses:
        if clause.level:
            assert clause.level in LEVELS[clause.side, clause.instrument], clause.id
        if not clause.covered:
            assert clause.verifiability == "none", clause.id
            assert clause.level is None, clause.id
    for reading in agreement.readings:
        assert reading.prior_assumption
        for term in reading.terms:
            assert term.level in LEVELS[term.country, term.instrument]


def test_every_clause_of_the_four_agreements():
    ids = [clause.id for name in truce_names() for clause in truce(name).clauses]
    assert ids == [f"T{number:02}" for number in range(1, 39)]


def test_what_each_agreement_covers_as_written():
    both = {("USA", "tariff"): "geneva", ("CHN", "tariff"): "geneva"}
    assert truce("2025-05-geneva").covered() == both
    assert truce("2025-08-stockholm").covered() == both
    assert truce("2025-06-london").covered() == {
        ("CHN", "rare_earth_curb"): "licences_flow",
        ("USA", "chip_control"): "ascend_guidance",
        ("USA", "visa"): "open",
    }
    assert truce("2025-10-busan").covered() == {
        ("USA", "tariff"): "busan",
        ("USA", "entity_list"): "listed_only",
        ("USA", "port_fee"): "none",
        ("CHN", "rare_earth_curb"): "licences_flow",
        ("CHN", "minerals_ban"): "licensed",
        ("CHN", "precursor_enforcement"): "enforced",
        ("CHN", "tariff"): "geneva",
        ("CHN", "entity_listings"): "none",
        ("CHN", "port_fee"): "none",
        ("CHN", "purchases"): "buys",
    }


def test_geneva_leaves_the_vague_clause_to_its_readings():
    geneva = truce("2025-05-geneva")
    clause = next(clause for clause in geneva.clauses if clause.id == "T05")
    assert (clause.covered, clause.verifiability, clause.level) == (True, "low", None)
    american = {key: level for key, level in geneva.as_read_by("USA").items() if key not in geneva.covered()}
    chinese = {key: level for key, level in geneva.as_read_by("CHN").items() if key not in geneva.covered()}
    assert american == {("CHN", "rare_earth_curb"): "licences_flow"}
    assert chinese == {
        ("USA", "chip_control"): "h20_stopped",
        ("USA", "entity_list"): "listed_only",
        ("CHN", "rare_earth_curb"): "april_licensing",
    }


def test_frozen_levels_are_those_in_force_at_the_signing():
    geneva = truce("2025-05-geneva")
    terms = [term for reading in geneva.readings for term in reading.terms if term.how != "added"]
    for term in terms:
        before = [
            move.level
            for move in MOVES
            if (move.actor, move.instrument) == (term.country, term.instrument)
            and move.announced.latest < geneva.signed
        ]
        assert before[-1] == term.level


def test_the_first_american_step_outside_geneva_came_a_day_later():
    geneva = truce("2025-05-geneva")
    steps = [
        move
        for move in MOVES
        if move.actor == "USA"
        and move.direction == "escalate"
        and move.instrument
        and move.announced.earliest > geneva.signed
        and (move.actor, move.instrument) not in geneva.covered()
    ]
    assert (steps[0].id, steps[0].announced.earliest) == ("E041", date(2025, 5, 13))


def test_no_tariff_rose_in_the_geneva_window():
    geneva = truce("2025-05-geneva")
    rises = [
        move.id
        for move in MOVES
        if move.instrument == "tariff"
        and move.direction == "escalate"
        and move.status == "applied"
        and geneva.window_start <= move.announced.earliest <= geneva.window_end
    ]
    assert rises == []


def test_moves_name_truces_of_the_record():
    assert {move.truce for move in MOVES if move.truce} == set(truce_names())


def test_unknown_truce_offers_the_nearest():
    for name in ("2025-05-genva", "../records/2025-05-geneva", "initial_posture", ""):
        with pytest.raises(UnknownTruce, match="2025-05-geneva"):
            truce(name)


def test_the_terms_cannot_be_changed():
    with pytest.raises(TypeError):
        truce("2025-05-geneva").covered()["USA", "visa"] = "open"


def edited(tmp_path, row, **cells):
    with (RECORDS / "moves.csv").open(encoding="utf-8", newline="") as source:
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
        ("E041", {"level": ""}, ["has a `level` and no `value`"]),
        ("E038", {"level": "geneva"}, ["a tariff row has no `level`"]),
        ("E038", {"definition": ""}, ["`value` and `definition` come together"]),
        ("E038", {"value": "-3"}, ["value: '-3' came", "greater than or equal to 0", "percent"]),
        ("E038", {"definition": "stack"}, ["definition: 'stack' came", "piie_average"]),
        ("E042", {"level": "open"}, ["without an instrument"]),
        ("E042", {"confidence": "certain"}, ["confidence: 'certain' came", "'high', 'medium' or 'low'"]),
    ],
)
def test_a_faulty_move_is_refused_with_its_line(tmp_path, row, cells, words):
    with pytest.raises(InvalidFile) as caught:
        load_csv(edited(tmp_path, row, **cells), MoveRecord)
    for word in ("moves.csv", "line ", *words):
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('level = "geneva"', 'level = "peak"', "two clauses prescribe different levels"),
        ('clause = "T05"', 'clause = "T77"', "a reading names one of them"),
        ("prior = 0.5", "prior = 1.5", "readings.0.prior: 1.5 came"),
        ("clock_days = 90", 'clock_days = "90"', "clock_days: '90' came"),
        ("signed = 2025-05-12", "signed = 2026-05-12", "days must be in the order"),
        ("covered = true", "covered = false", "only a covered clause"),
        ('observed = "complied"', 'observed = "kept"', "clauses.0.observed: 'kept' came"),
    ],
)
def test_a_faulty_agreement_is_refused(tmp_path, old, new, words):
    path = tmp_path / "2025-05-geneva.toml"
    shutil.copy(RECORDS / path.name, path)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidFile) as caught:
        load_toml(path, Agreement)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
