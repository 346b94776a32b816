import numpy as np
import pytest

from negotiation.errors import InvalidGame, UnknownPlayer
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.stage.minmax import minmax, zero_sum_minmax

ABREU_SANNIKOV = StageGame.from_matrices(
    [[16, 3, 0], [21, 10, -1], [9, 5, -5]], np.transpose([[9, 1, 0], [13, 4, -4], [3, 0, -15]])
)


def test_pure_minmax_and_the_profile_that_attains_it(dilemma):
    found = minmax(dilemma)
    assert found.values.tolist() == [3.0, 3.0]
    assert found.profiles == (("D", "D"), ("D", "D"))
    assert found["A"] == 3.0
    assert not found.mixed


def test_minmax_is_not_maxmin():
    assert minmax(ABREU_SANNIKOV).values.tolist() == [0.0, 0.0]
    assert minmax(ABREU_SANNIKOV).profiles[0] == ("0", "2")


def test_pure_minmax_of_three_players_pits_the_others_together():
    payoffs = np.zeros((2, 2, 2, 3))
    payoffs[..., 0] = 5.0
    payoffs[:, 1, 0, 0] = [2.0, 1.0]
    found = minmax(StageGame(payoffs))
    assert found["0"] == 2.0
    assert found.profiles[0] == ("0", "1", "0")


def test_one_player_is_held_down_to_their_best():
    assert minmax(StageGame([[1], [4], [2]]))["0"] == 4.0
    assert minmax(StageGame([[1], [4], [2]])).profiles == (("1",),)


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


def test_mixed_minmax_is_for_two_players():
    with pytest.raises(InvalidGame, match="the game has 3"):
        minmax(StageGame(np.zeros((2, 2, 2, 3))), mixed=True)


def test_unknown_players_are_named(dilemma):
    with pytest.raises(UnknownPlayer, match="'C'; Known: A, B"):
        minmax(dilemma)["C"]


def test_the_table_says_who_is_held_down_by_what(dilemma):
    assert minmax(dilemma).to_pandas()["held down by"].tolist() == ["D, D", "D, D"]
    assert minmax(dilemma, mixed=True).to_pandas()["payoff"].tolist() == pytest.approx([3.0, 3.0])
