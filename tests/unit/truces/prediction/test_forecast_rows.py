"""Forecasts by hand: months and weeks after a day, bands over draws, renewal under a breach, scores."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidDate
from negotiation.truces.prediction import forecast as played
from negotiation.truces.prediction.agreement_in_force import AgreementInForce
from negotiation.truces.prediction.mechanisms import mechanism_names, rules_of
from negotiation.truces.prediction.model import MechanismModel
from negotiation.truces.prediction.months import month_labels, weeks_until
from negotiation.truces.prediction.weeks import first_week, pairs_of
from negotiation.truces.record.past import past_of

SCENARIO = ng.load_scenario("us-china-2025")
PAIRS = pairs_of(SCENARIO)
BUSAN = ng.truce("2025-10-busan")


@pytest.mark.parametrize(
    ("day", "labels"),
    [
        (date(2025, 11, 30), ("2025-12", "2026-01")),
        (date(2025, 11, 1), ("2025-12", "2026-01")),
        (date(2025, 12, 31), ("2026-01", "2026-02")),
        (date(2025, 10, 31), ("2025-11", "2025-12")),
    ],
)
def test_months_are_the_whole_ones_after_the_day(day, labels):
    assert month_labels(day, 2) == labels
    assert month_labels(day, 1) == labels[:1]


def test_weeks_begin_on_the_monday_after_the_day_and_end_with_the_last_months_thursdays():
    for day in (date(2025, 11, 24), date(2025, 11, 27), date(2025, 11, 30)):  # Monday, Thursday, Sunday
        found = weeks_until(day, "2025-12")
        # The Thursday of the week from 29 December is on 1 January.
        assert found == [date(2025, 12, d) for d in (1, 8, 15, 22)]
    assert weeks_until(date(2025, 12, 1), "2025-12")[0] == date(2025, 12, 8)


@pytest.mark.parametrize(("days", "refused"), [(-1, True), (0, False)])
def test_a_forecast_is_made_from_the_signing_to_the_end_of_the_record(days, refused):
    end = date(2025, 11, 30)
    for day in (BUSAN.signed + timedelta(days), end - timedelta(days)):
        if refused:
            with pytest.raises(InvalidDate):
                played._check(BUSAN, end, day, 1, 1, 0)
        else:
            played._check(BUSAN, end, day, 1, 1, 0)


def test_what_was_announced_on_the_day_is_seen(monkeypatch):
    seen = []

    def stay(model, scenario, past, state, rate):
        seen.append(past)
        return np.tile([0.0, 0.0, 1.0], (len(PAIRS), 1))

    monkeypatch.setattr(MechanismModel, "chances", stay)
    day = date(2025, 11, 9)
    ng.forecast(BUSAN, day, 1, on=["coverage"], paths=1, draws=0)
    assert max(step.day for step in seen[0].steps) == day
    assert [past.as_of for past in seen] == weeks_until(day, "2025-12")


@pytest.mark.parametrize("on", [["coverage"], ["coverage", "depletion"]])
def test_the_state_moves_only_where_depletion_is_on(monkeypatch, on):
    seen = []

    def stay(model, scenario, past, state, rate):
        seen.append(state)
        return np.tile([0.0, 0.0, 1.0], (len(PAIRS), 1))

    monkeypatch.setattr(MechanismModel, "chances", stay)
    ng.forecast(BUSAN, months=1, on=on, paths=1, draws=0)
    still = set(seen) == {SCENARIO.default_state}
    assert still is (on == ["coverage"])


def test_before_a_week_is_over_all_mechanisms_are_on(monkeypatch):
    first = first_week(SCENARIO)
    monkeypatch.setattr(played, "prequential", lambda *_, cells, **__: cells)
    monkeypatch.setattr(played, "best_of", lambda cells: ("scored", len(cells.weeks)))
    assert played.best_before(SCENARIO, first + timedelta(6)) == mechanism_names()
    assert played.best_before(SCENARIO, first + timedelta(7)) == ("scored", 1)
    assert played.best_before(SCENARIO, first + timedelta(13)) == ("scored", 2)


def test_bands_are_quantiles_over_all_rounds_and_hold_the_central_chance():
    rounds = []
    for k in range(21):  # the central one gives 0.9, twenty draws 0.00, 0.01, ... 0.19
        chances = np.full((1, len(PAIRS), 2), 0.9 if k == 0 else (k - 1) / 100)
        rounds.append(played._Round(chances, {"tariff": 0.5 if k == 0 else k / 100}))
    rows = played._rows(SCENARIO, BUSAN, date(2025, 11, 30), 1, rounds)
    move, renewal = rows[0], rows[-1]
    # Of 21 numbers in order the 5 and the 95 percent quantile are the second and the last but one.
    assert (move.probability, move.low, move.high) == pytest.approx((0.9, 0.01, 0.9))
    assert (renewal.probability, renewal.low, renewal.high) == pytest.approx((0.5, 0.02, 0.5))
    assert (renewal.actor, renewal.instrument, renewal.direction) == ("both", "tariff", "renewed")
    end = BUSAN.in_force + timedelta(BUSAN.clock_days)
    assert renewal.month == f"{end:%Y-%m}"
    assert [(r.actor, r.instrument, r.direction) for r in rows[:4]] == [
        (*PAIRS[0], "up"), (*PAIRS[0], "down"), (*PAIRS[1], "up"), (*PAIRS[1], "down"),
    ]  # fmt: skip


def test_up_and_down_keep_their_columns():
    chances = np.zeros((2, len(PAIRS), 2))
    chances[1, 3, 1] = 0.7
    rows = played._rows(SCENARIO, BUSAN, date(2025, 11, 30), 2, [played._Round(chances, {})])
    (only,) = [row for row in rows if row.probability]
    assert (only.month, only.actor, only.instrument, only.direction) == ("2026-01", *PAIRS[3], "down")


def test_a_leg_is_renewed_where_neither_side_sees_a_breach_in_it(monkeypatch):
    breaches = {"USA": {"tariff": 0.5}, "CHN": {"tariff": 0.2, "control": 0.25}}
    asked = []

    def stands(scenario, past, rules, side):
        asked.append(rules)
        return AgreementInForce((BUSAN,), {}, 1.0, breaches[side])

    monkeypatch.setattr(played, "agreement_in_force", stands)
    end = BUSAN.in_force + timedelta(BUSAN.clock_days)
    past = replace(past_of(SCENARIO, date(2025, 12, 1)), as_of=end)
    renewed = {"tariff": [], "control": [], "other": []}
    world = SCENARIO.with_parameters({"state.renewal_probability": 0.8})
    rng = np.random.default_rng(0)
    after = [played._renewal(world, MechanismModel([]), BUSAN, past, renewed, rng) for _ in range(400)]
    assert {leg: chances[0] for leg, chances in renewed.items()} == pytest.approx(
        {"tariff": 0.8 * 0.5 * 0.8, "control": 0.8 * 0.75, "other": 0.8}
    )
    share = sum(len(one.agreements) > len(past.agreements) for one in after) / 400
    assert share == pytest.approx(0.8 * 0.4 * 0.75, abs=0.09)  # four standard errors
    assert {rules.contract for rules in asked} == {True}  # who broke it is asked under any mechanisms
    assert rules_of([]).contract is False
