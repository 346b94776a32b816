import numpy as np
import pytest

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.stage.minmax import minmax, zero_sum_minmax


def test_pure_minmax_and_the_profile_that_attains_it(dilemma):
    found = minmax(dilemma)
    assert found.values.tolist() == [3.0, 3.0]
    assert found.profiles == (("D", "D"), ("D", "D"))
    assert found["A"] == 3.0
    assert not found.mixed


def test_pure_minmax_of_three_players_pits_the_others_together():
    payoffs = np.zeros((2, 2, 2, 3))
    payoffs[..., 0] = 5.0
    payoffs[:, 1, 0, 0] = [2.0, 1.0]
    found = minmax(StageGame(payoffs))
    assert found["0"] == 2.0
    assert found.profiles[0] == ("0", "1", "0")


def test_mixed_minmax_of_matching_pennies():
    pennies = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    found = minmax(pennies, mixed=True)
    assert found.values == pytest.approx([0.0, 0.0])
    for mix in found.punishments:
        assert mix == pytest.approx([0.5, 0.5])
    assert minmax(pennies).values.tolist() == [1.0, 1.0]


def test_the_mix_holds_the_row_player_down_to_the_value():
    matrix = np.array([[3.0, 0.0, 7.0], [0.0, 1.0, 2.0]])
    value, mix = zero_sum_minmax(matrix)
    assert value == pytest.approx(0.75)
    assert (matrix @ mix).max() == pytest.approx(value)
    assert mix.sum() == pytest.approx(1.0)
