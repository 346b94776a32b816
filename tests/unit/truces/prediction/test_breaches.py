"""Who is taken to have broken an agreement, and from which day to which: by hand for Geneva and Busan.

Geneva was signed on 12 May and in force on 14 May 2025. What is above a ceiling is overdue when the 14 days
in which a side reacts are over, after 28 May; an answer lasts one period, here 30 days.
"""

from dataclasses import replace
from datetime import date

import pytest

import negotiation as ng
from negotiation.truces.compiling.clause_noise import level_noise
from negotiation.truces.prediction.agreement_in_force import agreement_in_force
from negotiation.truces.prediction.mechanisms import rules_of
from negotiation.truces.record.past import Step, past_of
from tests.us_china import MOVES

SCENARIO = ng.load_scenario("us-china-2025").with_parameters({"reaction_lag_days": 30.0})
GENEVA, BUSAN = ng.truce("2025-05-geneva"), ng.truce("2025-10-busan")
SEEN = ["patience", "coverage"]
TEMPLATE = next(move for move in MOVES if move.actor == "CHN" and move.instrument == "tariff")


def step(day, instrument="tariff", level="geneva", **changes):
    """Return a step up of China's, within a level if its level is that of the ceiling."""
    given = {
        "instrument": instrument,
        "direction": "escalate",
        "status": "applied",
        "level": level,
        **changes,
    }
    return Step(TEMPLATE.model_copy(update=given), day, level)


def breaches(as_of, steps=(), tariff="geneva", on=SEEN, agreement=GENEVA, side="USA"):
    """Return the chance, by leg, that a side takes the other to be in breach on a day."""
    past = past_of(SCENARIO, as_of, agreements=(agreement,))
    opening = past.postures().after("CHN", {"tariff": tariff})
    found = agreement_in_force(SCENARIO, replace(past, opening=opening, steps=steps), rules_of(on), side)
    return found.breaches


@pytest.mark.parametrize(
    ("as_of", "broken"),
    [(date(2025, 5, 28), 0), (date(2025, 5, 29), 1), (date(2025, 6, 27), 1), (date(2025, 6, 28), 0)],
)
def test_what_is_above_its_ceiling_is_overdue_after_the_window_and_answered_for_a_period(as_of, broken):
    assert breaches(as_of, tariff="peak")["tariff"] == broken
    assert breaches(as_of, tariff="geneva")["tariff"] == 0
    assert breaches(as_of, tariff="january")["tariff"] == 0


@pytest.mark.parametrize(
    ("moved", "as_of", "broken"),
    [
        (date(2025, 5, 12), date(2025, 5, 13), 0),  # on the day of the signing
        (date(2025, 5, 13), date(2025, 5, 14), 1),
        (date(2025, 5, 20), date(2025, 6, 18), 1),
        (date(2025, 5, 20), date(2025, 6, 19), 0),  # 30 days on
    ],
)
def test_a_step_up_after_the_signing_is_a_breach_for_a_period(moved, as_of, broken):
    assert breaches(as_of, (step(moved),))["tariff"] == broken


@pytest.mark.parametrize(
    ("opening", "levels", "broken"),
    [
        ("january", ["geneva"], 0),  # a rise to the ceiling is within the terms
        ("january", ["geneva", "geneva"], 1),  # and one more, within the level, is not
        ("january", ["peak"], 1),
        ("geneva", [None], 1),  # a row that maps to no level stays within the one in force
        ("january", [None], 0),
    ],
)
def test_a_ceiling_binds_what_is_above_it(opening, levels, broken):
    steps = tuple(step(date(2025, 5, 13), level=level) for level in levels)
    assert breaches(date(2025, 5, 20), steps, tariff=opening)["tariff"] == broken


@pytest.mark.parametrize(
    "other", [{"direction": "de-escalate"}, {"status": "threatened"}, {"actor": "USA"}], ids=str
)
def test_a_step_down_a_threat_and_a_step_of_ones_own_are_no_breach(other):
    assert breaches(date(2025, 5, 21), (step(date(2025, 5, 20)),))["tariff"] == 1
    assert breaches(date(2025, 5, 21), (step(date(2025, 5, 20), **other),))["tariff"] == 0


def test_under_noise_a_breach_is_seen_at_the_chance_of_detection_and_none_at_that_of_a_false_alarm():
    noise = level_noise([GENEVA], SCENARIO, "CHN", "tariff", "geneva")
    assert noise.false_alarm < noise.detection
    day, on = date(2025, 5, 21), [*SEEN, "noise"]
    assert breaches(day, (step(date(2025, 5, 20)),), on=on)["tariff"] == pytest.approx(noise.detection)
    assert breaches(day, on=on)["tariff"] == pytest.approx(noise.false_alarm)


def test_a_breach_is_of_the_leg_of_its_instrument_alone():
    moved = (step(date(2025, 11, 15), "minerals_ban", "licensed"),)
    found = breaches(date(2025, 11, 20), moved, agreement=BUSAN)
    assert found == {"control": 1.0, "tariff": 0.0, "other": 0.0}
    assert set(breaches(date(2025, 11, 20), moved, agreement=BUSAN, side="CHN").values()) == {0.0}


def test_a_leg_is_unbroken_where_each_of_its_terms_is():
    found = breaches(date(2025, 11, 20), on=[*SEEN, "noise"], agreement=BUSAN)["control"]
    spared = 1.0
    for (country, name), level in BUSAN.covered().items():
        if country == "CHN" and SCENARIO.instruments[name].leg == "control":
            spared *= 1 - level_noise([BUSAN], SCENARIO, country, name, level).false_alarm
    assert found == pytest.approx(1 - spared, rel=1e-12)
