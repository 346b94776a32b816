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
def test_the_inner_bounds_are_certified_and_within_the_outer_ones(game):
    found = ng.equilibrium_payoffs(game)
    assert ng.verify(game, found).holds
    for part in found.values():
        assert part.gap >= 0
        for vertex in part.inner:
            assert part.contains(vertex)


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
def test_a_constant_moves_the_sets_and_changes_nothing_else(game):
    moved = ng.StochasticGame(
        np.stack([stage.payoffs for stage in game.stages]) + np.array([128.0, -64.0]),
        np.asarray(game.transitions.to_dense(), dtype=float).reshape(2, 2, 2, 2),
        game.discount_factor,
    )
    one, other = ng.equilibrium_payoffs(game), ng.equilibrium_payoffs(moved)
    for state in game.states:
        near = one[state].gap + other[state].gap + 1e-6
        assert one[state].is_empty == other[state].is_empty
        if np.isfinite(near) and not one[state].is_empty:
            assert same(one[state].vertices + np.array([128.0, -64.0]), other[state].vertices, near)


@settings(max_examples=20)
@given(game=games())
def test_pure_markov_perfect_values_are_in_the_sets_and_these_in_those_with_transfers(game):
    found, traded = ng.equilibrium_payoffs(game), ng.equilibrium_payoffs(game, transfers=True)
    for equilibrium in markov_perfect_equilibria(game, method="pure").equilibria:
        for s, state in enumerate(game.states):
            assert found[state].contains(equilibrium.values[s]) is not False
    for state in game.states:
        for vertex in found[state].inner:
            assert traded[state].contains(vertex) is not False


@pytest.mark.parametrize("hazard", [0.1, 0.4])
def test_a_hazard_of_break_up_scales_the_threshold(hazard):
    threshold = (1 / 7) / (1 - hazard)
    payoffs = np.stack([DILEMMA.payoffs - 3.0, np.zeros((2, 2, 2))])
    transitions = np.zeros((2, 2, 2, 2))
    transitions[0, ..., 0], transitions[0, ..., 1], transitions[1, ..., 1] = 1 - hazard, hazard, 1.0
    for delta, kept in ((threshold - 1e-4, False), (threshold + 1e-4, True)):
        game = ng.StochasticGame(payoffs, transitions, delta, states=("on", "off"))
        found = ng.equilibrium_payoffs(game)["on"]
        assert (len(found.vertices) > 1) == kept


def test_cooperation_with_transfers_needs_no_more_than_the_sum_of_gains():
    # g = 1 a side, and 12 less 6 to lose in sum: (1 - d) 2 <= d (18 - 6), from 1/7 on.
    game = ng.RepeatedGame(DILEMMA, 0.15)
    one = ng.StochasticGame(DILEMMA.payoffs[None], np.ones((1, 2, 2, 1)), 0.15)
    top = max(v.sum() for v in ng.equilibrium_payoffs(one, transfers=True)["0"].vertices)
    low = ng.StochasticGame(DILEMMA.payoffs[None], np.ones((1, 2, 2, 1)), 0.14)
    assert top == pytest.approx(18)
    assert max(v.sum() for v in ng.equilibrium_payoffs(low, transfers=True)["0"].vertices) < 18 - 1e-6
    assert ng.equilibrium_payoffs(game).contains((9, 9))
