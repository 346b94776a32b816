"""A dispute as it was known on a day is the dispute whose later rows and agreements are not there."""

import csv
import shutil
from datetime import date, timedelta

import pytest

import negotiation as ng
from negotiation.errors import InvalidDate, InvalidFile
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import (
    level_changes,
    load_moves,
    posture_timeline,
    record_begins,
    record_ends,
)
from tests.us_china import FOLDER, SCENARIO

TO = SCENARIO.definition.date


def folder(place, **days):
    """Return a copy of the dispute's folder that states other days."""
    there = shutil.copytree(FOLDER, place / FOLDER.name)
    file = there / "scenario.toml"
    kept = [line for line in file.read_text().splitlines() if not line.startswith(("date =", "as_of ="))]
    at = next(k for k, line in enumerate(kept) if line.startswith("countries"))
    kept[at:at] = [f"{name} = {day}" for name, day in days.items()]
    file.write_text("\n".join(kept) + "\n")
    return there


def deleted(place, day):
    """Return a copy of the folder without what came after a day."""
    there = folder(place, date=day)
    path = there / "record" / "moves.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        header, *rows = csv.reader(lines)
    known = {move.id for move in load_moves(SCENARIO.as_of(TO)) if move.announced.latest <= day}
    with path.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows([header, *(row for row in rows if row[0] in known)])
    for text in agreements_of(SCENARIO.as_of(TO), placebos=True):
        if text.signed > day:
            (there / "agreements" / f"{text.id}.toml").unlink()
    return there


def told(world):
    """Return what a dispute says of its record, agreements and levels."""
    back, end = world.with_past_levels(), record_ends(world)
    past = past_of(back, end + timedelta(days=1))
    return (
        load_moves(world), level_changes(back), posture_timeline(back, record_begins(back), end), past.steps,
        [text.model_dump() for text in agreements_of(world, placebos=True)], ng.truce_names(world),
        [text.id for text in past.agreements], past.anchors,
    )  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("day", [date(2025, 11, 12), date(2025, 11, 30)])
def test_as_of_a_day_is_as_if_later_rows_and_agreements_were_deleted(tmp_path, day):
    without = ng.load_scenario(deleted(tmp_path / "without", day))
    stated = ng.load_scenario(folder(tmp_path / "stated", date=TO, as_of=day))
    for world in (stated, ng.load_scenario("us-china-2025", as_of=day)):
        assert record_ends(world) == day
        for one, other in zip(told(world), told(without), strict=True):
            assert one == other
    if day == record_ends(SCENARIO):
        made = [
            (
                ng.forecast("2025-10-busan", day, 2, scenario=world, theories=["moment"]).rows,
                ng.verdict("2025-10-busan", world, draws=0).table().rows,
            )
            for world in (without, stated)
        ]
        assert made[0] == made[1]


def test_later_days_see_more_and_other_days_are_refused(tmp_path):
    assert len(load_moves(SCENARIO)) > len(load_moves(SCENARIO.as_of(date(2025, 11, 12))))
    assert SCENARIO.as_of(TO).as_of(record_ends(SCENARIO)).definition == SCENARIO.definition
    with pytest.raises(InvalidDate, match=f"sources were read only up to {TO}"):
        SCENARIO.as_of(TO + timedelta(days=1))
    with pytest.raises(InvalidDate, match=r"was signed on 2025-10-30, .* as_of=\.\.\."):
        ng.truce("2025-10-busan", SCENARIO.as_of(date(2025, 10, 29)))
    world = ng.load_scenario("japan-korea-2019")
    first = min(move.announced.latest for move in load_moves(world))
    assert load_moves(world.as_of(first))
    # A row that is dated to a month, here May 2025, is known when it is over.
    days = [date(2025, 5, 30), date(2025, 5, 31)]
    assert ["E044" in {move.id for move in load_moves(SCENARIO.as_of(day))} for day in days] == [False, True]
    with pytest.raises(InvalidDate, match="no row of its record had been announced"):
        load_moves(world.as_of(first - timedelta(days=1)))
    with pytest.raises(InvalidFile, match=r"`as_of` must not be after `date`.* got 2026-10-11"):
        ng.load_scenario(folder(tmp_path, date=TO, as_of=TO + timedelta(days=1)))
