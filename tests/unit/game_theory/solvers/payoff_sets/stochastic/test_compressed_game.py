"""Stochastic games as flat arrays: whom a departure leads to, and which states are solved before which."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import negotiation as ng
from negotiation.game_theory.games.transitions import SparseTransitions
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import compressed_game


@st.composite
def games(draw):
    states = draw(st.integers(1, 4))
    stages = {
        str(s): ng.StageGame(np.zeros((draw(st.integers(1, 3)), draw(st.integers(1, 3)), 2)))
        for s in range(states)
    }
    rows = sum(stage.n_actions[0] * stage.n_actions[1] for stage in stages.values())
    after = draw(st.lists(st.integers(0, states - 1), min_size=rows, max_size=rows))
    return ng.StochasticGame.from_stages(stages, SparseTransitions([{t: 1.0} for t in after], states), 0.5)


@given(games())
def test_departures_are_the_profiles_that_differ_in_one_action(game):
    flat = compressed_game(game)
    for s, stage in enumerate(game.stages):
        for profile in np.ndindex(stage.n_actions):
            row = flat.firsts[s] + np.ravel_multi_index(profile, stage.n_actions)
            for i in (0, 1):
                made = [
                    flat.firsts[s]
                    + np.ravel_multi_index((k, profile[1]) if i == 0 else (profile[0], k), stage.n_actions)
                    for k in range(stage.n_actions[i])
                ]
                k = np.arange(flat.actions[s, i])
                assert (flat.bases[row, i] + k * flat.strides[s, i]).tolist() == made


@given(games())
def test_components_come_after_those_to_which_they_lead(game):
    flat = compressed_game(game)
    step = np.eye(game.n_states, dtype=bool)
    for s in range(game.n_states):
        step[s, flat.nexts[flat.indptr[flat.firsts[s]] : flat.indptr[flat.firsts[s + 1]]]] = True
    reaches = np.linalg.matrix_power(step.astype(int), game.n_states) > 0
    place = np.empty(game.n_states, int)
    for c in range(len(flat.starts) - 1):
        place[flat.order[flat.starts[c] : flat.starts[c + 1]]] = c
    assert sorted(flat.order.tolist()) == list(range(game.n_states))
    for s, t in np.argwhere(reaches):
        assert place[t] <= place[s]
        assert (place[t] == place[s]) == reaches[t, s]
