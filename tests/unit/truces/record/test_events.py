"""The record as events: directions, levels before and after, merged rows, and nothing from later days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.errors import InvalidGame
from negotiation.truces.record.events import DOWN, UP, events_of, level_paths, pairs_of
from negotiation.truces.record.past import past_of
from negotiation.world import load_scenario
from negotiation.world.dates import RecordDate
from tests.us_china import MOVES

NOW = load_scenario("us-china-2025")
BACK = NOW.with_past_levels()
PAIRS = pairs_of(BACK)
END = date(2025, 12, 1)
DAYS = st.dates(date(2018, 3, 2), END)


def keys(record):
    """Return what identifies the events of a record."""
    return [(e.day, e.first, e.pair, e.direction, e.before, e.after, e.ids) for e in record.events]


@pytest.mark.parametrize("scenario", [NOW, BACK], ids=["from 2025", "from 2018"])
@given(day=DAYS, before=DAYS)
@settings(max_examples=60)
def test_levels_are_those_of_the_postures(scenario, day, before):
    past = past_of(scenario, day)
    found = level_paths(scenario, past).before(min(day, before))
    postures = past.postures(before=min(day, before))
    assert found.tolist() == [scenario.instruments[n].position(c, postures[c][n]) for c, n in PAIRS]


@given(day=DAYS)
@settings(max_examples=25)
def test_what_comes_later_changes_no_event(day):
    other = {"escalate": "de-escalate", "de-escalate": "escalate", "hold": "hold"}
    turned = [
        m if m.announced.latest < day else m.model_copy(update={"direction": other[m.direction]})
        for m in MOVES
    ]
    cut = [m for m in MOVES if m.announced.latest < day]
    found = [events_of(BACK, past_of(BACK, day, record)) for record in (MOVES, turned, cut)]
    assert keys(found[0]) == keys(found[1]) == keys(found[2])
    whole = events_of(BACK, past_of(BACK, END, MOVES))
    assert keys(found[0]) == [key for key in keys(whole) if key[0] < day]
    assert found[0].exposure == (day - date(2018, 3, 1)).days


def test_each_applied_move_is_one_event_and_rows_of_one_day_are_merged():
    rows = [
        m
        for m in MOVES
        if m.instrument and m.status == "applied" and m.direction != "hold" and m.actor in BACK.countries
    ]
    record = events_of(BACK, past_of(BACK, END))
    assert sorted(name for event in record.events for name in event.ids) == sorted(m.id for m in rows)
    assert len({(m.announced.latest, m.actor, m.instrument, m.direction) for m in rows}) == len(record.events)
    assert record.counts.sum() == len(record.events) == len(record.series)
    assert [e.day for e in record.events] == sorted(e.day for e in record.events)
    assert ((record.series % 2 == UP) == [e.direction == UP for e in record.events]).all()


def rows_of(*changes):
    """Return rows of USA chip control, each with a day, a level and a stated direction."""
    first = next(m for m in MOVES if m.id == "E041")
    return [
        first.model_copy(
            update={"id": f"E9{k}", "announced": RecordDate.parse(day), "level": level, "direction": way}
        )
        for k, (day, level, way) in enumerate(changes)
    ]


def test_a_change_of_level_gives_the_direction_and_else_the_row_does():
    levels = NOW.instruments["chip_control"].labels("USA")
    rows = rows_of(
        ("2025-03-03", levels[2], "escalate"),
        ("2025-03-04", levels[1], "escalate"),  # stated up, but the level falls
        ("2025-03-05", levels[1], "de-escalate"),
        ("2025-03-06", levels[1], "hold"),
    )
    found = events_of(NOW, past_of(NOW, END, rows)).events
    assert [(e.direction, e.within) for e in found] == [(UP, False), (DOWN, False), (DOWN, True)]
    assert [(e.before, e.after) for e in found[1:]] == [(2, 1), (1, 1)]


def test_of_two_rows_of_one_day_the_second_begins_where_the_first_ended():
    levels = NOW.instruments["chip_control"].labels("USA")
    rows = rows_of(("2025-03-03", levels[1], "escalate"), ("2025-03-03", levels[3], "escalate"))
    (event,) = events_of(NOW, past_of(NOW, END, rows)).events
    assert (event.after, len(event.ids)) == (3, 2)
    assert event.before < 1 or event.before == NOW.instruments["chip_control"].position(
        "USA", past_of(NOW, date(2025, 3, 1), []).postures()["USA"]["chip_control"]
    )


def test_up_and_down_on_one_day_are_two_events_of_which_the_second_sees_the_first():
    levels = NOW.instruments["chip_control"].labels("USA")
    rows = rows_of(("2025-03-03", levels[3], "escalate"), ("2025-03-03", levels[2], "de-escalate"))
    found = events_of(NOW, past_of(NOW, END, rows)).events
    assert [e.direction for e in found] == [UP, DOWN]
    assert (found[1].before, found[1].after) == (3, 2)


def test_a_row_dated_to_a_month_is_an_event_of_its_last_day():
    rows = rows_of(("2025-03", NOW.instruments["chip_control"].labels("USA")[1], "escalate"))
    assert not events_of(NOW, past_of(NOW, date(2025, 3, 31), rows)).events
    (event,) = events_of(NOW, past_of(NOW, date(2025, 4, 1), rows)).events
    assert (event.first, event.day) == (date(2025, 3, 1), date(2025, 3, 31))


def test_a_row_of_an_instrument_that_its_country_has_not_is_refused():
    (row,) = rows_of(("2025-03-03", None, "escalate"))
    row = row.model_copy(update={"instrument": "rare_earth_curb", "level": None})
    with pytest.raises(InvalidGame, match="does not hold rare_earth_curb"):
        events_of(NOW, past_of(NOW, END, [row]))


def test_a_past_keeps_what_was_made_of_it_and_a_later_view_does_not():
    past = past_of(NOW, date(2025, 6, 1))
    assert events_of(NOW, past) is events_of(NOW, past)
    later = replace(past, as_of=past.as_of + timedelta(days=1))
    assert events_of(NOW, later).as_of == later.as_of


def test_the_table_has_a_row_for_each_event():
    record = events_of(BACK, past_of(BACK, END))
    assert len(record.table().rows) == len(record.events)
    assert {row[4] for row in record.table().rows} == {"within", "across"}
