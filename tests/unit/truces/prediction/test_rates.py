"""Rates of the baselines by hand: counts, priors, places of a level, and what cannot come."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from negotiation.disputes.dates import RecordDate
from negotiation.truces.prediction.rates import (
    hazard_rates,
    last_in_leg,
    provoked,
)
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, cells_of, pairs_of
from negotiation.truces.record.past import past_of
from tests.us_china import MOVES, SCENARIO

PAIRS = pairs_of(SCENARIO)
DAY = date(2025, 9, 1)


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
