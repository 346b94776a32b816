"""The noise of clauses by hand, where a period is half a year and every chance is a round number."""

from dataclasses import replace

import pytest

import negotiation as ng
from negotiation.truces.compiling.clause_noise import noise_of

# Half a year of an annual chance h is 1 - sqrt(1 - h).
SCENARIO = ng.load_scenario("us-china-2025").with_parameters(
    {
        "reaction_lag_days": 182.5,
        "slip.control.fractured": 0.75,  # 1/2
        "slip.tariff.coordinated": 0.0,
        "signal.ambiguity.high": 0.36,  # 1/5
        "signal.ambiguity.low": 0.4375,  # 1/4
        "signal.miss.high": 0.25,
        "signal.miss.low": 0.5,
    }
)


@pytest.mark.parametrize(
    ("leg", "regime", "grades", "false_alarm", "detection"),
    [
        # (1/2)(3/4) + (1/2)(1/5)
        ("control", "fractured", ["high"], 0.475, 0.75),
        # (1/2)(1/2) + (1/2)(1/4)
        ("control", "fractured", ["low"], 0.375, 0.5),
        # ambiguity 1 - (4/5)(3/4) = 2/5, miss 1/8: (1/2)(7/8) + (1/2)(2/5)
        ("control", "fractured", ["high", "low"], 0.6375, 0.875),
        # ambiguity 1 - (4/5)^2 = 9/25, miss 1/16: (1/2)(15/16) + (1/2)(9/25)
        ("control", "fractured", ["high", "high"], 0.64875, 0.9375),
        # nobody slips: ambiguity alone
        ("tariff", "coordinated", ["high"], 0.2, 0.75),
        ("tariff", "coordinated", ["high", "low"], 0.4, 0.875),
    ],
)
def test_alarms_by_hand(leg, regime, grades, false_alarm, detection):
    found = noise_of(SCENARIO, leg, regime, grades)
    assert found.false_alarm == pytest.approx(false_alarm, rel=1e-12)
    assert found.detection == pytest.approx(detection, rel=1e-12)


def test_after_consultation_a_clause_is_misread_as_what_can_be_checked_one_grade_better():
    talked, plain = (
        noise_of(SCENARIO, "control", "fractured", ["low"], consultation=c) for c in (True, False)
    )
    better = noise_of(SCENARIO, "control", "fractured", ["medium"])
    assert talked == replace(plain, ambiguity=better.ambiguity)
    assert better.ambiguity < plain.ambiguity
