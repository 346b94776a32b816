"""Normal distributions of particles: their steps, densities and fits, worked out by hand."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from negotiation.truces.estimation.surrogate import Normal, fitted

AROUND = Normal(np.array([1.0, 2.0]), np.array([[2.0, 0.0], [1.0, 1.0]]))


@pytest.mark.parametrize("width", [0.2, 0.9])
def test_steps_keep_the_distribution_and_move_by_their_width(width):
    rng = np.random.default_rng(1)
    at = AROUND.mean + rng.standard_normal((40_000, 2)) @ AROUND.root.T
    after = AROUND.step(at, width, rng)
    covariance = AROUND.root @ AROUND.root.T
    np.testing.assert_allclose(after.mean(axis=0), AROUND.mean, atol=0.06)
    np.testing.assert_allclose(np.cov(after.T), covariance, atol=0.15)
    kept = np.cov(at[:, 0], after[:, 0])[0, 1] / covariance[0, 0]
    assert kept == pytest.approx((1 - width**2) ** 0.5, abs=0.02)


def test_densities_are_those_of_the_distribution_up_to_a_constant():
    at = np.random.default_rng(2).standard_normal((6, 2)) * 3
    told = multivariate_normal(AROUND.mean, AROUND.root @ AROUND.root.T).logpdf(at)
    found = AROUND.log_density(at)
    np.testing.assert_allclose(found - found[0], told - told[0])
    assert AROUND.log_density(AROUND.mean[None])[0] == 0.0  # the highest there is


def test_a_fit_lies_between_the_prior_and_the_particles_by_how_many_these_are():
    at, even = np.array([[-1.0, 0.0], [3.0, 0.0]]), np.array([0.5, 0.5])
    # Mean (1, 0), variances 4 and 0. Two particles in two dimensions weigh as much as the prior.
    for told in (None, 2.0):
        found = fitted(at, even, told)
        np.testing.assert_allclose(found.mean, [0.5, 0.0])
        np.testing.assert_allclose(found.root @ found.root.T, [[2.5, 0.0], [0.0, 0.5]])
    # Weights 3/4 and 1/4: mean 0, variance 3, and 1.6 particles.
    uneven = fitted(at, np.array([0.75, 0.25]))
    np.testing.assert_allclose(uneven.mean, [0.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(np.diag(uneven.root @ uneven.root.T), [(1.6 * 3 + 2) / 3.6, 2 / 3.6])
    # Two that go together are fitted so.
    slanted = fitted(np.array([[-1.0, -1.0], [1.0, 1.0]]), even, worth=2.0)
    np.testing.assert_allclose(slanted.root @ slanted.root.T, [[1.0, 0.5], [0.5, 1.0]])
    np.testing.assert_array_equal(slanted.root, np.tril(slanted.root))
