"""Metropolis steps: what they leave as it is, and what they count."""

import numpy as np
import pytest
from scipy.stats import norm

from negotiation.truces.estimation.sampler import Renewal, States, Toward, stepped
from negotiation.truces.estimation.surrogate import Evaluations, Normal, seen_along

OFF = Normal(np.array([0.4, -0.3]), np.array([[0.8, 0.0], [-0.2, 0.7]]))
"""Near the posterior, but not it."""
HALF = np.array([1.0, 0.5, 0.0])


def densities(at):
    """Of two sums seen with noise, and of one that is not seen yet."""
    both = at @ np.array([1.0, 1.0])
    return np.stack([norm.logpdf(0.8, both, 0.7), norm.logpdf(0.5, at[:, 0], 0.5), -100.0 * both], axis=1)


MADE = Renewal(HALF, densities, Evaluations.none(np.empty((0, 2)), np.empty((0, 3))))


def states(at):
    return States(at, densities(at), seen_along(densities(at), HALF))


def posterior():
    """Mean and covariance after the first observation and half of the second."""
    precision = np.eye(2) + np.ones((2, 2)) / 0.49 + np.diag([0.5 / 0.25, 0.0])
    covariance = np.linalg.inv(precision)
    return covariance @ (0.8 * np.ones(2) / 0.49 + np.array([0.5 * 0.5 / 0.25, 0.0])), covariance


@pytest.mark.long
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
