from fractions import Fraction

import numpy as np
import pytest

from negotiation.base.numeric import KNIFE_EDGE, is_probability_vector, payoff_tolerances


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
        ([10**400], False),
    ],
)
def test_probability_vectors(values, answer):
    assert is_probability_vector(values) is answer
