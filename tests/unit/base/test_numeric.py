from fractions import Fraction

import numpy as np
import pytest

from negotiation.base.numeric import (
    KNIFE_EDGE,
    is_probability_vector,
    payoff_scale,
    payoff_tolerances,
)


@pytest.mark.parametrize("shift", [0.0, 1e6, -1e9])
def test_scale_is_the_range_wherever_the_payoffs_lie(shift):
    assert payoff_scale(np.array([0.0, 2.0, 5.0]) + shift) == 5.0


def test_scale_of_constant_payoffs_is_one():
    assert payoff_scale([7.0, 7.0]) == 1.0


def test_tolerance_grows_with_the_range():
    games = np.array([[[0.0, 0.0], [100.0, 1.0]]])
    assert payoff_tolerances(games, KNIFE_EDGE)[0] == pytest.approx([1e-10, 1e-12])


def test_tolerance_is_never_finer_than_the_doubles():
    found = float(payoff_tolerances(np.array([[[1e9], [1e9 + 1]]]), KNIFE_EDGE)[0, 0])
    assert np.spacing(1e9) <= found < 1e-6


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ([1.0], True),
        ([0.1] * 10, True),
        ([Fraction(1, 3), Fraction(2, 3)], True),
        ([1.1, -0.1], False),
        ([0.5, 0.5 + 1e-6], False),
        ([float("nan"), 1.0], False),
        ([], False),
    ],
)
def test_probability_vectors(values, answer):
    assert is_probability_vector(values) is answer
