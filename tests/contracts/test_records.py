from datetime import date

import pytest

from negotiation.disputes import Move, Postures, legality
from negotiation.truces.record.agreement_text import truce_names
from negotiation.truces.record.timeline import initial_posture, load_moves, record_level, recorded_postures
from tests.us_china import AGREEMENTS, RECORD, SCENARIO, WHOLE

# All that is on file, whatever the day as of which the dispute is known.
LATEST = SCENARIO.as_of(SCENARIO.definition.date)
MOVES = load_moves(LATEST)
MAPPED = [move for move in MOVES if move.instrument]
FIRST_DAY = date(2025, 1, 20)
EARLIER, INITIAL = recorded_postures(WHOLE)
STRETCHES = [
    pytest.param(EARLIER, FIRST_DAY, id="2018 to 2024"),
    pytest.param(INITIAL, date.max, id="2025 and 2026"),
]
# Reported after the fact, so that they seem to take effect before they are announced.
REPORTED_LATE = {"E043"}


def level_after(move):
    """The label of the level in force after a move; `None` for a tariff without an average."""
    if move.instrument != "tariff":
        return move.level
    if move.value is None:
        return None
    # Levels of the past are those of their time: a value of 2025 is never read as one.
    ladder = WHOLE if move.announced.earliest < FIRST_DAY else SCENARIO
    return ladder.instruments["tariff"].nearest(move.actor, move.value).label


def replayed(posture, until):
    """Each move from the day of a posture up to another with the levels before it; threats change nothing."""
    postures = WHOLE.calm()
    for entry in posture.entries:
        postures = postures.after(entry.country, {entry.instrument: entry.level})
    for move in MOVES:
        label = level_after(move) if move.instrument else None
        if label is None or not posture.day.earliest <= move.announced.earliest < until:
            continue
        yield move, label, postures
        if move.status == "applied":
            postures = postures.after(move.actor, {move.instrument: label})


def test_every_file_of_the_records_is_read():
    assert {path.stem for path in AGREEMENTS.iterdir()} == {*truce_names(LATEST, placebos=True)}
    assert {path.name for path in RECORD.iterdir()} == {
        "choices.csv",
        "earlier_posture.toml",
        "initial_posture.toml",
        "map.toml",
        "measures.toml",
        "moves.csv",
    }


def test_a_move_is_of_an_instrument_that_its_country_holds():
    for move in MAPPED:
        ladder = WHOLE if move.announced.earliest < FIRST_DAY else SCENARIO
        instrument = ladder.instrument(move.actor, move.instrument)
        label = level_after(move)
        assert label == record_level(WHOLE, move), move
        if label is None:
            assert move.mapping_note, move
        else:
            assert label in instrument.labels(move.actor), move
            threatened = move.status == "threatened" and move.direction != "hold"
            assert instrument.level(move.actor, label).threatened == threatened, move


@pytest.mark.parametrize(("posture", "until"), STRETCHES)
def test_levels_move_the_way_that_the_record_says(posture, until):
    steps = {"escalate": 1, "de-escalate": -1, "hold": 0}
    wrong = []
    for move, label, postures in replayed(posture, until):
        instrument = WHOLE.instruments[move.instrument]
        now = instrument.position(move.actor, postures[move.actor][move.instrument])
        change = instrument.position(move.actor, label) - now
        if change and (change > 0) - (change < 0) != steps[move.direction]:
            wrong.append(move.id)
    assert wrong == []


@pytest.mark.parametrize(("posture", "until"), STRETCHES)
def test_every_change_of_level_in_the_record_was_legal(posture, until):
    refused, made = {}, 0
    for move, label, postures in replayed(posture, until):
        if postures[move.actor][move.instrument] == label:
            continue
        effective = move.effective.latest if move.effective else None
        step = Move(move.actor, {move.instrument: label}, move.announced.earliest, effective)
        verdict = legality(WHOLE, postures, step)
        made += verdict.legal
        if not verdict.legal and move.id not in REPORTED_LATE:
            refused[move.id] = verdict.reason
    assert refused == {}
    assert made >= 18


def test_the_levels_of_2018_lead_to_those_of_2025_but_for_the_drift_of_an_average():
    last = WHOLE.calm()
    for move, label, postures in replayed(EARLIER, FIRST_DAY):
        if move.status == "applied":
            last = postures.after(move.actor, {move.instrument: label})
    stated = {(entry.country, entry.instrument): entry.level for entry in INITIAL.entries}
    found = {(c, name): label for c, posture in last.items() for name, label in posture.items()}
    # No row raises China's average from the 20.3 of 2020 to the 21.2 of 2025: ordinary rates and weights did.
    apart = {key: (found[key], stated[key]) for key in stated if found[key] != stated[key]}
    assert apart == {("CHN", "tariff"): ("phase_one", "january")}


@pytest.mark.parametrize("entry", EARLIER.entries, ids=lambda one: f"{one.country} {one.instrument}")
def test_the_posture_of_2018_is_whole_lawful_and_shown(entry):
    lawful = WHOLE.levels(entry.country, entry.instrument, day=EARLIER.day.earliest)
    assert entry.level in [level.label for level in lawful]
    assert set(entry.moves) <= {move.id for move in MOVES}
    assert entry.assumption == ((entry.country, entry.instrument) == ("CHN", "tariff"))
    held = {(country, name) for country in WHOLE.countries for name in WHOLE.held(country)}
    assert {(one.country, one.instrument) for one in EARLIER.entries} == held


def test_the_first_posture_is_whole_and_lawful():
    entries = initial_posture(SCENARIO).entries
    postures = {country: {} for country in SCENARIO.countries}
    for entry in entries:
        postures[entry.country][entry.instrument] = entry.level
        lawful = SCENARIO.levels(entry.country, entry.instrument, day=FIRST_DAY)
        assert entry.level in [level.label for level in lawful], entry
        if entry.value is not None:
            assert SCENARIO.instruments[entry.instrument].nearest(entry.country, entry.value).label == (
                entry.level
            )
    assert {country: set(posture) for country, posture in postures.items()} == {
        country: set(SCENARIO.held(country)) for country in SCENARIO.countries
    }
    assert len(Postures(postures)) == 2
