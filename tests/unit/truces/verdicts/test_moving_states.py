"""A truce whose clock and authority are states."""

import numpy as np
import pytest

from negotiation.disputes import State
from negotiation.truces.verdicts.moving_states import truce_in_states
from tests.us_china import SCENARIO

WORN = State(curb_dependence=0, control_dependence=0, stocks=0, clock=2, authority=1)


def test_a_curb_that_costs_its_user_is_no_threat_where_what_follows_is_a_stage_equilibrium():
    """However much it harms: China would not use it once the truce is over."""
    harmless, harmful = (
        truce_in_states(SCENARIO.with_parameters({"rare_earth_curb.harm": harm}), WORN) for harm in (0.1, 2.0)
    )
    assert harmless.worth() == pytest.approx(harmful.worth(), abs=1e-12)
    assert harmless.verdict.holds == harmful.verdict.holds


def test_a_control_that_pays_nothing_holds_the_truce_up():
    found = truce_in_states(SCENARIO.with_parameters({"security_weight": 0.0}), WORN)
    assert found.verdict.holds
    assert min(found.worth()) >= -1e-12


def test_the_worth_of_several_states_is_the_least_for_each_side():
    found = truce_in_states(SCENARIO, WORN)
    of_each = [margin.worth for margin in found if margin.state.authority == 1]
    assert len(of_each) > 1
    for i, least in enumerate(found.worth(authority=1)):
        assert all(least <= worth[i] for worth in of_each)
        assert any(least == worth[i] for worth in of_each)
    assert any(len({worth[i] for worth in of_each}) > 1 for i in (0, 1))


START = State(curb_dependence=0, control_dependence=1, stocks=1, clock=2, authority=1)


@pytest.fixture(scope="module")
def found():
    return truce_in_states(SCENARIO, START)


def moves(game, s, profile):
    """The distribution of the next state after a profile, shape (S,)."""
    before = sum(stage.payoffs[..., 0].size for stage in game.stages[:s])
    row = before + int(np.ravel_multi_index(profile, game.stages[s].n_actions))
    found, (following, chances) = np.zeros(len(game.states)), game.transitions.row(row)
    found[following] = np.asarray(chances, dtype=float)
    return found


def values(game, choices):
    """Average discounted values by state, shape (S, 2), of what is played in each state."""
    at = [stage.profile_index(choices[label]) for label, stage in zip(game.states, game.stages, strict=True)]
    u = np.array([stage.payoffs[index] for index, stage in zip(at, game.stages, strict=True)], dtype=float)
    after = np.array([moves(game, s, index) for s, index in enumerate(at)])
    delta = float(game.discount_factors[0])
    return np.linalg.solve(np.eye(len(u)) - delta * after, (1 - delta) * u)


def test_what_follows_is_no_best_to_leave_in_any_state(found):
    game = found.game
    over = {label: found.automaton.actions["over", label] for label in game.states}
    worth, delta = values(game, over), float(game.discount_factors[0])
    for s, (label, stage) in enumerate(zip(game.states, game.stages, strict=True)):
        index = stage.profile_index(over[label])
        for i in (0, 1):
            for a in range(stage.n_actions[i]):
                other = (*index[:i], a, *index[i + 1 :])
                value = (1 - delta) * float(stage.payoffs[other][i])
                value += delta * float(moves(game, s, other) @ worth[:, i])
                assert value <= worth[s, i] + 1e-9, (label, i)


def test_the_truce_is_worth_its_value_less_that_of_its_end_in_each_state(found):
    game = found.game
    truce, over = (
        values(game, {label: found.automaton.actions[memory, label] for label in game.states})
        for memory in ("truce", "over")
    )
    where = {label: s for s, label in enumerate(game.states)}
    assert [m.state.label for m in found] == [x for x in game.states if State.from_label(x).clock]
    for margin in found:
        s = where[margin.state.label]
        assert margin.worth == pytest.approx(tuple(truce[s] - over[s]), abs=1e-10)
        assert margin.kept == tuple(actions[0] for actions in game.stages[s].actions)
    assert any(abs(m.worth[0] - m.worth[1]) > 1e-5 for m in found)
