"""The record as events: directions, levels before and after, merged rows, and nothing from later days."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.truces.record.events import UP, events_of, level_paths, pairs_of
from negotiation.truces.record.past import past_of
from tests.us_china import MOVES
from tests.us_china import SCENARIO as NOW

BACK = NOW.with_past_levels()
PAIRS = pairs_of(BACK)
END = date(2025, 12, 1)
DAYS = st.dates(date(2018, 3, 2), END)


@pytest.mark.parametrize("scenario", [NOW, BACK], ids=["from 2025", "from 2018"])
@given(day=DAYS, before=DAYS)
@settings(max_examples=60)
def test_levels_are_those_of_the_postures(scenario, day, before):
    past = past_of(scenario, day)
    found = level_paths(scenario, past).before(min(day, before))
    postures = past.postures(before=min(day, before))
    assert found.tolist() == [scenario.instruments[n].position(c, postures[c][n]) for c, n in PAIRS]


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
