from fractions import Fraction

import numpy as np
import pytest

from negotiation.errors import InvalidDiscountFactor, InvalidGame
from negotiation.game_theory.games import RepeatedGame, check_discount_factor


def test_one_discount_factor_is_common(dilemma):
    game = RepeatedGame(dilemma, discount_factor=Fraction(9, 10))
    assert game.discount_factors == (Fraction(9, 10), Fraction(9, 10))
    assert game.is_common


def test_one_for_each_player(dilemma):
    game = RepeatedGame(dilemma, [0.5, Fraction(1, 3)])
    assert game.discount_factors == (0.5, Fraction(1, 3))
    assert game.exact_discount_factors == (Fraction(1, 2), Fraction(1, 3))
    assert not game.is_common
    assert RepeatedGame(dilemma, np.array([0.5, 0.5])).is_common


@pytest.mark.parametrize(
    "delta",
    [np.float64(0.5), np.float32(0.5), np.array(0.5), 0.5, Fraction(np.int64(1), np.int64(2))],
)
def test_numpy_numbers_are_numbers(dilemma, delta):
    assert RepeatedGame(dilemma, delta).exact_discount_factors == (Fraction(1, 2), Fraction(1, 2))
    assert RepeatedGame(dilemma, (delta, delta)).is_common


@pytest.mark.parametrize(
    "delta",
    [
        0,
        1,
        0.0,
        1.0,
        -0.1,
        1.5,
        Fraction(1),
        float("nan"),
        float("inf"),
        None,
        "0.9",
        True,
        1j,
        ["0.9", "0.9"],
    ],
)
def test_discount_factors_lie_strictly_between_0_and_1(dilemma, delta):
    with pytest.raises(InvalidDiscountFactor):
        RepeatedGame(dilemma, delta)


def test_the_message_says_whose(dilemma):
    with pytest.raises(
        InvalidDiscountFactor, match=r"for player 'B' lies strictly between 0 and 1; got 1\.5"
    ):
        RepeatedGame(dilemma, (0.5, 1.5))


@pytest.mark.parametrize("deltas", [(0.5,), (0.5, 0.5, 0.5), ()])
def test_as_many_as_players(dilemma, deltas):
    with pytest.raises(InvalidDiscountFactor, match=f"each of 2 players, is needed; got {len(deltas)}"):
        RepeatedGame(dilemma, deltas)


def test_the_stage_is_a_stage_game():
    with pytest.raises(InvalidGame, match="got list"):
        RepeatedGame([[1, 2]], 0.5)


def test_checking_returns_the_number_exactly_where_it_is_exact():
    assert check_discount_factor(Fraction(1, 3)) == Fraction(1, 3)
    assert isinstance(check_discount_factor(np.float32(0.5)), float)


def test_equal_games_are_equal(dilemma):
    assert RepeatedGame(dilemma, 0.5) == RepeatedGame(dilemma, Fraction(1, 2))
    assert hash(RepeatedGame(dilemma, 0.5)) == hash(RepeatedGame(dilemma, Fraction(1, 2)))
    assert RepeatedGame(dilemma, 0.5) != RepeatedGame(dilemma, 0.6)
