"""A record that is edited while a session goes on is read anew by whatever asks next."""

import os
import shutil
from datetime import date

import pytest

import negotiation as ng
from negotiation.disputes import load_scenario
from negotiation.truces.record.agreement_text import agreement_text, agreements_of
from negotiation.truces.record.events import events_of
from negotiation.truces.record.past import past_of
from negotiation.truces.record.renewals import rounds_a_year
from negotiation.truces.record.timeline import level_changes, load_moves, postures_on
from negotiation.truces.record.until_changed import file_stamp, kept_until_changed
from tests.us_china import FOLDER

LATE = date(2025, 11, 30)


@pytest.fixture
def mine(tmp_path):
    """A folder of one's own that has been read once."""
    folder = tmp_path / "mine"
    shutil.copytree(FOLDER, folder)
    file = folder / "scenario.toml"
    file.write_text(file.read_text().replace('name = "us-china-2025"', 'name = "mine"'))
    return folder


def without(folder, identifier):
    """Take a row out of the table of moves."""
    path = folder / "record" / "moves.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(f"{identifier},")]
    assert len(kept) == len(lines) - 1
    path.write_text("".join(kept), encoding="utf-8")


def last_turn(scenario):
    """Return the last row of a pair that leaves it elsewhere than the row before."""
    paths = {}
    for change in level_changes(scenario):
        if change.level is not None and change.day < LATE:
            paths.setdefault((change.move.actor, change.move.instrument), []).append(change)
    return next(path[-1] for path in paths.values() if len(path) > 1 and path[-1].level != path[-2].level)


@pytest.mark.parametrize("again", [True, False], ids=["loaded again", "the same object"])
def test_a_row_that_is_taken_out_is_gone_from_all_that_reads_moves(mine, again):
    scenario = load_scenario(mine)
    turn = last_turn(scenario)
    last, pair = turn.move.id, (turn.move.actor, turn.move.instrument)
    readers = {
        "moves": lambda world: {move.id for move in load_moves(world)},
        "levels": lambda world: {change.move.id for change in level_changes(world)},
        "past": lambda world: {step.move.id for step in past_of(world, LATE).steps},
    }
    before = {name: read(scenario) for name, read in readers.items()}
    events = len(events_of(scenario, past_of(scenario, LATE)).events)
    assert postures_on(scenario, LATE)[pair[0]][pair[1]] == turn.level
    assert all(last in found for found in before.values())
    without(mine, last)
    world = load_scenario(mine) if again else scenario
    for name, read in readers.items():
        assert read(world) == before[name] - {last}, name
    assert len(events_of(world, past_of(world, LATE)).events) < events
    assert postures_on(world, LATE)[pair[0]][pair[1]] != turn.level


def test_an_agreement_that_is_edited_or_taken_away_is_so_for_whoever_names_it(mine):
    scenario = load_scenario(mine)
    path = mine / "agreements" / "2025-05-geneva.toml"
    assert ng.truce("2025-05-geneva", scenario).signed == date(2025, 5, 12)
    assert agreement_text("2025-05-geneva", scenario).signed == date(2025, 5, 12)
    rounds = rounds_a_year(scenario).value
    path.write_text(path.read_text().replace("signed = 2025-05-12", "signed = 2025-05-13"))
    assert ng.truce("2025-05-geneva", scenario).signed == date(2025, 5, 13)
    assert agreement_text("2025-05-geneva", load_scenario(mine)).signed == date(2025, 5, 13)
    path.unlink()
    assert "2025-05-geneva" not in {one.id for one in agreements_of(load_scenario(mine))}
    assert rounds_a_year(load_scenario(mine)).value < rounds


def test_a_file_is_read_once_while_it_stays_as_it_is(tmp_path):
    path, calls = tmp_path / "a.txt", []
    read = kept_until_changed(lambda one: calls.append(one) or one.read_bytes())
    path.write_bytes(b"one")
    assert (read(path), read(path), len(calls)) == (b"one", b"one", 1)
    stood = path.stat()
    path.write_bytes(b"two")  # as long, and then as old
    os.utime(path, ns=(stood.st_atime_ns, stood.st_mtime_ns))
    assert (read(path), len(calls)) == (b"two", 2)
    path.unlink()
    assert file_stamp(path) == ()
    with pytest.raises(FileNotFoundError):
        read(path)
