"""Pairs, where they lead and their values, against play that is followed period by period."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.strategies.state_chain import pair_values, reachable_pairs
from negotiation.strategies import OTHERWISE, StateAutomaton

HALF = Fraction(1, 2)
PERIODS = 60


@st.composite
def plays(draw):
    """Draw a game of two states and an automaton of up to three memories that moves by lot."""
    payoffs = [
        [[[draw(st.integers(-4, 4)) for _ in "AB"] for _ in range(2)] for _ in range(2)] for _ in range(2)
    ]
    moves = [[[draw(st.sampled_from([(1, 0), (0, 1), (HALF, HALF)])) for _ in "CD"] for _ in "CD"]] * 2
    game = StochasticGame(
        payoffs,
        np.array(moves, dtype=object),
        (HALF, Fraction(1, 4)),
        actions=("CD", "CD"),
        players=("A", "B"),
    )
    memories = "xyz"[: draw(st.integers(1, 3))]
    lottery = st.sampled_from(
        [*memories, {memories[0]: HALF, memories[-1]: HALF} if memories != "x" else "x"]
    )
    profile = st.tuples(*[st.sampled_from("CD")] * 2)
    actions = {pair: draw(profile) for pair in product(memories, game.states)}
    transitions = {
        m: {(s, draw(profile)): draw(lottery) for s in game.states} | {OTHERWISE: draw(lottery)}
        for m in memories
    }
    return game, StateAutomaton(memories, draw(lottery), actions, transitions)


def following(game, automaton, memory, state, profile):
    """Return the next pairs with their chances, written out."""
    s = game.state_index(state)
    index = game.stages[s].profile_index(profile)
    row = int(game.offsets[s]) + int(np.ravel_multi_index(index, game.stages[s].n_actions))
    found = {}
    for t, p in zip(*game.transitions.row(row), strict=True):
        after = game.states[t]
        for following, q in automaton.next_memories(memory, state, profile, after).items():
            if p * q:
                found[following, after] = found.get((following, after), 0) + Fraction(p) * Fraction(q)
    return found


@pytest.mark.long
@given(plays())
def test_values_are_the_discounted_sums_of_play_followed_period_by_period(play):
    game, automaton = play
    chain = reachable_pairs(game, automaton, exact=True)
    values = pair_values(chain) + chain.least
    for pair, k in chain.pairs.items():
        at, total = {pair: 1.0}, np.zeros(2)
        weight = np.array([0.5, 0.75])
        for _ in range(PERIODS):
            after = {}
            for (memory, state), chance in at.items():
                profile = automaton.profile(memory, state)
                total += chance * weight * game.stage(state).payoff(profile)
                for other, p in following(game, automaton, memory, state, profile).items():
                    after[other] = after.get(other, 0.0) + chance * float(p)
            at, weight = after, weight * np.array([0.5, 0.25])
        assert values[k].astype(float) == pytest.approx(total, abs=1e-12)
    floats = reachable_pairs(game, automaton, exact=False)
    assert pair_values(floats) + floats.least == pytest.approx(values.astype(float))


@given(plays())
def test_pairs_are_those_that_histories_of_any_actions_lead_to(play):
    game, automaton = play
    reached = {(m, s) for m, p in automaton.start.items() if p for s in game.states}
    for _ in range(len(automaton.memories) * len(game.states)):
        for memory, state in list(reached):
            for profile in product("CD", "CD"):
                reached |= set(following(game, automaton, memory, state, profile))
    chain = reachable_pairs(game, automaton, exact=True)
    assert set(chain.pairs) == reached
    assert list(chain.pairs.values()) == list(range(len(reached)))
    memory, state = next(iter(chain.pairs))
    assert chain.after(memory, state, ("C", "D")) == following(game, automaton, memory, state, ("C", "D"))
