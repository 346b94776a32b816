"""An agreement under one coverage: strategy, check and threshold, counted out from the payoffs."""

import math

import pytest

import negotiation as ng
from negotiation.disputes import State
from negotiation.truces.compiling.terms import postures_before
from negotiation.truces.verdicts.coverage_check import check_agreement
from tests.us_china import SCENARIO

TEXT = ng.truce("2025-06-london")


@pytest.fixture(
    scope="module", params=[None, State(curb_dependence=0, control_dependence=0)], ids=["record", "worn"]
)
def check(request):
    state = request.param or SCENARIO.default_state
    return check_agreement(SCENARIO, "as read", TEXT.covered(), postures_before(TEXT, SCENARIO), state)


def test_the_verdict_and_the_threshold_are_those_of_the_payoffs_and_the_patience_of_a_period(check):
    stage, kept, off = check.incentives.stage, check.incentives.kept, check.incentives.off
    delta = SCENARIO.discount_factor
    needed, margins = [0.0], []
    for i, actions in enumerate(stage.actions):
        stake = stage.payoff(kept)[i] - stage.payoff(off)[i]
        for action in actions:
            for state, profile in (("truce", kept), ("off", off)):
                if action == profile[i]:
                    continue
                changed = (*profile[:i], action, *profile[i + 1 :])
                gain = float(stage.payoff(changed)[i] - stage.payoff(profile)[i])
                lost = float(stake) if state == "truce" else 0.0
                margins.append(-(1 - delta) * gain + delta * lost)
                if state == "truce" and gain > 0:
                    needed.append(gain / (gain + lost) if lost > 0 else math.inf)
    assert check.verdict.holds == (min(margins) >= -1e-12)
    assert float(check.verdict.margin) == pytest.approx(min(margins), abs=1e-9)
    threshold = max(needed)
    if threshold < 1:
        assert float(check.critical.value) == pytest.approx(threshold, abs=1e-9)
    else:
        assert check.critical.value is None
