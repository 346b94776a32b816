"""Rates of the baselines by hand: counts, priors, places of a level, and what cannot come."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.disputes.dates import RecordDate
from negotiation.truces.prediction.rates import (
    ANSWER,
    earlier_cells,
    hazard_rates,
    last_in_leg,
    possible,
    provoked,
)
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, cells_of, first_week, pairs_of
from negotiation.truces.record.past import past_of
from tests.small_dispute import row as line
from tests.small_dispute import write
from tests.us_china import MOVES, SCENARIO

PAIRS = pairs_of(SCENARIO)
DAY = date(2025, 9, 1)
CALM = SCENARIO.calm()


def test_from_the_calmest_level_nothing_comes_down_and_the_chance_is_that_of_no_move():
    given = np.tile([0.2, 0.3, 0.5], (len(PAIRS), 1))
    postures = CALM.after("USA", {"tariff": SCENARIO.instruments["tariff"].labels("USA")[1]})
    found = possible(SCENARIO, postures, given)
    for pair, row in zip(PAIRS, found, strict=True):
        if pair == ("USA", "tariff"):
            assert row == pytest.approx([0.2, 0.3, 0.5])
        else:
            assert row == pytest.approx([0.2, 0.0, 0.8])
    assert given[0].tolist() == [0.2, 0.3, 0.5]  # what was given is left as it was


@pytest.mark.parametrize(("days", "weeks"), [(6, None), (7, 1), (13, 1), (14, 2)])
def test_earlier_weeks_are_those_that_are_over(days, weeks):
    first = first_week(SCENARIO)
    found = earlier_cells(SCENARIO, past_of(SCENARIO, first + timedelta(days)))
    assert (None if found is None else len(found.weeks)) == weeks


@pytest.mark.parametrize(
    "day", [date(2018, 4, 2), date(2018, 4, 8), date(2018, 4, 9), date(2019, 6, 3), date(2025, 1, 6)]
)
def test_before_the_first_week_the_prior_is_of_the_weeks_that_are_over_by_then(day):
    """From Monday 2 April 2018 on, the first after the month of the record's first row."""
    rates = hazard_rates(SCENARIO, past_of(SCENARIO, day))
    weeks = (day - date(2018, 4, 2)).days // 7
    if not weeks:
        assert rates == pytest.approx([1 / 3] * 3)
        return
    seen = cells_of(SCENARIO, date(2018, 4, 2), day - timedelta(1), MOVES).outcomes
    assert len(seen) == weeks
    assert rates == pytest.approx([((seen == k).sum() + 0.5) / (seen.size + 1.5) for k in (UP, DOWN, NONE)])


def test_only_what_was_public_before_the_day_is_in_earlier_cells():
    row = next(m for m in MOVES if m.instrument == "visa" and m.status == "applied")
    day = RecordDate.parse("2025-09-01")
    later = row.model_copy(update={"announced": day, "direction": "escalate", "level": None})
    before, after = (past_of(SCENARIO, DAY + timedelta(k), [later]) for k in (0, 7))
    assert earlier_cells(SCENARIO, before).moved == 0
    assert earlier_cells(SCENARIO, after).moved == 1
    assert hazard_rates(SCENARIO, before)[UP] < hazard_rates(SCENARIO, after)[UP]


def test_a_last_move_is_that_of_the_country_in_the_leg_before_the_day_and_no_longer_ago():
    def at(direction, day, **changes):
        row = next(m for m in MOVES if m.instrument == "tariff" and m.status == "applied")
        given = {"announced": RecordDate.parse(day), "direction": direction, "level": None, "value": None}
        return row.model_copy(update={**given, "actor": "USA", **changes})

    past = past_of(SCENARIO, DAY, [
        at("escalate", "2025-08-01"), at("de-escalate", "2025-08-10"),
        at("escalate", "2025-08-12", actor="CHN"), at("escalate", "2025-08-15", instrument="visa"),
        at("hold", "2025-08-20"),
        at("escalate", "2025-08-21", status="threatened"),
    ])  # fmt: skip

    def last(whose, day, days=30):
        return last_in_leg(SCENARIO, past, whose, date(2025, 8, day), timedelta(days))

    usa, chn = ("USA", "tariff"), ("CHN", "tariff")
    assert [last(usa, day) for day in (1, 2, 10, 11, 31)] == [NONE, UP, UP, DOWN, DOWN]
    assert [last(chn, day) for day in (12, 13, 31)] == [NONE, UP, UP]
    assert last(("USA", "other"), 31) == UP
    assert last(("USA", "control"), 31) == last(("CHN", "other"), 31) == NONE
    assert [last(usa, 20, days) for days in (9, 10, 11)] == [NONE, DOWN, DOWN]


def small(where, *table):
    """Return the small dispute with a record of its own; its first week begins on 1 January 2024."""
    return load_scenario(write(where, table=table))


def all_up(day, first=1):
    """Return rows in which each side raises all that it has."""
    held = (("AAA", "tariff", "high"), ("BBB", "tariff", "high"), ("BBB", "export_stop", "stopped"))
    return [line(f"E{first + k:03d}", day, *own) for k, own in enumerate(held)]


def test_without_any_row_all_directions_are_alike_before_the_weeks_are_counted(tmp_path):
    world = small(tmp_path)
    # Of twenty-two quiet weeks, and one of a third each.
    found = hazard_rates(world, past_of(world, date(2024, 6, 3)))
    assert found == pytest.approx([1 / 69, 1 / 69, 67 / 69])
    assert hazard_rates(world, past_of(world, date(2024, 1, 1))) == pytest.approx([1 / 3] * 3)


def test_a_week_in_which_everybody_moves_is_a_week_too(tmp_path):
    world = small(tmp_path / "a", *all_up("2024-01-04"))
    assert len(pairs_of(world)) == 3
    # Three cells up, and three of a third each.
    assert hazard_rates(world, past_of(world, date(2024, 1, 8))) == pytest.approx([4 / 6, 1 / 6, 1 / 6])
    # The prior is of Monday 5 June on, the first after the month of the record's first row.
    world = small(
        tmp_path / "b", line("E001", "2023-05-10", "AAA", "tariff", "high"), *all_up("2023-06-07", 2)
    )
    assert hazard_rates(world, past_of(world, date(2023, 6, 12))) == pytest.approx([7 / 9, 1 / 9, 1 / 9])
    assert hazard_rates(world, past_of(world, date(2023, 6, 19))) == pytest.approx([7 / 15, 1 / 15, 7 / 15])


def test_what_is_made_of_a_past_is_made_for_each_dispute():
    back, past = SCENARIO.with_past_levels(), past_of(SCENARIO, DAY)
    rates, cells = hazard_rates(SCENARIO, past), earlier_cells(SCENARIO, past)
    # With past levels the weeks are counted from March 2018 on.
    assert hazard_rates(back, past) == pytest.approx(hazard_rates(back, past_of(SCENARIO, DAY)))
    assert hazard_rates(back, past)[NONE] > rates[NONE] + 0.01
    since = date(2025, 6, 2)
    assert earlier_cells(back, past, since) is not earlier_cells(SCENARIO, past, since)
    assert (earlier_cells(back, past).weeks[0], cells.weeks[0]) == (date(2018, 3, 5), date(2025, 1, 6))
    assert earlier_cells(SCENARIO, past) is cells


def test_moves_by_leg_are_of_the_dispute_that_is_asked(tmp_path):
    one = small(tmp_path / "a", line("E001", "2024-01-04", "AAA", "tariff", "high"))
    folder = write(
        tmp_path / "b", ("instruments/tariff.toml", 'leg = "tariff"', 'leg = "other"'),
        table=[line("E001", "2024-01-04", "AAA", "tariff", "high")],
    )  # fmt: skip
    other, past = load_scenario(folder), past_of(one, date(2024, 1, 8))
    for world, leg in ((one, "tariff"), (other, "other")):
        asked = {
            x: last_in_leg(world, past, ("AAA", x), date(2024, 1, 8), ANSWER) for x in ("tariff", "other")
        }
        assert asked == {"tariff": NONE, "other": NONE, leg: UP}


PAST = past_of(SCENARIO, DAY)
STEP = next(step for step in PAST.steps if step.move.instrument == "tariff" and step.move.status == "applied")


def answers(*steps):
    """Return by pair what it answers to, where it is anything."""
    found = provoked(SCENARIO, replace(PAST, steps=steps), DAY)
    return {pair: outcome for pair, outcome in zip(PAIRS, found, strict=True) if outcome != NONE}


def step(day, direction="escalate", **changes):
    return replace(STEP, day=day, move=STEP.move.model_copy(update={"direction": direction, **changes}))


@pytest.mark.parametrize("actor", SCENARIO.countries)
def test_the_other_side_answers_in_the_same_leg_and_the_mover_does_not(actor):
    other = SCENARIO.other(actor)
    tariffs = {pair for pair in PAIRS if pair[0] == other and SCENARIO.instruments[pair[1]].leg == "tariff"}
    assert tariffs
    assert answers(step(DAY - timedelta(3), actor=actor)) == dict.fromkeys(tariffs, UP)
