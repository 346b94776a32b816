"""Which moves of the record count for a truce: by leg, by day, by how they were announced."""

from dataclasses import replace
from datetime import timedelta

import pytest

import negotiation as ng
from negotiation.truces.record.timeline import level_changes
from negotiation.truces.verdicts.legs import record_steps, threats
from tests.us_china import SCENARIO

GENEVA = ng.truce("2025-05-geneva")
MOVE = next(row for row in level_changes(SCENARIO) if row.move.id == "E041")  # a control, a day after
DAY = timedelta(days=1)


def steps(*rows):
    return record_steps(SCENARIO, GENEVA, rows, "control")


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (GENEVA.signed - DAY, False),
        (GENEVA.signed, False),  # what was done on the day itself is the truce's own
        (GENEVA.signed + DAY, True),
        (GENEVA.window_end, True),
        (GENEVA.window_end + DAY, False),
    ],
)
def test_moves_count_from_the_day_after_the_signing_to_the_last_day_of_the_window(day, counts):
    found = steps(replace(MOVE, day=day))
    assert [step.day for step in found] == ([day] if counts else [])
    threat = replace(MOVE, day=day, move=MOVE.move.model_copy(update={"status": "threatened"}))
    assert steps(threat) == ()
    assert threats(SCENARIO, GENEVA, [threat], "control") == (("E041",) if counts else ())


def test_steps_take_turns_and_nothing_is_mended_that_was_not_broken():
    down = replace(MOVE, move=MOVE.move.model_copy(update={"direction": "de-escalate"}))
    assert steps(down) == ()
    assert [step.kind for step in steps(down, MOVE, MOVE, down, down, MOVE)] == [
        "moved on",
        "mended",
        "moved on",
    ]
