"""Invariants of Markov perfect equilibria, of their check, and of automata with state."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import negotiation as ng
from negotiation.game_theory.checks.markov_strategies import verify_best_replies
from negotiation.game_theory.games import SparseTransitions, StochasticGame
from negotiation.strategies import MarkovStrategy, StateAutomaton
from negotiation.testing import strategies as ngst

DELTAS = st.sampled_from([Fraction(1, 2), Fraction(9, 10), Fraction(1, 7)])


def stochastic_games(players=(1, 2), actions=(1, 3), states=(1, 3)):
    """Return the strategy for small games whose action sets differ between states."""
    return ngst.stochastic_games(
        players=players, actions=actions, states=states, bound=4, same_actions=False, factors=DELTAS
    )


ANY_GAME = st.one_of(stochastic_games(), stochastic_games(players=3, actions=(1, 2)))


def bellman(game, strategy, values):
    """Return the value equation's largest error, in plain loops over profiles."""
    worst = 0
    mixed = strategy.mixed_actions(game)
    for s, (state, stage) in enumerate(zip(game.states, game.stages, strict=True)):
        for i, delta in enumerate(game.exact_discount_factors):
            total = Fraction(0)
            for index in np.ndindex(stage.n_actions):
                chance = np.prod([Fraction(mixed[s][j][a]) for j, a in enumerate(index)])
                later = sum(
                    p * values[game.state_index(after), i]
                    for after, p in game.next_states(state, stage.labels(index)).items()
                )
                total += chance * ((1 - delta) * stage.exact_payoffs()[(*index, i)] + delta * later)
            worst = max(worst, abs(total - values[s, i]))
    return worst


@pytest.mark.long
@given(st.data())
def test_exact_values_solve_the_bellman_equation_and_floats_agree(data):
    game = data.draw(ANY_GAME)
    strategy = data.draw(ngst.markov_strategies(game=game))
    exact = verify_best_replies(game, strategy, exact=True)
    assert bellman(game, strategy, exact.values) == 0
    floats = verify_best_replies(game, strategy)
    assert np.abs(floats.values - exact.values.astype(float)).max() < 1e-11
    assert np.abs(floats.best_replies - exact.best_replies.astype(float)).max() < 1e-11
    assert exact.regret >= 0
    # The best one-step gain bounds the gain of any deviation, and is one.
    deltas = game.exact_discount_factors
    assert exact.residual / 1 <= exact.regret <= exact.residual / (1 - max(deltas))


@pytest.mark.long
@given(st.data())
def test_the_verdict_holds_exactly_where_no_best_reply_gains(data):
    game = data.draw(ANY_GAME)
    strategy = data.draw(ngst.markov_strategies(game=game))
    verdict = ng.verify(game, strategy, exact=True)
    assert verdict.holds == (verify_best_replies(game, strategy, exact=True).regret == 0)
    assert verdict.holds == ng.verify(game, strategy).holds
    if not verdict.holds:
        deviation = verdict.deviation
        changed = dict(strategy.play)
        profile = list(changed[deviation.state])
        profile[game.players.index(deviation.player)] = deviation.action
        changed[deviation.state] = tuple(profile)
        better = ng.value(game, changed)[deviation.state, deviation.player]
        assert better > ng.value(game, strategy)[deviation.state, deviation.player]


@pytest.mark.long
@settings(max_examples=25)
@given(ANY_GAME)
def test_every_equilibrium_found_is_certified_and_pure_ones_are_complete(game):
    found = ng.markov_perfect_equilibria(game, starts=3)
    assert found.status in ("complete", "partial")
    assert len(found) >= 1 or found.status != "complete"
    span = max(float(np.ptp(game.flat_payoffs())), 1e-300)
    for equilibrium in found:
        verdict = ng.verify(game, equilibrium.strategy)
        assert verdict.holds
        assert verdict.concept == "Markov perfect equilibrium"
        assert equilibrium.regret <= 1e-10 * span
    if not found.pure_complete:
        assert "pure ones kept" in found.reason


@pytest.mark.long
@settings(max_examples=30)
@given(stochastic_games(players=(1, 3), actions=(1, 2), states=(1, 2)))
def test_all_pure_equilibria_are_found_and_no_others(game):
    found = {e.strategy for e in ng.markov_perfect_equilibria(game, method="pure")}
    profiles = [list(np.ndindex(stage.n_actions)) for stage in game.stages]
    for chosen in product(*profiles):
        play = MarkovStrategy(
            {
                state: stage.labels(index)
                for state, stage, index in zip(game.states, game.stages, chosen, strict=True)
            }
        )
        assert ng.verify(game, play, exact=True).holds == (play in found)


@settings(max_examples=20)
@given(st.data())
def test_relabelling_states_permutes_what_is_found(data):
    game = data.draw(stochastic_games(players=2))
    order = data.draw(st.permutations(range(game.n_states)))
    rows, place = [], {old: new for new, old in enumerate(order)}
    for old in order:
        for row in range(game.offsets[old], game.offsets[old + 1]):
            after, chances = game.transitions.row(row)
            rows.append({place[t]: p for t, p in zip(after.tolist(), chances.tolist(), strict=True)})
    other = StochasticGame.from_stages(
        {game.states[old]: game.stages[old] for old in order},
        SparseTransitions(rows, game.n_states),
        game.discount_factor,
    )
    assert {e.strategy for e in ng.markov_perfect_equilibria(game, method="pure")} == {
        e.strategy for e in ng.markov_perfect_equilibria(other, method="pure")
    }
    one, two = (ng.markov_perfect_equilibria(g, starts=1, method="logit") for g in (game, other))
    if len(one) == len(two) == 1:
        pairs = [
            (np.asarray(mine), np.asarray(theirs))
            for state in game.states
            for mine, theirs in zip(one[0].strategy[state], two[0].strategy[state], strict=True)
            if not isinstance(mine, str) and not isinstance(theirs, str)
        ]
        away = max((float(np.abs(mine - theirs).max()) for mine, theirs in pairs), default=0.0)
        # In a continuum of equilibria the end is where the path was left: then what lies between is one too.
        assert away < 1e-6 or (away < 1e-3 and ng.verify(game, between(one[0], two[0])).holds)


def between(one, two):
    """Return the Markov strategy half-way between two mixed ones."""
    halves = {}
    for state, plays in one.strategy.items():
        others = two.strategy[state]
        halves[state] = tuple(
            a if isinstance(a, str) else (np.asarray(a) + np.asarray(b)) / 2
            for a, b in zip(plays, others, strict=True)
        )
    return MarkovStrategy(halves)


@pytest.mark.long
@pytest.mark.parametrize("delta", [0.3, 0.95])
@given(data=st.data())
def test_with_one_state_a_stage_equilibrium_is_markov_perfect_and_the_reverse(delta, data, any_stage):
    stage = data.draw(any_stage)
    game = StochasticGame.from_stages({"s": stage}, np.ones((1, *stage.n_actions, 1)), delta)
    mixed = data.draw(ngst.markov_strategies(game=game))["s"]
    vectors = [
        np.eye(n)[stage.action_index(i, c)] if isinstance(c, str) else np.asarray(c, dtype=float)
        for i, (c, n) in enumerate(zip(mixed, stage.n_actions, strict=True))
    ]
    assert ng.verify(game, {"s": mixed}).holds == ng.verify(stage, vectors).holds


@pytest.mark.long
@given(data=st.data())
def test_with_one_state_automata_are_judged_as_in_the_repeated_game(data, any_play, any_discount_factor):
    stage, automaton = data.draw(any_play)
    delta = data.draw(any_discount_factor)
    game = StochasticGame.from_stages({"s": stage}, np.ones((1, *stage.n_actions, 1), dtype=int), delta)
    lifted = StateAutomaton(
        automaton.states,
        automaton.initial,
        {(state, "s"): profile for state, profile in automaton.actions.items()},
        {
            state: {("s", key) if isinstance(key, tuple) else key: target for key, target in row.items()}
            for state, row in automaton.transitions.items()
        },
    )
    repeated = ng.RepeatedGame(stage, delta)
    for exact in (False, True):
        mine, theirs = ng.verify(game, lifted, exact=exact), ng.verify(repeated, automaton, exact=exact)
        assert (mine.holds, mine.concept) == (theirs.holds, theirs.concept)
        assert mine.margin == (theirs.margin if exact else pytest.approx(theirs.margin, abs=1e-12))
    assert ng.value(game, lifted).payoffs[0] == pytest.approx(ng.value(repeated, automaton).payoffs)


@settings(max_examples=25)
@given(st.data())
def test_a_pure_markov_strategy_and_its_automaton_are_judged_alike(data):
    game = data.draw(ANY_GAME)
    play = {
        state: tuple(data.draw(st.sampled_from(labels)) for labels in stage.actions)
        for state, stage in zip(game.states, game.stages, strict=True)
    }
    strategy = MarkovStrategy(play)
    automaton = StateAutomaton.from_markov(game, strategy)
    one, two = (ng.verify(game, candidate, exact=True) for candidate in (strategy, automaton))
    assert (one.holds, one.margin) == (two.holds, two.margin)
    assert ng.value(game, strategy).payoffs == pytest.approx(ng.value(game, automaton).payoffs)
