"""A truce over states: its worth in each state, by plain dynamic programming on the game's arrays."""

from dataclasses import replace
from inspect import signature
from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame
from negotiation.truces.verdicts import moving_states
from negotiation.truces.verdicts.moving_states import SIGNED, StateMargin, TruceInStates, truce_in_states
from negotiation.world import State

SCENARIO = ng.load_scenario("us-china-2025")
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


def test_the_day_after_a_truce_has_its_whole_term_the_law_and_no_stocks():
    assert State(curb_dependence=2, control_dependence=2, stocks=0, clock=3, authority=1) == SIGNED
    assert signature(truce_in_states).parameters["start"].default == SIGNED


def test_play_begins_where_it_is_asked_to_and_is_kept_there(found):
    assert found.game.states[0] == START.label
    assert found.automaton.initial == "truce"
    assert found.players == SCENARIO.countries
    assert found.status == "complete"


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


def test_what_follows_does_not_look_at_the_clock(found):
    for label in found.game.states:
        state = State.from_label(label)
        for clock in range(4):
            twin = State(state.curb_dependence, state.control_dependence, state.stocks, clock,
                         state.authority).label  # fmt: skip
            if twin in found.game.states:
                assert found.automaton.actions["over", twin] == found.automaton.actions["over", label]
    assert {State.from_label(label).stocks for label in found.game.states} == {0, 1, 2}


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
    assert any(abs(m.worth[0] - m.worth[1]) > 1e-4 for m in found)


def test_the_verdict_is_that_of_the_truce_in_its_game(found):
    assert float(found.verdict.margin) == pytest.approx(float(ng.verify(found.game, found.automaton).margin))


def made_up(holds=True):
    worths = {(0, 3, 1): (4.0, 1.0), (1, 3, 1): (2.0, 6.0), (1, 3, 0): (-1.0, 5.0), (0, 1, 1): (0.5, -0.25)}
    margins = [
        StateMargin(State(curb_dependence=d, clock=n, authority=law), ("x", "y"), worth)
        for (d, n, law), worth in worths.items()
    ]
    verdict = SimpleNamespace(holds=holds, margin=-0.012345)
    return TruceInStates(None, None, verdict, tuple(margins), ("AAA", "BBB"))


def test_the_least_worth_is_each_side_s_own_over_the_states_with_all_of_the_components():
    found = made_up()
    assert found.worth() == (-1.0, -0.25)
    assert found.worth(authority=1) == (0.5, -0.25)
    assert found.worth(clock=3, authority=1) == (2.0, 1.0)
    assert found.worth(curb_dependence=1, clock=3) == (-1.0, 5.0)
    with pytest.raises(InvalidGame, match="'curb_dependence': 1, 'clock': 1"):
        found.worth(curb_dependence=1, clock=1)


@pytest.mark.parametrize(("holds", "said"), [(True, "holds"), (False, "does not hold")])
def test_each_column_of_the_table_with_the_law_and_the_longest_term_first(holds, said):
    table = made_up(holds).table()
    assert table.title == (
        f"the truce over states {said} (margin -0.0123); least worth over dependence and stocks"
    )
    assert [dict(zip(table.columns, row, strict=True)) for row in table.rows] == [
        {"tariff authority": law, "thirds of the term left": clock, "worth to AAA, % GDP": first,
         "worth to BBB, % GDP": second}
        for law, clock, first, second in (
            ("in force", 3, 2.0, 1.0), ("in force", 1, 0.5, -0.25), ("lost", 3, -1.0, 5.0)
        )
    ]  # fmt: skip


def test_a_game_without_a_pure_equilibrium_to_fall_back_on_is_refused(monkeypatch):
    mixed = SimpleNamespace(strategy="no Markov strategy")
    monkeypatch.setattr(
        moving_states, "markov_perfect_equilibria", lambda *_, **__: SimpleNamespace(equilibria=(mixed,))
    )
    with pytest.raises(InvalidGame, match="nothing to fall back on"):
        moving_states._fallback(None)


def test_what_is_played_once_the_clock_is_out_is_that_of_the_same_state_whatever_its_clock(monkeypatch):
    """Each state but for its clock has something of its own to fall back on."""
    told = {}

    def fallback(game):
        for label, stage in zip(game.states, game.stages, strict=True):
            state = State.from_label(label)
            kind = state.stocks + 2 * state.control_dependence + state.authority
            told[label] = stage.labels(tuple(kind % n for n in stage.n_actions))
        return told

    monkeypatch.setattr(moving_states, "_fallback", fallback)
    found = truce_in_states(SCENARIO, START)
    assert len(set(told.values())) > 2
    for label in found.game.states:
        unclocked = replace(State.from_label(label), clock=0).label
        assert found.automaton.actions["over", label] == told[unclocked]
        kept = found.automaton.actions["truce", label]
        assert kept == (found.game.stages[found.game.states.index(label)].labels((0, 0))
                        if State.from_label(label).clock else told[unclocked])  # fmt: skip
