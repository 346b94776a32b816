"""Numbers of the largest likelihood: closed forms, bounds, several summits, rounding that tells nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.truces.prediction.likeliest import most_likely, slope

WIDE = (-30.0, 30.0)


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_slopes_are_exact_where_they_are_known(a, b):
    found = slope(lambda x: np.exp(x[0]) * np.sin(x[1]), np.array([a, b]))
    assert found == pytest.approx([np.exp(a) * np.sin(b), np.exp(a) * np.cos(b)], rel=1e-13, abs=1e-13)


@pytest.mark.long
@given(st.integers(1, 400), st.floats(0.1, 5_000), st.floats(-10, 10))
def test_a_rate_is_moves_by_time(moves, time, start):
    rate = np.exp(most_likely(lambda x: moves * x[0] - time * np.exp(x[0]), [[start]], [WIDE])[0])
    assert rate == pytest.approx(moves / time, rel=1e-12)


def test_what_would_go_beyond_a_bound_stands_at_it_and_the_others_are_settled():
    def likelihood(x):
        return -((x[0] - 3) ** 2) - (x[1] - x[0] / 7) ** 2

    assert most_likely(likelihood, [[0.0, 0.0]], [(-1.0, 2.0), WIDE]) == pytest.approx(
        [2.0, 2 / 7], rel=1e-13
    )
    assert most_likely(likelihood, [[9.0, 9.0]], [(-1.0, 2.0), (0.5, 9.0)]).tolist() == [2.0, 0.5]


@pytest.mark.parametrize("starts", [[[-2.0], [2.0]], [[2.0], [-2.0]]])
def test_of_several_summits_the_highest(starts):
    def likelihood(x):
        return -((x[0] ** 2 - 1) ** 2) + 0.1 * x[0]

    (found,) = most_likely(likelihood, starts, [WIDE])
    assert 4 * found * (found**2 - 1) == pytest.approx(0.1, rel=1e-12)
    assert found > 0
