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

GRID = [Fraction(k, 16) for k in range(1, 16)]


@st.composite
def signals(draw, stage):
    """Draw a signal of 1 to 3 values, some of them impossible after some profiles."""
    count = draw(st.integers(1, 3))
    weights = st.lists(st.integers(0, 3), min_size=count, max_size=count).filter(any)
    rows = np.empty((*stage.n_actions, count), dtype=object)
    for index in np.ndindex(stage.n_actions):
        drawn = draw(weights)
        rows[index] = [Fraction(w, sum(drawn)) for w in drawn]
    return PublicSignal(rows, [f"y{k}" for k in range(count)])


@st.composite
def public_plays(draw, any_play):
    """Draw a stage game, a signal on it and an automaton keyed by its labels."""
    stage, other = draw(any_play)
    signal = draw(signals(stage))
    targets = st.sampled_from(other.states)
    rows = st.dictionaries(st.sampled_from(signal.signals), targets)
    return (
        stage,
        signal,
        Automaton(
            other.states,
            other.initial,
            other.actions,
            {state: draw(rows) | {OTHERWISE: draw(targets)} for state in other.states},
        ),
    )


def best_plan_gains(stage, signal, automaton, player, delta):
    """Return by state what the best plan over public states gains on complying: a Markov decision problem."""
    states, actions = automaton.states, stage.actions[player]
    flow = np.empty((len(states), len(actions)))
    move = np.zeros((len(states), len(actions), len(states)))
    for s, state in enumerate(states):
        profile = automaton.actions[state]
        for a, action in enumerate(actions):
            changed = (*profile[:player], action, *profile[player + 1 :])
            flow[s, a] = stage.payoff(changed)[player]
            for y, chance in enumerate(signal.probabilities[stage.profile_index(changed)]):
                for successor, p in automaton.next_states(state, signal.signals[y]).items():
                    move[s, a, states.index(successor)] += chance * float(p)
    plans = np.array(list(product(range(len(actions)), repeat=len(states))))
    rows = np.arange(len(states))
    matrices = np.eye(len(states)) - delta * move[rows, plans]
    values = np.linalg.solve(matrices, (1 - delta) * flow[rows, plans][..., None])[..., 0]
    complying = [actions.index(automaton.actions[state][player]) for state in states]
    own = values[(plans == complying).all(axis=1)][0]
    return values.max(axis=0) - own


def reached(stage, signal, automaton):
    found = [automaton.initial]
    for state in found:
        for index in np.ndindex(stage.n_actions):
            for y in np.flatnonzero(signal.probabilities[index]):
                chances = automaton.next_states(state, signal.signals[y])
                found += [successor for successor, p in chances.items() if p > 0 and successor not in found]
    return found


@pytest.mark.long
@given(st.data())
def test_passing_the_one_shot_test_is_having_no_better_plan_in_any_reached_state(
    any_play, any_discount_factor, data
):
    stage, signal, automaton = data.draw(public_plays(any_play))
    delta = data.draw(any_discount_factor)
    rows = [automaton.states.index(state) for state in reached(stage, signal, automaton)]
    gain = max(
        best_plan_gains(stage, signal, automaton, i, float(delta))[rows].max() for i in range(stage.n_players)
    )
    verdict = verify(RepeatedGame(stage, delta, signal), automaton, exact=True)
    assert verdict.concept == "perfect public equilibrium"
    assert verdict.holds == (gain < 1e-9)
    rough = verify(RepeatedGame(stage, float(delta), signal), automaton)
    assert abs(float(rough.margin) - float(verdict.margin)) < 1e-9 or rough.margin == verdict.margin


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
def test_a_public_automaton_is_worth_its_unrolled_play(any_play, any_discount_factor, data):
    stage, signal, automaton = data.draw(public_plays(any_play))
    delta = float(data.draw(any_discount_factor))
    chances, total, weight = {automaton.initial: 1.0}, np.zeros(stage.n_players), 1.0 - delta
    while weight > 1e-14:
        after = {}
        for state, chance in chances.items():
            profile = automaton.actions[state]
            total += weight * chance * stage.payoff(profile)
            for y, p in zip(signal.signals, signal.probabilities[stage.profile_index(profile)], strict=True):
                for successor, q in automaton.next_states(state, y).items():
                    after[successor] = after.get(successor, 0.0) + chance * p * float(q)
        chances, weight = after, weight * delta
    found = value(RepeatedGame(stage, delta, signal), automaton)
    np.testing.assert_allclose(found.payoffs, total, atol=1e-10)


@pytest.mark.long
@given(st.data())
def test_critical_discount_factors_are_those_at_which_the_check_passes(any_play, data):
    stage, signal, automaton = data.draw(public_plays(any_play))
    found = critical_discount_factor(stage, automaton, monitoring=signal)
    ends = {end for pair in found.intervals for end in pair if 0 < end < 1 and isinstance(end, Fraction)}
    for delta in {*GRID, *ends}:
        inside = any(low <= delta <= high for low, high in found.intervals)
        assert verify(RepeatedGame(stage, delta, signal), automaton, exact=True).holds == inside


@pytest.mark.long
@given(st.data())
def test_splitting_a_signal_in_two_that_say_the_same_changes_nothing(any_play, any_discount_factor, data):
    stage, signal, automaton = data.draw(public_plays(any_play))
    delta = data.draw(any_discount_factor)
    share = data.draw(st.fractions(0, 1, max_denominator=5))
    exact = signal.exact_probabilities()
    split = PublicSignal(
        np.concatenate([exact[..., :1] * share, exact[..., :1] * (1 - share), exact[..., 1:]], axis=-1),
        ("y0", "y0 again", *signal.signals[1:]),
    )
    moves = {
        state: row | ({"y0 again": row["y0"]} if "y0" in row else {})
        for state, row in automaton.transitions.items()
    }
    twin = Automaton(automaton.states, automaton.initial, automaton.actions, moves)
    before = verify(RepeatedGame(stage, delta, signal), automaton, exact=True)
    assert verify(RepeatedGame(stage, delta, split), twin, exact=True).margin == before.margin
