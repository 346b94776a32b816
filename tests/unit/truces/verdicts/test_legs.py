"""Which moves of the record count for a truce: by leg, by day, by how they were announced."""

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest

import negotiation as ng
from negotiation.truces.record.timeline import level_changes
from negotiation.truces.verdicts.legs import RecordedLeg, Step, record_steps, threats
from tests.unit.truces.theory_rows import theory_row
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


STEPS = (
    Step(date(2025, 5, 13), "moved on", "AAA", "chip", "E041"),
    Step(date(2025, 6, 1), "mended", "BBB", "curb", "E050"),
)


def told(said, steps=STEPS, threats=("E060", "E061")):
    return RecordedLeg(said, ("AAA chip",), steps, threats, date(2025, 11, 10))


@pytest.mark.parametrize(
    ("said", "model", "agrees"),
    [
        (theory_row(margin=-2.0, share=0.1), "breaks, by USA: tariff to peak", True),
        (theory_row(margin=2.0, share=0.9), "holds", False),
        (theory_row(margin=2.0, share=0.8), "holds", False),
        (theory_row(margin=2.0, share=0.799), "open", None),
        (theory_row(margin=-2.0, share=0.2), "breaks, by USA: tariff to peak", True),
        (theory_row(margin=-2.0, share=0.201), "open", None),
        (theory_row(margin=-2.0, share=0.9), "open", None),
        (theory_row(margin=0.0), "open", None),
        (theory_row(margin=-2.0, rational=False), "not rational", None),
        (theory_row(margin=math.inf, player=None, departure=()), "holds", False),
    ],
)
def test_the_game_s_verdict_is_the_theory_s_and_is_held_against_the_record_where_it_is_one(
    said, model, agrees
):
    one = told(said)
    assert (one.model, one.agree) == (model, agrees)
    assert told(said, ()).agree == (None if agrees is None else not agrees)
    assert (one.margin, one.share, one.verdict.holds, one.theory) == (
        said.margin, said.share, said.margin >= 0, "moment",
    )  # fmt: skip
