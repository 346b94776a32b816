"""The whole game by its rules, in every scenario; what the machine found; and that it can find something."""

import os

import pytest
from hypothesis import Phase, given, settings
from hypothesis.stateful import run_state_machine_as_test

import negotiation.disputes.state as state_module
import negotiation.testing.machine as machine
from negotiation.disputes import apply_move, legality, load_scenario, scenario_names
from negotiation.disputes.rules import lawful_postures
from negotiation.errors import BrokenContract
from negotiation.testing import GameMachine
from negotiation.testing import strategies as ngst
from tests.us_china import SCENARIO

EXAMPLES = {"thorough": 150, "nightly": 1500}.get(os.environ.get("HYPOTHESIS_PROFILE", "fast"), 12)
COURSES = settings(max_examples=EXAMPLES, stateful_step_count=25, deadline=None)
# Longer courses: what Hypothesis draws depends on which modules are loaded, so that a bug which 25 steps find
# with nine chances in ten would be missed in some order of the tests.
FEW = settings(
    COURSES,
    max_examples=150,
    stateful_step_count=50,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
)


@pytest.mark.long
@pytest.mark.parametrize("name", scenario_names())
def test_the_rules_hold_after_every_step(name):
    GameMachine.for_scenario(load_scenario(name), COURSES)("runTest").runTest()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_the_rules_hold_at_other_parameters(seed):
    short = settings(max_examples=3, stateful_step_count=20, deadline=None, derandomize=True, database=None)
    GameMachine.for_scenario(SCENARIO.draw(seed), short)("runTest").runTest()


# --- it can find something ----------------------------------------------------------------------------------


def found_by(monkeypatch, where, name, faulty):
    monkeypatch.setattr(where, name, faulty)
    with pytest.raises(BrokenContract) as caught:
        run_state_machine_as_test(GameMachine, settings=FEW)
    return str(caught.value)


def test_a_move_that_changes_too_much_would_be_found(monkeypatch):
    def faulty(scenario, postures, move, state=None):
        after = apply_move(scenario, postures, move, state)
        other = scenario.other(move.country)
        return after.after(other, {"tariff": "peak"})

    message = found_by(monkeypatch, machine, "apply_move", faulty)
    assert "changes what it names and nothing else" in message


def test_an_illegal_move_that_is_made_would_be_found(monkeypatch):
    def faulty(scenario, postures, move, state=None):
        if not legality(scenario, postures, move, state).legal and move.country in postures:
            return postures
        return apply_move(scenario, postures, move, state)

    # By either of two rules, whichever comes first.
    assert "illegal" in found_by(monkeypatch, machine, "apply_move", faulty)


@pytest.mark.long
def test_a_level_that_outlives_its_law_would_be_found(monkeypatch):
    message = found_by(monkeypatch, machine, "lawful_postures", lambda *given: given[1])
    assert "a level falls only with its law" in message


@pytest.mark.long
def test_a_transition_row_that_does_not_sum_to_1_would_be_found(monkeypatch):
    monkeypatch.setattr(state_module, "_stocks", lambda step, *_: {step: 0.9})
    with pytest.raises(BrokenContract, match="transition rows sum to 1"):
        run_state_machine_as_test(GameMachine, settings=FEW)


# --- levels whose law is lost -------------------------------------------------------------------------------


@given(ngst.postures(), ngst.states())
def test_the_law_takes_no_more_than_it_must(postures, state):
    after = lawful_postures(SCENARIO, postures, state)
    for country in SCENARIO.countries:
        for name in SCENARIO.held(country):
            instrument = SCENARIO.instruments[name]
            was, now = (instrument.position(country, levels[country][name]) for levels in (postures, after))
            exist = {level.label for level in SCENARIO.levels(country, name, state)}
            labels = instrument.labels(country)
            assert labels[now] in exist
            assert now <= was
            assert not exist & set(labels[now + 1 : was + 1])
    if state.authority == 1:
        assert after == postures
