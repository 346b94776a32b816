"""What counts as an answer: the other side's last move in the leg, within a fortnight."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from negotiation.truces.prediction.rates import ANSWER
from negotiation.truces.prediction.rates import provoked as last_of_the_other
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, pairs_of
from negotiation.truces.record.past import past_of
from negotiation.world import load_scenario

SCENARIO = load_scenario("us-china-2025")
PAIRS = pairs_of(SCENARIO)
WEEK = date(2025, 9, 1)
PAST = past_of(SCENARIO, WEEK)
STEP = next(step for step in PAST.steps if step.move.instrument == "tariff" and step.move.status == "applied")


def provoked(*steps):
    """Return by pair what it answers to, where it is anything."""
    found = last_of_the_other(SCENARIO, replace(PAST, steps=steps), WEEK)
    return {pair: outcome for pair, outcome in zip(PAIRS, found, strict=True) if outcome != NONE}


def step(day, direction="escalate", **changes):
    return replace(STEP, day=day, move=STEP.move.model_copy(update={"direction": direction, **changes}))


@pytest.mark.parametrize(
    ("before", "answered"),
    [(ANSWER + timedelta(1), False), (ANSWER, True), (timedelta(1), True), (timedelta(0), False)],
)
def test_a_move_is_answered_for_fourteen_days(before, answered):
    assert bool(provoked(step(WEEK - before))) is answered


@pytest.mark.parametrize("actor", SCENARIO.countries)
def test_the_other_side_answers_in_the_same_leg_and_the_mover_does_not(actor):
    other = SCENARIO.other(actor)
    tariffs = {pair for pair in PAIRS if pair[0] == other and SCENARIO.instruments[pair[1]].leg == "tariff"}
    assert tariffs
    assert provoked(step(WEEK - timedelta(3), actor=actor)) == dict.fromkeys(tariffs, UP)


def test_the_last_move_counts_and_threats_and_holds_do_not():
    days = [WEEK - timedelta(k) for k in (9, 6, 3)]
    last = provoked(step(days[0]), step(days[1], "de-escalate"), step(days[2], "hold"))
    assert set(last.values()) == {DOWN}
    assert provoked(step(days[0], status="threatened")) == {}
