from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import negotiation as ng
from negotiation.errors import InvalidGame
from negotiation.games import StochasticGame
from negotiation.solvers.markov.backward_induction import backward_induction, unrolled
from negotiation.strategies import MarkovStrategy

SEXES = np.array([[[2, 1], [0, 0]], [[0, 0], [1, 2]]])
PENNIES = np.array([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
DILEMMA = np.array([[[2, 2], [0, 3]], [[3, 0], [1, 1]]])


def random_game(states, seed, delta=0.8):
    generator = np.random.default_rng(seed)
    payoffs = generator.integers(-3, 4, (states, 2, 2, 2))
    return StochasticGame(payoffs, generator.dirichlet(np.ones(states), (states, 2, 2)), delta)


def test_one_state_with_one_equilibrium_unravels():
    game = StochasticGame([DILEMMA], np.ones((1, 2, 2, 1)), 0.9)
    found = backward_induction(game, 5)
    assert found.status == "complete"
    assert found.values.tolist() == pytest.approx(np.ones((1, 1, 2)))
    assert all(strategy["0"] == ("1", "1") for strategy in found.strategies[0])


def test_one_state_gives_every_sequence_of_stage_equilibria():
    game = StochasticGame([SEXES], np.ones((1, 2, 2, 1)), 0.5)
    found = backward_induction(game, 3)
    weights = np.array([1, 0.5, 0.25]) / 1.75
    expected = sorted(weights @ np.array(order) for order in product([2, 1], repeat=3))
    assert sorted(found.values[:, 0, 0]) == pytest.approx(expected)
    everything = ng.finite_horizon_payoffs(game.stages[0], 3, discount_factor=0.5).payoffs
    for value in found.values[:, 0]:
        assert np.abs(everything.astype(float) - value).max(axis=1).min() < 1e-12


def test_a_threat_in_the_state_works_where_the_horizon_is_long_enough():
    # Mutual cooperation keeps the good state; a break leads to one that pays nothing. With one period to go
    # nobody cooperates; with two, cooperating costs 1 now and saves delta times the last period's 1: never
    # enough, and enough at delta = 0.9 where the last period is worth 1.5.
    moves = np.zeros((2, 2, 2, 2))
    moves[0, ..., 1] = moves[1, ..., 1] = 1
    moves[0, 0, 0] = (1, 0)
    found = backward_induction(StochasticGame([DILEMMA, 0 * DILEMMA], moves, 0.999), 2, limit=1)
    assert found.strategies[0][0]["0"] == ("1", "1")
    richer = np.array([[[2, 2], [0, 3]], [[3, 0], [1.5, 1.5]]])
    found = backward_induction(StochasticGame([richer, 0 * richer], moves, 0.9), 2, limit=1)
    assert found.strategies[0][0]["0"] == ("0", "0")
    assert found.selection[0] == pytest.approx((2 + 0.9 * 1.5) / 1.9)


@settings(max_examples=12)
@given(seed=st.integers(0, 10**6), states=st.integers(1, 2))
def test_pure_equilibria_of_two_periods_are_those_that_brute_force_finds(seed, states):
    game = random_game(states, seed)
    found = backward_induction(game, 2, limit=500)
    if "mixed" in found.reason or found.status == "failed":
        return
    assert found.status == "complete"
    long = unrolled(game, 2)
    labels = [list(product("01", repeat=2))] * (long.n_states - 1)
    values = set()
    for chosen in product(*labels):
        play = dict(zip(long.states[:-1], chosen, strict=True)) | {"end": ("0", "0")}
        if ng.verify(long, MarkovStrategy(play)).holds:
            low = game.flat_payoffs().min(axis=0)
            sums = ng.value(long, play).payoffs[: game.n_states] - 0.8**2 * low
            values.add(tuple((sums / (1 - 0.8**2)).round(8).ravel().tolist()))
    mine = {tuple((v.round(8) + 0.0).ravel().tolist()) for v in found.values}
    assert len(mine) == len(values)
    for value in mine:
        assert min(np.abs(np.subtract(value, other)).max() for other in values) < 1e-7


def test_a_state_without_a_pure_equilibrium_is_played_by_mixing_and_said():
    found = backward_induction(StochasticGame([PENNIES], np.ones((1, 2, 2, 1)), 0.9), 3)
    assert found.status == "partial"
    assert "mixed one" in found.reason
    assert found.selection[0] == pytest.approx([0, 0], abs=1e-12)
    assert found.strategies[0][2]["0"][0] == pytest.approx([0.5, 0.5])


def test_above_the_limit_the_selection_has_the_largest_sum_and_the_answer_is_partial():
    payoffs = SEXES + np.array([[[1, 1], [0, 0]], [[0, 0], [0, 0]]])
    found = backward_induction(StochasticGame([payoffs], np.ones((1, 2, 2, 1)), 0.5), 10, limit=4)
    assert found.status == "partial"
    assert "more than 4" in found.reason
    assert found.selection[0] == pytest.approx([3, 2])


def test_long_horizons_approach_the_markov_equilibrium_without_end():
    payoffs = np.stack([DILEMMA, DILEMMA * 3])
    moves = np.random.default_rng(1).dirichlet([1, 1], (2, 2))
    chain = np.broadcast_to(moves[:, :1, None, :], (2, 2, 2, 2))
    game = StochasticGame(payoffs, chain, 0.7)
    endless = ng.markov_perfect_equilibria(game).only()
    long = backward_induction(game, 60)
    assert long.selection == pytest.approx(endless.values, abs=1e-8)


@pytest.mark.parametrize("periods", [0, -1, 1.5, None])
def test_the_number_of_periods_is_a_positive_whole_number(periods):
    with pytest.raises(InvalidGame, match="number of periods is a whole number"):
        backward_induction(StochasticGame([DILEMMA], np.ones((1, 2, 2, 1)), 0.9), periods)
