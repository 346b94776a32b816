"""Priors are ranges, on the number or on its logarithm."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest, norm

from negotiation.errors import InvalidNumber, InvalidOptions
from negotiation.truces.estimation.priors import LearnedPrior, Prior, parameters_at

RANGES = st.tuples(st.floats(1e-3, 1e3), st.floats(1.01, 1e4)).map(lambda pair: (pair[0], pair[0] * pair[1]))


@given(RANGES, st.sampled_from(("linear", "log")), st.floats(0, 1))
def test_a_share_of_a_range_is_found_again(ends, scale, share):
    prior = Prior("x", *ends, scale)
    value = prior.at(share)
    assert ends[0] <= value <= ends[1]
    assert prior.share(value) == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize(
    ("low", "high", "scale", "error", "words"),
    [
        (1.0, 1.0, "linear", InvalidNumber, "pace: `low` is 1.0 and `high` is 1.0"),
        (0.0, np.inf, "linear", InvalidNumber, "finite"),
        (0.0, 1.0, "log", InvalidNumber, "must be above zero"),
        (0.1, 1.0, "square", InvalidOptions, "allowed: 'linear', 'log'"),
    ],
)
def test_no_range_is_no_prior(low, high, scale, error, words):
    with pytest.raises(error, match=words):
        Prior("pace", low, high, scale)


def test_a_learned_prior_is_normal_on_the_coordinates_of_its_range():
    plain, known = Prior("x", 0.5, 50.0, "log"), LearnedPrior("x", 0.5, 50.0, "log", "", 0.7, 0.3)
    coordinates = np.random.default_rng(1).standard_normal((4000, 1))
    values = parameters_at([known], coordinates)[:, 0]
    assert kstest(norm.ppf(plain.share(values)), norm(0.7, 0.3).cdf).pvalue > 0.01
    far = parameters_at([known], np.array([[-60.0], [60.0]]))[:, 0]
    assert ((far >= 0.5) & (far <= 50.0)).all()
    nothing_known = LearnedPrior("x", 0.5, 50.0, "log")
    shares = np.linspace(0.0, 1.0, 11)
    np.testing.assert_allclose(nothing_known.at(shares), plain.at(shares))
