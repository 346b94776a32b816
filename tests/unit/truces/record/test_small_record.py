"""A small record followed by hand: its order, its earlier days and its events.

The tariff of AAA is old (1 percent, left before 2024), normal (2) or high (20), that of BBB normal (3) or
high (25); the export stop of BBB is free (left before 2024), open or stopped. The record is followed from
1 January 2021 with past levels, and from 1 January 2024 without; it was read up to the end of 2024.
"""

from datetime import date

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.truces.record.events import DOWN, UP, events_of, level_paths
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import level_changes, postures_on
from negotiation.truces.record.until_changed import but_for_parameters
from tests.small_dispute import DE, PAST_ROWS, row, write

GAMES, FIRST = date(2024, 1, 1), date(2021, 1, 1)


@pytest.fixture(scope="module")
def now(tmp_path_factory):
    return load_scenario(write(tmp_path_factory.mktemp("record"), table=PAST_ROWS))


@pytest.fixture(scope="module")
def back(now):
    return now.with_past_levels()


PUBLIC = [date.fromisoformat(day) for day in (
    "2021-01-01", "2022-03-10", "2022-03-11", "2022-05-31", "2022-06-01", "2023-12-31",
    "2024-01-01", "2024-01-02", "2024-02-11", "2024-04-30", "2024-05-01", "2024-05-06",
)]  # fmt: skip
"""Days before and after something became public."""


def test_rows_of_a_file_in_no_order_are_followed_by_day(tmp_path, back):
    turned = load_scenario(write(tmp_path, table=PAST_ROWS[::-1])).with_past_levels()
    for day in PUBLIC:
        assert postures_on(turned, day) == postures_on(back, day)
    days = [change.day for change in level_changes(turned)]
    assert days == sorted(days)
    past = past_of(turned, date(2024, 9, 1))
    assert [step.day for step in past.steps] == sorted(step.day for step in past.steps)
    assert past.postures() == past_of(back, date(2024, 9, 1)).postures()


# Events


def told(record):
    return [
        (str(e.day), str(e.first), record.pairs[e.pair], e.direction, e.before, e.after, e.ids)
        for e in record.events
    ]


TARIFF, HIS, STOP = ("AAA", "tariff"), ("BBB", "tariff"), ("BBB", "export_stop")
EVENTS = [
    ("2022-03-10", "2022-03-10", TARIFF, UP, 0, 2, ("E001",)),
    ("2022-05-31", "2022-05-01", STOP, UP, 0, 1, ("E002",)),
    ("2023-12-31", "2023-12-31", TARIFF, DOWN, 2, 0, ("E005",)),
    ("2024-01-01", "2024-01-01", TARIFF, DOWN, 1, 1, ("E006",)),
    ("2024-02-10", "2024-02-10", HIS, UP, 0, 1, ("E007",)),
    ("2024-02-10", "2024-02-10", TARIFF, UP, 1, 2, ("E008",)),
    ("2024-04-30", "2024-04-01", HIS, DOWN, 1, 0, ("E010",)),
    ("2024-05-05", "2024-05-05", STOP, UP, 1, 2, ("E011",)),
]


def test_events_by_hand(back):
    record = events_of(back, past_of(back, date(2024, 9, 1)))
    assert record.pairs == (TARIFF, HIS, STOP)
    assert record.legs == ("tariff", "tariff", "control")
    assert told(record) == EVENTS
    assert (record.begins, record.as_of) == (FIRST, date(2024, 9, 1))
    assert record.exposure == (date(2024, 9, 1) - FIRST).days
    assert record.times.tolist() == [(date.fromisoformat(one[0]) - FIRST).days for one in EVENTS]
    assert record.series.tolist() == [0, 4, 1, 1, 2, 0, 3, 4]
    assert record.counts.tolist() == [2, 2, 1, 1, 2, 0]
    assert [row[-1] for row in record.table().rows] == ["across"] * 3 + ["within"] + ["across"] * 4
    assert record.table().title == "8 moves from 2021-01-01 to before 2024-09-01"
    for kept in (record.times, record.series, record.counts):
        with pytest.raises(ValueError, match="read-only"):
            kept[0] = 1
    none = events_of(back, past_of(back, FIRST))
    assert (none.events, none.exposure, none.counts.tolist()) == ((), 0.0, [0.0] * 6)
    assert events_of(back, past_of(back, date(2020, 6, 1))).exposure == 0.0  # before the record


def of_rows(tmp_path, *rows, day=date(2024, 12, 1), past=False):
    world = load_scenario(write(tmp_path, table=rows))
    world = world.with_past_levels() if past else world
    return events_of(world, past_of(world, day))


def test_the_direction_is_that_of_the_levels_where_they_are_known_and_else_the_stated_one(tmp_path):
    """On the first day of the record a change of level counts; on the eve only what the row says."""
    found = of_rows(
        tmp_path,
        row("E001", "2023-12-31", "BBB", "export_stop", "stopped", **DE),
        row("E002", "2024-01-01", "BBB", "export_stop", "stopped", **DE),
        row("E003", "2024-01-02", "BBB", "export_stop", "open"),
    )
    assert [(e.direction, e.before, e.after) for e in found.events] == [
        (DOWN, 0, 0), (UP, 0, 1), (DOWN, 1, 0),
    ]  # fmt: skip
    assert found.begins == date(2023, 12, 1)


def test_rows_of_one_day_are_one_event_from_the_first_level_to_the_last(tmp_path):
    found = of_rows(
        tmp_path,
        row("E001", "2024-03-31", "AAA", "tariff", "high"),
        row("E002", "2024-03", "AAA", "tariff", "high"),
        row("E003", "2024-03-31", "BBB", "tariff", "high"),
        row("E004", "2024-03-31", "AAA", "tariff", "high"),
    )
    assert told(found) == [
        ("2024-03-31", "2024-03-01", TARIFF, UP, 0, 1, ("E001", "E002", "E004")),
        ("2024-03-31", "2024-03-31", HIS, UP, 0, 1, ("E003",)),
    ]
    assert found.begins == GAMES  # the first row is of a later month


def test_levels_around_a_row_are_those_of_its_place(back):
    past = past_of(back, date(2024, 9, 1))
    paths = level_paths(back, past)
    assert level_paths(back, past) is paths
    place = {step.move.id: (step.day, k) for k, step in enumerate(past.steps)}
    around = {name: [paths.around(pair, *at) for pair in range(3)] for name, at in place.items()}
    assert around["E001"] == [(0, 2), (0, 0), (0, 0)]
    assert around["E006"] == [(1, 1), (0, 0), (1, 1)]  # on its day the levels of the games hold
    assert around["E007"] == [(1, 1), (0, 1), (1, 1)]
    assert around["E008"] == [(1, 2), (1, 1), (1, 1)]
    assert np.array_equal(paths.opening, [[0, 0, 0], [1, 0, 1]])


# Kept for all values of the parameters


def test_what_hangs_on_the_record_alone_is_asked_once_and_anew_for_another_scenario(now, back):
    asked = []

    @but_for_parameters
    def number(scenario, day, place=0):
        asked.append((day, place))
        return len(asked)

    world = back.with_parameters({"tariff.own_gain": 0.12})
    assert [number(one, GAMES) for one in (back, world, back)] == [1, 1, 1]
    assert number(back, FIRST) == 2
    assert number(back, GAMES, 1) == 3
    assert number(now, GAMES) == 4
    assert number.__name__ == "number"
    assert asked == [(GAMES, 0), (FIRST, 0), (GAMES, 1), (GAMES, 0)]
