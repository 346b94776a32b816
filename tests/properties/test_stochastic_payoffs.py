"""Payoff sets of stochastic games: the dynamic invariants, and certificates by code of their own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import negotiation as ng
from negotiation.game_theory.solvers.markov.equilibria import markov_perfect_equilibria

DILEMMA = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
THREE = ng.StageGame.from_matrices(
    [[16, 3, 0], [21, 10, -1], [9, 5, -5]], np.array([[9, 1, 0], [13, 4, -4], [3, 0, -15]]).T
)


@st.composite
def games(draw):
    states, actions = 2, 2
    payoffs = draw(
        st.lists(st.integers(0, 6), min_size=states * actions**2 * 2, max_size=states * actions**2 * 2)
    )
    parts = draw(st.lists(st.integers(0, 4), min_size=states * actions**2, max_size=states * actions**2))
    first = np.array(parts).reshape(states, actions, actions) / 4
    transitions = np.zeros((states, actions, actions, states))
    transitions[..., 0], transitions[..., -1] = first, 1 - first
    shape = (states, actions, actions, 2)
    return ng.StochasticGame(
        np.array(payoffs).reshape(shape), transitions, draw(st.sampled_from([0.2, 0.5, 0.8]))
    )


def same(one, other, tolerance=1e-6):
    """Whether two convex sets agree: every vertex of either is in the other, up to the tolerance."""
    if len(one) == 0 or len(other) == 0:
        return len(one) == len(other)
    angles = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    rays = np.column_stack([np.cos(angles), np.sin(angles)])
    return np.abs((one @ rays.T).max(axis=0) - (other @ rays.T).max(axis=0)).max() <= tolerance


@pytest.mark.parametrize(
    ("stage", "delta"), [(THREE, 0.3), (DILEMMA, 0.75), (DILEMMA, 0.14), (DILEMMA, 0.143)]
)
def test_one_state_is_the_repeated_game(stage, delta):
    game = ng.StochasticGame(stage.payoffs[None], np.ones((1, *stage.n_actions, 1)), delta)
    found = ng.equilibrium_payoffs(game)["0"]
    repeated = ng.equilibrium_payoffs(ng.RepeatedGame(stage, delta))
    assert same(found.vertices, repeated.vertices)


@pytest.mark.parametrize("delta", [0.05, 0.1427, 0.143, 0.75])
def test_identical_states_have_the_set_of_the_repeated_game(delta):
    game = ng.StochasticGame(np.stack([DILEMMA.payoffs] * 2), np.full((2, 2, 2, 2), 0.5), delta)
    repeated = ng.equilibrium_payoffs(ng.RepeatedGame(DILEMMA, delta))
    for found in ng.equilibrium_payoffs(game).values():
        assert same(found.vertices, repeated.vertices)


@settings(max_examples=25)
@given(game=games())
def test_relabelled_states_permute_the_sets(game):
    payoffs = np.stack([stage.payoffs for stage in game.stages])
    dense = np.asarray(game.transitions.to_dense(), dtype=float).reshape(2, 2, 2, 2)
    turned = ng.StochasticGame(payoffs[::-1], dense[::-1, ..., ::-1], game.discount_factor, states=("1", "0"))
    one, other = ng.equilibrium_payoffs(game), ng.equilibrium_payoffs(turned)
    for state in game.states:
        near = one[state].gap + other[state].gap + 1e-6
        if np.isfinite(near):
            assert same(one[state].vertices, other[state].vertices, near)


@settings(max_examples=20)
@given(game=games())
def test_pure_markov_perfect_values_are_in_the_sets_and_these_in_those_with_transfers(game):
    found, traded = ng.equilibrium_payoffs(game), ng.equilibrium_payoffs(game, transfers=True)
    assert ng.verify(game, traded).holds
    for equilibrium in markov_perfect_equilibria(game, method="pure").equilibria:
        for s, state in enumerate(game.states):
            assert found[state].contains(equilibrium.values[s]) is not False
    for state in game.states:
        for vertex in found[state].inner:
            assert traded[state].contains(vertex) is not False
