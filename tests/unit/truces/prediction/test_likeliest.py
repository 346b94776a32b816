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


def test_what_the_likelihood_does_not_depend_on_stays_where_it_was():
    found = most_likely(lambda x: -((x[0] - 1) ** 2), [[0.0, 0.25]], [WIDE, WIDE])
    assert found == pytest.approx([1.0, 0.25], rel=1e-13)


@given(st.integers(0, 10**6), st.floats(-2, 2), st.floats(-2, 2))
def test_noise_of_the_size_of_rounding_changes_nothing(seed, a, b):
    # As another processor would round: the likelihood is off in its last digits, another way at each point.
    rng = np.random.default_rng(seed)

    def plain(x):
        return -100 * ((x[0] - 0.3) ** 2 + (x[0] * x[1] - 0.2) ** 2) - 1_000.0

    def noisy(x):
        return plain(x) * (1 + 1e-15 * rng.integers(-3, 4))

    bounds = [(0.1, 3.0), (-3.0, 3.0)]
    one, two = (most_likely(some, [[a, b]], bounds) for some in (plain, noisy))
    assert one == pytest.approx([0.3, 2 / 3], rel=1e-11)
    assert two == pytest.approx(one, rel=1e-11)
