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


def test_grim_trigger_keeps_the_terms_and_falls_back_on_an_equilibrium_for_ever(check):
    stage, automaton = check.incentives.stage, check.automaton
    assert (automaton.states, automaton.initial) == (("truce", "off"), "truce")
    assert automaton.actions == {"truce": check.incentives.kept, "off": check.incentives.off}
    assert ng.verify(stage, check.incentives.off).holds
    for (country, name), level in TEXT.covered().items():
        assert f"{name}={level}" in check.incentives.kept[stage.player_index(country)].split()


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


def test_the_check_turns_where_the_patience_of_a_period_reaches_the_threshold():
    text = ng.truce("2025-10-busan")
    before, state = postures_before(text, SCENARIO), SCENARIO.default_state
    lag = SCENARIO.parameters["reaction_lag_days"]
    threshold = float(check_agreement(SCENARIO, "x", text.covered(), before, state).critical.value)
    assert 0.0 < threshold < 1.0
    for delta in (threshold - 1e-3, threshold + 1e-3):
        patient = SCENARIO.with_parameters({"discount_factor_annual": delta ** (365 / lag)})
        found = check_agreement(patient, "x", text.covered(), before, state)
        assert found.verdict.holds == (delta > threshold)
        assert float(found.critical.value) == pytest.approx(threshold)
