"""Metropolis steps: what they leave as it is, and what they count."""

import numpy as np
import pytest
from scipy.stats import norm

from negotiation.truces.estimation import chains
from negotiation.truces.estimation.chains import Renewal, States, Toward, accepted, stepped, target_of
from negotiation.truces.estimation.normal import Normal
from negotiation.truces.estimation.surrogate import Evaluations

OFF = Normal(np.array([0.4, -0.3]), np.array([[0.8, 0.0], [-0.2, 0.7]]))
"""Near the posterior, but not it."""
HALF = (1, 0.5)


def densities(at):
    """Of two sums seen with noise, and of one that is not seen yet."""
    both = at @ np.array([1.0, 1.0])
    return np.stack([norm.logpdf(0.8, both, 0.7), norm.logpdf(0.5, at[:, 0], 0.5), -100.0 * both], axis=1)


MADE = Renewal(HALF, densities, Evaluations.none(np.empty((0, 2)), np.empty((0, 3))))


def states(at):
    return States(at, densities(at), target_of(densities(at), HALF))


def posterior():
    """Mean and covariance after the first observation and half of the second."""
    precision = np.eye(2) + np.ones((2, 2)) / 0.49 + np.diag([0.5 / 0.25, 0.0])
    covariance = np.linalg.inv(precision)
    return covariance @ (0.8 * np.ones(2) / 0.49 + np.array([0.5 * 0.5 / 0.25, 0.0])), covariance


def test_what_was_seen_is_whole_observations_and_a_share_of_the_next():
    table = np.array([[1.0, 10.0, 100.0], [2.0, 20.0, 200.0]])
    assert target_of(table, (0, 0.25)).tolist() == [0.25, 0.5]
    assert target_of(table, (1, 0.5)).tolist() == [6.0, 12.0]
    assert target_of(table, (2, 1.0)).tolist() == [111.0, 222.0]


@pytest.mark.parametrize("move", [("refresh", 0.5), ("refresh", 0.2), ("around", 0.9), ("around", 0.5)])
def test_each_kind_of_step_leaves_the_posterior_as_it_is_and_takes_it_there(move):
    mean, covariance = posterior()
    rng = np.random.default_rng(3)
    exact = mean + rng.standard_normal((20_000, 2)) @ np.linalg.cholesky(covariance).T
    far = rng.standard_normal((20_000, 2))
    for at, steps in ((exact, 3), (far, 40)):
        now = states(at)
        for _ in range(steps):
            now, _ = stepped(now, move, Toward(OFF), MADE, rng)
        np.testing.assert_allclose(now.at.mean(axis=0), mean, atol=0.03)
        np.testing.assert_allclose(np.cov(now.at.T), covariance, atol=0.03)


@pytest.mark.parametrize("move", [("refresh", 0.5), ("around", 0.9), ("surrogate", 0.5)])
def test_states_keep_their_densities_and_are_the_old_or_what_was_proposed(move):
    rng = np.random.default_rng(4)
    now = states(rng.standard_normal((300, 2)) * 2)
    after, proposed = stepped(now, move, Toward(OFF), MADE, rng)
    for one in (after, proposed):
        np.testing.assert_allclose(one.table, densities(one.at))
        np.testing.assert_allclose(one.target, one.table[:, 0] + 0.5 * one.table[:, 1])
    moved = (after.at != now.at).any(axis=1)
    assert 10 < moved.sum() == accepted(now, after) < 290
    np.testing.assert_array_equal(after.at[moved], proposed.at[moved])
    np.testing.assert_array_equal(after.at[~moved], now.at[~moved])
    if move[0] == "refresh":  # what is not refreshed stays to the last digit
        assert (proposed.at == now.at).mean() == pytest.approx(0.5, abs=0.1)


def test_a_width_is_the_share_of_parameters_that_are_refreshed():
    rng = np.random.default_rng(5)
    at = np.full((500, 40), 7.0)
    drawn, odds = chains._proposed(at, "refresh", 0.2, Toward(OFF), rng)
    changed = drawn != 7.0
    assert changed.mean() == pytest.approx(0.2, abs=0.01)
    assert drawn[changed].std() == pytest.approx(1.0, abs=0.05)
    assert odds == 0.0


def test_without_a_surrogate_its_step_is_one_around_the_fit_of_its_width():
    now = states(np.random.default_rng(6).standard_normal((50, 2)))
    one, other = (
        stepped(now, (kind, 0.5), Toward(OFF), MADE, np.random.default_rng(7))[0]
        for kind in ("surrogate", "around")
    )
    np.testing.assert_array_equal(one.at, other.at)


def test_where_it_is_impossible_no_chain_goes():
    def half(at):
        return np.where(at[:, :1] > 0, 0.0, -np.inf)

    rng = np.random.default_rng(8)
    made = MADE._replace(densities=half, until=(0, 1.0))
    at = np.abs(rng.standard_normal((400, 2)))
    now = States(at, half(at), half(at)[:, 0])
    for move in (("refresh", 0.5), ("around", 0.9)):
        now, proposed = stepped(now, move, Toward(OFF), made, rng)
        assert (proposed.at[:, 0] < 0).any()
        assert (now.at[:, 0] > 0).all()
