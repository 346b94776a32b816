"""Steps that a surrogate proposes leave the posterior as it is, whatever the surrogate says."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import norm

from negotiation.truces.estimation import sampler
from negotiation.truces.estimation.fitting import fit
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.surrogate import Evaluations, Normal, Surrogate, SurrogateHMC, surrogate

SIZE = 12


@dataclass
class Seen:
    """Twelve standard normal numbers, of which two are seen in some way."""

    name: str = "seen"
    size: int = SIZE

    @property
    def priors(self):
        return tuple(Prior(f"number {k}", 0.0, 1.0) for k in range(self.size))

    def log_densities(self, parameters):
        return self.of(norm.ppf(np.clip(parameters, 1e-12, 1 - 1e-12)))


class Banana(Seen):
    """The second number less the square of the first, then the first: curved, and skewed."""

    observations = ("curve", "first", "curve again")

    def of(self, at):
        curve = at[:, 1] - at[:, 0] ** 2
        seen = (norm.logpdf(curve, -1.0, 0.3), norm.logpdf(at[:, 0], 0.5, 0.7), norm.logpdf(curve, -0.8, 0.3))
        return np.stack(seen, axis=1)


def on_a_grid(model):
    """Return mean and variance of the first two coordinates of a banana, by sums over even points."""
    x, y = np.meshgrid(np.linspace(-4, 4, 401), np.linspace(-4, 6, 501), indexing="ij")
    at = np.zeros((x.size, SIZE))
    at[:, 0], at[:, 1] = x.ravel(), y.ravel()
    logs = model.of(at).sum(axis=1) + norm.logpdf(at[:, :2]).sum(axis=1)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    means = weights @ at[:, :2]
    return means, weights @ (at[:, :2] - means) ** 2


def coordinates(found):
    return norm.ppf(np.clip(found.draws, 1e-12, 1 - 1e-12))


@pytest.mark.long
def test_a_curved_posterior_is_that_of_sums_over_even_points():
    means, variances = on_a_grid(Banana())
    told, spread, known = [], [], []
    for seed in range(12):
        found = fit(Banana(), particles=128, islands=1, seed=seed, lag=False)
        at = coordinates(found)[:, :2]
        told.append(found.weights @ at)
        spread.append(found.weights @ (at - means) ** 2)
        known.append(len(found.islands[0].known_at))
    for got, right in ((np.array(told), means), (np.array(spread), variances)):
        error = got.std(axis=0, ddof=1) / len(got) ** 0.5
        np.testing.assert_array_less(np.abs(got.mean(axis=0) - right), 3.5 * error)
        np.testing.assert_array_less(error, 0.15)
    assert min(known) > 200


WRONG = Surrogate(
    0.0, np.full(SIZE, 0.7), -0.4 * np.eye(SIZE), np.eye(SIZE)[:, :2], np.array([[[1.0, -1.0]]]),
    np.array([[2.0]]),
)  # fmt: skip
"""Of nothing that was seen."""


@pytest.mark.long
def test_a_surrogate_that_is_wrong_changes_nothing_of_what_is_left_as_it_is():
    """From exact draws of a posterior, after steps on the surrogate alone."""

    def densities(at):
        return norm.logpdf(0.9, at[:, :1] + at[:, 1:2], 0.5)

    rng = np.random.default_rng(1)
    design = np.zeros(SIZE)
    design[:2] = 1.0
    covariance = np.linalg.inv(np.outer(design, design) / 0.25 + np.eye(SIZE))
    mean = covariance @ design * 0.9 / 0.25
    at = mean + rng.standard_normal((6000, SIZE)) @ np.linalg.cholesky(covariance).T
    toward = sampler.Toward(
        Normal(np.zeros(SIZE), np.eye(SIZE)), SurrogateHMC(WRONG, Normal(mean + 0.3, np.eye(SIZE)), 0.5)
    )
    made = sampler.Renewal(np.ones(1), densities, Evaluations.none(at, densities(at)))
    now = sampler.States(at, densities(at), densities(at)[:, 0])
    moved = 0.0
    for _ in range(6):
        before = now
        now, _ = sampler.stepped(now, ("surrogate", 1.0), toward, made, rng)
        moved += (before.at != now.at).any(axis=1).mean()
    assert 0.05 < moved / 6 < 0.9
    np.testing.assert_array_less(np.abs(now.at.mean(axis=0) - mean), 4.5 / 6000**0.5)
    np.testing.assert_allclose(np.cov(now.at.T), covariance, atol=0.08)
    # Without the decision of the model they would not be.
    loose = at
    for _ in range(6):
        loose, _ = toward.hmc.proposed(loose, rng)
    assert np.abs(loose.mean(axis=0) - mean).max() > 0.2


def test_the_gradient_of_a_surrogate_is_its_slope():
    rng = np.random.default_rng(3)
    at = rng.standard_normal((60, SIZE))
    found, _ = surrogate(Evaluations.none(at, Banana().of(at)), np.array([1.0, 0.6, 0.0]))
    points, way = rng.standard_normal((20, SIZE)), rng.standard_normal((20, SIZE))
    step = 1e-5
    slope = (found.at(points + step * way)[0] - found.at(points - step * way)[0]) / (2 * step)
    np.testing.assert_allclose((found.at(points)[1] * way).sum(axis=1), slope, rtol=1e-4, atol=1e-4)
