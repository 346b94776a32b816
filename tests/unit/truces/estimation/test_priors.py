"""Priors are ranges, on the number or on its logarithm."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest, norm

from negotiation.disputes import load_scenario
from negotiation.errors import InvalidNumber, InvalidOptions
from negotiation.truces.estimation.priors import LearnedPrior, Prior, parameters_at

RANGES = st.tuples(st.floats(1e-3, 1e3), st.floats(1.01, 1e4)).map(lambda pair: (pair[0], pair[0] * pair[1]))


@given(RANGES, st.sampled_from(("linear", "log")), st.floats(0, 1))
def test_a_share_of_a_range_is_found_again(ends, scale, share):
    prior = Prior("x", *ends, scale)
    value = prior.at(share)
    assert ends[0] <= value <= ends[1]
    assert prior.share(value) == pytest.approx(share, abs=1e-9)


def test_a_calibration_gives_its_range_and_source():
    scenario = load_scenario("us-china-2025")
    for name, quantity in scenario.quantities.items():
        if quantity.low < quantity.high:
            prior = Prior.of(name, quantity)
            assert (prior.low, prior.high, prior.scale) == (quantity.low, quantity.high, "linear")
            assert prior.source


@pytest.mark.parametrize(
    ("low", "high", "scale", "error", "words"),
    [
        (1.0, 1.0, "linear", InvalidNumber, "pace: range from 1.0 to 1.0"),
        (0.0, np.inf, "linear", InvalidNumber, "finite"),
        (0.0, 1.0, "log", InvalidNumber, "lies above zero"),
        (0.1, 1.0, "square", InvalidOptions, "allowed are linear, log"),
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


def test_shares_of_a_range_by_hand():
    line, rate = Prior("x", 2.0, 6.0), Prior("y", 1.0, 100.0, "log")
    assert line.scale == "linear"
    assert (line.at(0.25), line.at(0.0), line.at(1.0)) == (3.0, 2.0, 6.0)
    assert (rate.at(0.5), rate.at(0.0)) == (pytest.approx(10.0), 1.0)
    assert isinstance(rate.at(0.25), float)
    np.testing.assert_allclose(rate.at(np.array([0.25, 1.0])), [10**0.5, 100.0])
    np.testing.assert_allclose(line.share(np.array([3.0, 8.0])), [0.25, 1.5])
    assert rate.share(10.0) == pytest.approx(0.5)
    known = LearnedPrior("x", 2.0, 6.0, middle=1.0, spread=2.0)
    # At the share of a coordinate of a half, the coordinate 1 + 2 / 2.
    assert known.at(norm.cdf(0.5)) == pytest.approx(2.0 + 4.0 * norm.cdf(2.0))
    both = parameters_at([rate, line], np.array([[0.0, 0.0], [norm.ppf(0.25), 1.0]]))
    np.testing.assert_allclose(both, [[10.0, 4.0], [10**0.5, 2.0 + 4.0 * norm.cdf(1.0)]])
    for source, told in (("a paper", "a paper"), ("", "assumption")):
        there = SimpleNamespace(low=0.5, high=2.0, source=source)
        assert Prior.of("z", there) == Prior("z", 0.5, 2.0, "linear", told)
    for low, high in ((2.0, 1.0), (np.nan, 1.0), (-np.inf, 1.0)):
        with pytest.raises(InvalidNumber, match=f"pace: range from {low} to {high}; two finite numbers"):
            Prior("pace", low, high)
    for middle, spread in ((np.nan, 1.0), (0.0, 0.0), (0.0, -1.0), (0.0, np.inf)):
        with pytest.raises(InvalidNumber, match=r"pace: middle .* spread .* above zero"):
            LearnedPrior("pace", 0.1, 1.0, "log", middle=middle, spread=spread)
    with pytest.raises(InvalidNumber, match=r"pace: low 0\.0; a logarithmic range"):
        LearnedPrior("pace", 0.0, 1.0, "log")
