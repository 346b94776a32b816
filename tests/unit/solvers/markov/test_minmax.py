import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import negotiation as ng
from negotiation.errors import InvalidGame, UnknownPlayer, UnknownState
from negotiation.games import SparseTransitions, StageGame, StochasticGame
from negotiation.solvers.markov.minmax import stochastic_minmax


def random_game(states, counts, delta, seed):
    generator = np.random.default_rng(seed)
    payoffs = generator.integers(-5, 6, (states, *counts, len(counts)))
    return StochasticGame(payoffs, generator.dirichlet(np.ones(states), (states, *counts)), delta)


def big_match(delta):
    zero_sum = np.array([[[1, -1], [0, 0]], [[0, 0], [1, -1]]])
    play = StageGame(zero_sum, ("row", "column"))
    won, lost = StageGame([[[1, -1]]], play.players), StageGame([[[0, 0]]], play.players)
    rows = SparseTransitions([{1: 1}, {2: 1}, {0: 1}, {0: 1}, {1: 1}, {2: 1}], 3)
    return StochasticGame.from_stages({"play": play, "won": won, "lost": lost}, rows, delta)


@pytest.mark.parametrize("delta", [0.5, 0.95, 0.999])
def test_the_big_match_is_worth_a_half_to_both(delta):
    # Blackwell and Ferguson 1968.
    found = stochastic_minmax(big_match(delta), mixed=True)
    assert found["play", "row"] == pytest.approx(0.5, abs=1e-9)
    assert found["play", "column"] == pytest.approx(-0.5, abs=1e-9)
    assert (found["won", "row"], found["lost", "row"]) == (1.0, 0.0)
    assert found.punishments[0][0] == pytest.approx([0.5, 0.5], abs=1e-9)
    assert found.punishments[1][0][0] == pytest.approx((1 - delta) / (2 - delta), abs=1e-9)
    assert found.bounds.max() < 1e-8


def test_a_zero_sum_game_by_hand():
    # State 1 pays 1 for ever after. In state 0 a match pays 2 and moves on; else nothing and the same again:
    # v = value of [[(1-d) 2 + d, d v], [d v, (1-d) 2 + d]], so that v = (2 - d + d v) / 2 and v = 1 at any d.
    payoffs = [[[[2, -2], [0, 0]], [[0, 0], [2, -2]]], [[[1, -1]] * 2] * 2]
    moves = np.zeros((2, 2, 2, 2))
    moves[0, 0, 0, 1] = moves[0, 1, 1, 1] = moves[0, 0, 1, 0] = moves[0, 1, 0, 0] = 1
    moves[1, ..., 1] = 1
    for delta in (0.3, 0.9):
        found = stochastic_minmax(StochasticGame(payoffs, moves, delta), mixed=True)
        assert found.values == pytest.approx(np.array([[1, -1], [1, -1]]), abs=1e-9)


@pytest.mark.parametrize("mixed", [False, True])
@settings(max_examples=6)
@given(seed=st.integers(0, 10**6), delta=st.sampled_from([0.2, 0.8]), states=st.integers(1, 3))
def test_values_are_where_plain_value_iteration_goes(mixed, seed, delta, states):
    game = random_game(states, (2, 3), delta, seed)
    values = np.zeros((states, 2))
    dense, flat = game.transitions.to_dense(), game.flat_payoffs()
    for _ in range(60):
        q = (1 - delta) * flat + delta * dense @ values
        for s in range(states):
            block = q[6 * s : 6 * s + 6].reshape(2, 3, 2)
            values[s] = ng.minmax(StageGame(block), mixed=mixed).values
    found = stochastic_minmax(game, mixed=mixed)
    assert np.abs(found.values - values).max() <= 1e-8 + 22 * delta**60
    assert found.status == "complete"


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_mixing_punishes_no_less_and_no_equilibrium_pays_less(seed):
    game = random_game(3, (2, 2), 0.9, seed)
    pure, mixed = stochastic_minmax(game), stochastic_minmax(game, mixed=True)
    assert (mixed.values <= pure.values + 1e-9).all()
    for equilibrium in ng.markov_perfect_equilibria(game, starts=1):
        assert (equilibrium.values >= mixed.values - 1e-8).all()
        if equilibrium.is_pure:
            assert (equilibrium.values >= pure.values - 1e-9).all()


def test_with_one_state_it_is_the_minmax_of_the_stage_game():
    for seed, counts in enumerate([(3, 3), (2, 2, 2), (4,)]):
        game = random_game(1, counts, 0.7, seed)
        assert stochastic_minmax(game).values[0] == pytest.approx(ng.minmax(game.stages[0]).values, abs=1e-12)


def test_the_punishers_are_named_and_hold_the_player_down():
    game = random_game(3, (2, 2, 3), 0.9, 4)
    found = stochastic_minmax(game)
    for i in range(3):
        values = found.values[:, i]
        for s, profile in enumerate(found.punishments[i]):
            assert [action is None for action in profile] == [j == i for j in range(3)]
            best = -np.inf
            for action in game.stages[s].actions[i]:
                full = tuple(action if j == i else profile[j] for j in range(3))
                later = game.next_states(game.states[s], full)
                ahead = sum(p * values[game.state_index(t)] for t, p in later.items())
                best = max(best, 0.1 * game.stages[s].payoff(full)[i] + 0.9 * ahead)
            assert best == pytest.approx(values[s], abs=1e-10)


def test_mixed_minmax_is_for_two_players_and_names_are_checked():
    with pytest.raises(InvalidGame, match="two players; the game has 3"):
        stochastic_minmax(random_game(2, (2, 2, 2), 0.5, 0), mixed=True)
    found = stochastic_minmax(big_match(0.5))
    with pytest.raises(UnknownState, match="lost, play, won"):
        _ = found["draw", "row"]
    with pytest.raises(UnknownPlayer, match="column, row"):
        _ = found["play", "x"]
