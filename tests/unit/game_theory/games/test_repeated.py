from fractions import Fraction

import numpy as np
import pytest

from negotiation.errors import InvalidDiscountFactor
from negotiation.game_theory.games import RepeatedGame


@pytest.mark.parametrize(
    "delta", [np.float64(0.5), np.float32(0.5), np.array(0.5), 0.5, Fraction(np.int64(1), np.int64(2))]
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
