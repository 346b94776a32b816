"""What was public before a day, and which paper counts: every boundary by a day."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.record.contract import Contract, Linkage, clock_periods
from negotiation.truces.record.past import Step, past_of
from negotiation.truces.record.state_trajectory import (
    COMPONENTS,
    daily_moves,
    state_anchors,
    state_begins,
    trajectory,
)
from negotiation.world import State, load_scenario
from negotiation.world.dates import RecordDate
from negotiation.world.quantity import Quantity
from tests.us_china import MOVES

SCENARIO = load_scenario("us-china-2025")
WHOLE = SCENARIO.with_past_levels()
ROW = next(m for m in MOVES if m.actor == "USA" and m.instrument == "chip_control")
LABELS = SCENARIO.instruments["chip_control"].labels("USA")
GENEVA, LONDON, STOCKHOLM, BUSAN = (
    ng.truce(name) for name in ("2025-05-geneva", "2025-06-london", "2025-08-stockholm", "2025-10-busan")
)


def row(day, level=1, **changes):
    given = {"announced": RecordDate.parse(str(day)), "status": "applied", "level": LABELS[level]}
    return ROW.model_copy(update={**given, "value": None, "definition": None, **changes})


@pytest.mark.parametrize(
    ("announced", "first_seen"),
    [("2025-09-10", date(2025, 9, 11)), ("2025-09", date(2025, 10, 1)), ("2024-02", date(2024, 3, 1))],
)
def test_a_row_is_seen_from_the_day_after_the_last_on_which_it_can_have_been(announced, first_seen):
    rows = (row(announced),)
    assert past_of(SCENARIO, first_seen - timedelta(1), rows, ()).steps == ()
    (step,) = past_of(SCENARIO, first_seen, rows, ()).steps
    assert step.day == first_seen - timedelta(1)


def test_steps_stand_by_day_and_those_of_others_are_left_out():
    rows = (row("2025-09-10"), row("2025-09-03", 2), row("2025-09-05", actor="JPN"))
    found = past_of(SCENARIO, date(2025, 10, 1), rows, ())
    assert [step.day.day for step in found.steps] == [3, 10]
    assert found.postures()["USA"]["chip_control"] == LABELS[1]


def test_levels_before_a_day_leave_out_what_was_announced_on_it():
    rows = (row("2025-09-10", 1), row("2025-09-12", 2))
    past = past_of(SCENARIO, date(2025, 10, 1), rows, ())
    opening = past.opening["USA"]["chip_control"]
    seen = [past.postures(date(2025, 9, d))["USA"]["chip_control"] for d in (10, 11, 12, 13)]
    assert seen == [opening, LABELS[1], LABELS[1], LABELS[2]]
    assert past.postures()["USA"]["chip_control"] == LABELS[2]


def test_levels_are_moved_from_the_first_day_of_the_record_on_by_what_was_carried_out():
    past = past_of(SCENARIO, date(2025, 10, 1), (), ())
    other = next(label for label in LABELS if label != past.opening["USA"]["chip_control"])

    def level(day, **changes):
        step = Step(ROW.model_copy(update={"status": "applied", **changes}), day, other)
        return replace(past, steps=(step,)).postures()["USA"]["chip_control"]

    assert level(past.begins) == other
    assert level(past.begins - timedelta(1)) != other
    assert level(past.begins, status="threatened") != other


def test_agreements_are_known_by_day_of_signing_and_the_last_that_stands_alone_counts():
    known = (BUSAN, STOCKHOLM, LONDON, GENEVA)  # in no order
    past = past_of(SCENARIO, BUSAN.signed, (), known)
    assert [one.id for one in past.agreements] == [GENEVA.id, LONDON.id, STOCKHOLM.id]
    assert past.agreement().id == GENEVA.id
    assert [one.id for one in past.amendments(GENEVA)] == [LONDON.id, STOCKHOLM.id]
    later = past_of(SCENARIO, BUSAN.signed + timedelta(1), (), known)
    assert later.agreement().id == BUSAN.id
    assert later.amendments(BUSAN) == ()


def test_days_move_the_state_by_a_days_share_of_the_period():
    # A daily chance does not depend on how long a period of the game is.
    daily = daily_moves([SCENARIO, SCENARIO.with_parameters({"reaction_lag_days": 28.0})])
    for name in COMPONENTS:
        assert daily[name][:, 0] == pytest.approx(daily[name][:, 1], rel=1e-12)
        assert daily[name].sum(axis=-1) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("value", "unit", "lag", "periods"),
    [(90, "days", 30.0, 3), (3, "periods", 30.0, 3), (100, "days", 30.0, 3), (110, "days", 30.0, 4),
     (1, "days", 30.0, 1), (0.2, "periods", 30.0, 1)],
)  # fmt: skip
def test_an_answer_lasts_so_many_periods_and_at_least_one(value, unit, lag, periods):
    contract = Contract.model_construct(punishment=Quantity.model_construct(value=value, unit=unit))
    assert contract.punishment_periods(lag) == periods
    assert Contract().punishment_periods(lag) is None


@pytest.mark.parametrize(("days", "periods"), [(0, None), (1, 1), (14, 1), (20, 1), (22, 2), (28, 2)])
def test_a_term_has_whole_periods_and_at_least_one(days, periods):
    assert clock_periods(days, 14.0) == periods


def test_linkage_says_which_issue_answers_which():
    issues = ("tariff", "control", "other")

    def graph(kind, **answers):
        return Linkage(kind=kind, assumption=True, answers=answers or None).graph(issues)

    assert graph("none") == dict.fromkeys(issues, ())
    assert graph("all_or_nothing") == dict.fromkeys(issues, issues)
    assert graph("proportionate") == {issue: (issue,) for issue in issues}
    named = graph("within_issue", control=("tariff", "control"), tariff=("other",))
    assert named == {"tariff": ("other",), "control": ("tariff", "control"), "other": ()}
    only = Linkage(kind="all_or_nothing", assumption=True).graph(("control",))
    assert only == {"control": ("control",)}


def test_before_2025_a_past_begins_with_the_levels_of_2018():
    early = past_of(WHOLE, date(2020, 1, 1))
    assert (early.begins, early.earlier) == (date(2018, 3, 1), ())
    assert early.postures()["USA"]["tariff"] == "list_4a"
    assert early.postures(before=date(2018, 9, 1))["USA"]["tariff"] == "metals"


@pytest.mark.parametrize("day", [date(2025, 1, 21), date(2025, 6, 2), date(2025, 11, 30)])
def test_from_2025_on_a_past_is_the_same_and_knows_what_was_before(day):
    now, whole = past_of(SCENARIO, day), past_of(WHOLE, day)
    assert (whole.opening, whole.begins, whole.postures()) == (now.opening, now.begins, now.postures())
    assert whole.postures(before=date(2019, 6, 1))["USA"]["tariff"] == "list_3_raised"


def test_the_state_is_followed_from_2018_and_given_anew_in_2025():
    (first, _), (anew, there) = state_anchors(WHOLE)
    assert (first, anew) == (date(2018, 3, 1), state_begins(SCENARIO))
    path, short = trajectory(WHOLE), trajectory(SCENARIO)
    for name in COMPONENTS:
        assert path.on(first)[name][2] == path.on(anew)[name][getattr(there, name)] == 1.0
        assert np.array_equal(path.on(date(2025, 10, 1))[name], short.on(date(2025, 10, 1))[name])
    # Nothing was in use by then, so that dependence fell at the rate of itself alone, and stocks stayed full.
    eve = path.on(anew - timedelta(1))
    years = (anew - timedelta(1) - first).days / 365.0
    rate = -np.log(1 - SCENARIO.parameters["state.diversification.base"])
    assert eve["curb_dependence"][2] == pytest.approx(np.exp(-rate * years), rel=1e-9)
    assert eve["stocks"][2] == 1.0


def test_a_state_that_is_given_is_followed_alone():
    path = trajectory(WHOLE, opening=State(curb_dependence=0, control_dependence=0, stocks=0))
    assert path.on(date(2025, 6, 1))["curb_dependence"][0] == 1.0
