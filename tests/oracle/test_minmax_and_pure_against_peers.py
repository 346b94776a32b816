from fractions import Fraction

import numpy as np
import pytest

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.pure_equilibria import pure_equilibria
from negotiation.game_theory.solvers.stage.minmax import minmax, zero_sum_minmax

SHAPES = [(2, 2), (3, 4), (5, 2), (1, 3), (2, 2, 2), (3, 2, 2), (2, 3, 1, 2)]


def random_stage(shape, seed, bound=3):
    """Return a game with few distinct payoffs, so that ties are common."""
    rng = np.random.default_rng(seed)
    return StageGame(rng.integers(-bound, bound + 1, (*shape, len(shape))))


def in_gambit(gambit, stage):
    payoffs = [stage.payoffs[..., i].astype(int) for i in range(stage.n_players)]
    return gambit.Game.from_arrays(*payoffs)


def gambit_positions(game, profile):
    """Return the position of the action that each player plays with probability 1."""
    return tuple([profile[strategy] for strategy in player.strategies].index(1) for player in game.players)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(8))
def test_pure_equilibria_are_gambits(shape, seed):
    gambit = pytest.importorskip("pygambit")
    stage = random_stage(shape, seed)
    game = in_gambit(gambit, stage)
    expected = {gambit_positions(game, profile) for profile in gambit.nash.enumpure_solve(game).equilibria}
    found = {stage.profile_index([label for (label,) in e.support]) for e in pure_equilibria(stage)}
    assert found == expected


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (4, 2), (2, 5), (6, 6)])
@pytest.mark.parametrize("seed", range(5))
def test_the_mixed_minmax_of_each_player_is_gambits_value_of_the_zero_sum_game(shape, seed):
    gambit = pytest.importorskip("pygambit")
    stage = random_stage(shape, seed, bound=20)
    found = minmax(stage, mixed=True)
    for i, matrix in enumerate([stage.payoffs[..., 0], stage.payoffs[..., 1].T]):
        whole = matrix.astype(int)
        game = gambit.Game.from_arrays(whole, -whole)
        (profile,) = gambit.nash.lp_solve(game, rational=True).equilibria
        value = Fraction(str(profile.payoff(next(iter(game.players)))))
        assert found.values[i] == pytest.approx(float(value), abs=1e-10)


@pytest.mark.parametrize("shape", [(3, 3), (7, 4), (20, 25)])
@pytest.mark.parametrize("seed", range(5))
def test_zero_sum_values_are_quantecons(shape, seed):
    quantecon = pytest.importorskip("quantecon")
    matrix = np.random.default_rng(seed).normal(size=shape)
    expected, _, _ = quantecon.optimize.minmax(matrix)
    value, mix = zero_sum_minmax(matrix)
    assert value == pytest.approx(expected, abs=1e-9)
    assert (matrix @ mix).max() == pytest.approx(expected, abs=1e-9)
