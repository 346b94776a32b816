"""Automata on a repeated game, keyed by profiles or by a public signal, beside all plans and plain loops."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import PublicSignal, RepeatedGame
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import OTHERWISE, Automaton
from negotiation.testing import strategies as ngst

GRID = [Fraction(k, 24) for k in range(1, 24)]
STEP = Fraction(1, 2**40)


@st.composite
def plays(draw, signalled=False):
    """Draw a stage game, a public signal on it, or perhaps none, and an automaton that fits."""
    stage = draw(ngst.stage_games(players=(1, 3)))
    signal = draw(ngst.public_signals(stage=stage)) if signalled or draw(st.booleans()) else None
    return stage, signal, draw(ngst.automata(stage=stage, signal=signal))


def following(stage, signal, automaton, state, profile):
    """Return the chances of the states that follow where a profile is played."""
    if signal is None:
        return automaton.next_states(state, profile)
    chances = {}
    row = signal.exact_probabilities()[stage.profile_index(profile)]
    for label, chance in zip(signal.signals, row, strict=True):
        for successor, p in automaton.next_states(state, label).items():
            chances[successor] = chances.get(successor, 0) + chance * p
    return chances


def reached(stage, signal, automaton):
    """Return the states that some sequence of action profiles leads to, by trying all of them."""
    found = [automaton.initial]
    for state in found:
        for index in np.ndindex(stage.n_actions):
            chances = following(stage, signal, automaton, state, stage.labels(index))
            found += [successor for successor, p in chances.items() if p > 0 and successor not in found]
    return found


def best_plan_gains(stage, signal, automaton, player, delta):
    """Return by state what the best of all plans by state gains a player on complying.

    The others and the public state follow the automaton, which leaves the player a Markov decision problem.
    """
    states = automaton.states
    actions = stage.actions[player]
    flow = np.empty((len(states), len(actions)))
    move = np.zeros((len(states), len(actions), len(states)))
    for s, state in enumerate(states):
        profile = automaton.actions[state]
        for a, action in enumerate(actions):
            changed = (*profile[:player], action, *profile[player + 1 :])
            flow[s, a] = stage.payoff(changed)[player]
            for successor, p in following(stage, signal, automaton, state, changed).items():
                move[s, a, states.index(successor)] += float(p)
    plans = np.array(list(product(range(len(actions)), repeat=len(states))))
    rows = np.arange(len(states))
    matrices = np.eye(len(states)) - delta * move[rows, plans]
    values = np.linalg.solve(matrices, (1 - delta) * flow[rows, plans][..., None])[..., 0]
    complying = [actions.index(automaton.actions[state][player]) for state in states]
    return values.max(axis=0) - values[(plans == complying).all(axis=1)][0]


@pytest.mark.long
@given(st.data())
def test_passing_the_one_shot_test_is_having_no_better_plan_in_any_reached_state(any_discount_factor, data):
    stage, signal, automaton = play = data.draw(plays())
    delta = data.draw(any_discount_factor)
    rows = [automaton.states.index(state) for state in reached(*play)]
    gain = max(best_plan_gains(*play, i, float(delta))[rows].max() for i in range(stage.n_players))
    verdict = verify(RepeatedGame(stage, delta, signal), automaton, exact=True)
    assert (verdict.concept == "perfect public equilibrium") == (signal is not None)
    assert verdict.holds == (gain < 1e-9)
    if not verdict.holds:
        # One departure gains no more than the best plan of departures.
        assert -float(verdict.margin) <= gain + 1e-9
    rough = verify(RepeatedGame(stage, float(delta), signal), automaton)
    assert rough.margin == verdict.margin or abs(float(rough.margin) - float(verdict.margin)) < 1e-9


@pytest.mark.long
@given(st.data())
def test_renaming_states_changes_nothing(any_play, any_discount_factor, data):
    stage, automaton = data.draw(any_play)
    delta = data.draw(any_discount_factor)
    fresh = data.draw(st.permutations([f"new {k}" for k in range(len(automaton.states))]))
    renamed = automaton.renamed(dict(zip(automaton.states, fresh, strict=True)))
    game = RepeatedGame(stage, delta)
    assert verify(game, renamed, exact=True).margin == verify(game, automaton, exact=True).margin
    np.testing.assert_array_equal(value(game, renamed).values, value(game, automaton).values)
    assert renamed.renamed(dict(zip(fresh, automaton.states, strict=True))) == automaton


@pytest.mark.long
@given(st.data())
def test_splitting_a_state_into_equivalent_ones_changes_nothing(any_play, any_discount_factor, data):
    stage, automaton = data.draw(any_play)
    delta = data.draw(any_discount_factor)
    copies = {state: (state, f"{state} again") for state in automaton.states}

    def spread(target):
        chances = {target: Fraction(1)} if isinstance(target, str) else target
        shared = {}
        for state, p in chances.items():
            first = data.draw(st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1)]))
            shared |= {copies[state][0]: p * first, copies[state][1]: p * (1 - first)}
        return shared

    split = Automaton(
        [copy for pair in copies.values() for copy in pair],
        copies[automaton.initial][1],
        {copy: automaton.actions[state] for state, pair in copies.items() for copy in pair},
        {
            copy: {key: spread(target) for key, target in automaton.transitions[state].items()}
            for state, pair in copies.items()
            for copy in pair
        },
    )
    game = RepeatedGame(stage, delta)
    assert verify(game, split, exact=True).margin == verify(game, automaton, exact=True).margin
    for state, pair in copies.items():
        for player in stage.players:
            assert abs(value(game, split)[pair[0], player] - value(game, automaton)[state, player]) < 1e-10
    assert (
        critical_discount_factor(stage, split).intervals
        == critical_discount_factor(stage, automaton).intervals
    )


@pytest.mark.long
@given(st.data())
def test_splitting_a_signal_in_two_that_say_the_same_changes_nothing(any_discount_factor, data):
    stage, signal, automaton = data.draw(plays(signalled=True))
    delta = data.draw(any_discount_factor)
    share = data.draw(st.fractions(0, 1, max_denominator=5))
    exact, (first, *others) = signal.exact_probabilities(), signal.signals
    split = PublicSignal(
        np.concatenate([exact[..., :1] * share, exact[..., :1] * (1 - share), exact[..., 1:]], axis=-1),
        (first, f"{first} again", *others),
    )
    moves = {
        state: row | ({f"{first} again": row[first]} if first in row else {})
        for state, row in automaton.transitions.items()
    }
    twin = Automaton(automaton.states, automaton.initial, automaton.actions, moves)
    before = verify(RepeatedGame(stage, delta, signal), automaton, exact=True)
    assert verify(RepeatedGame(stage, delta, split), twin, exact=True).margin == before.margin


@pytest.mark.long
@given(st.data())
def test_a_revealing_signal_is_perfect_monitoring(any_play, any_discount_factor, data):
    stage, automaton = data.draw(any_play)
    delta = data.draw(any_discount_factor)
    signal = PublicSignal.revealing(stage)

    def seen(key):
        return key if key == OTHERWISE else ", ".join(key)

    public = Automaton(
        automaton.states,
        automaton.initial,
        automaton.actions,
        {
            state: {seen(key): target for key, target in row.items()}
            for state, row in automaton.transitions.items()
        },
    )
    plain, noisy = RepeatedGame(stage, delta), RepeatedGame(stage, delta, signal)
    assert verify(noisy, public, exact=True).margin == verify(plain, automaton, exact=True).margin
    np.testing.assert_allclose(value(noisy, public).values, value(plain, automaton).values, atol=1e-12)
    assert (
        critical_discount_factor(stage, public, monitoring=signal).intervals
        == critical_discount_factor(stage, automaton).intervals
    )


@pytest.mark.long
@given(st.data())
def test_an_automaton_is_worth_its_unrolled_play(any_discount_factor, data):
    stage, signal, automaton = play = data.draw(plays())
    delta = float(data.draw(any_discount_factor))
    chances, total, weight = {automaton.initial: 1.0}, np.zeros(stage.n_players), 1.0 - delta
    while weight > 1e-14:
        after = {}
        for state, chance in chances.items():
            profile = automaton.actions[state]
            total += weight * chance * stage.payoff(profile)
            for successor, p in following(*play, state, profile).items():
                after[successor] = after.get(successor, 0.0) + chance * float(p)
        chances, weight = after, weight * delta
    found = value(RepeatedGame(stage, delta, signal), automaton)
    np.testing.assert_allclose(found.payoffs, total, atol=1e-10)


@pytest.mark.long
@given(st.data())
def test_critical_discount_factors_are_those_at_which_the_check_passes(data):
    stage, signal, automaton = data.draw(plays())
    found = critical_discount_factor(stage, automaton, monitoring=signal)
    ends = {end for pair in found.intervals for end in pair if 0 < end < 1 and isinstance(end, Fraction)}
    beside = {end + step for end in ends for step in (-STEP, STEP) if STEP < end < 1 - STEP}
    for delta in {*GRID, *ends, *beside}:
        inside = any(low <= delta <= high for low, high in found.intervals)
        assert verify(RepeatedGame(stage, delta, signal), automaton, exact=True).holds == inside
    lows = [low for low, _ in found.intervals]
    assert found.value == (lows[0] if lows else None)
    assert lows == sorted(lows)
    if found.binding is not None and isinstance(found.value, Fraction):
        at = verify(RepeatedGame(stage, found.value, signal), automaton, exact=True)
        assert at.margin == 0


@pytest.mark.long
@given(st.data(), st.fractions(Fraction(1, 50), 50, max_denominator=50), st.integers(-1000, 1000))
def test_critical_discount_factors_are_homogeneous_of_degree_0(any_play, data, scale, shift):
    stage, automaton = data.draw(any_play)
    changed = type(stage)(stage.exact_payoffs() * scale + shift, stage.players, stage.actions)
    before, after = (critical_discount_factor(game, automaton) for game in (stage, changed))
    assert after.intervals == before.intervals
