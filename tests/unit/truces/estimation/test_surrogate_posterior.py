"""Steps that a surrogate proposes leave the posterior as it is, whatever the surrogate says."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import norm

from negotiation.truces.estimation import chains, convergence
from negotiation.truces.estimation.fitting import fit
from negotiation.truces.estimation.normal import Normal
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.surrogate import Evaluations, Surrogate, seen_along, surrogate
from negotiation.truces.estimation.surrogate_hmc import SurrogateHMC

SIZE = 12


class Stopped(Exception):
    """A run is stopped."""


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


class Jump(Seen):
    """Nine times as likely where the first number is above a half, impossible below minus two; and a sum."""

    observations = ("side", "sum")

    def of(self, at):
        side = np.where(at[:, 0] > 0.5, np.log(0.9), np.log(0.1))
        side = np.where(at[:, 0] < -2, -np.inf, side)
        return np.stack([side, norm.logpdf(at.sum(axis=1), 3.0, 0.5)], axis=1)


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


@pytest.mark.long
def test_a_jump_in_the_density_is_kept():
    rng = np.random.default_rng(5)
    at = rng.standard_normal((400_000, SIZE))
    logs = Jump().of(at).sum(axis=1)
    weights = np.exp(logs - logs.max())
    right = weights @ (at[:, 0] > 0.5) / weights.sum()
    got = []
    for seed in range(12):
        found = fit(Jump(), particles=128, islands=1, seed=seed, lag=False)
        first = coordinates(found)[:, 0]
        assert (first >= -2).all()
        got.append(found.weights @ (first > 0.5))
    assert abs(np.mean(got) - right) < 3.5 * np.std(got, ddof=1) / 12**0.5
    assert np.std(got, ddof=1) < 0.15


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
    toward = chains.Toward(
        Normal(np.zeros(SIZE), np.eye(SIZE)), SurrogateHMC(WRONG, Normal(mean + 0.3, np.eye(SIZE)), 0.5)
    )
    made = chains.Renewal((0, 1.0), densities, Evaluations.none(at, densities(at)))
    now = chains.States(at, densities(at), densities(at)[:, 0])
    moved = 0
    for _ in range(6):
        before = now
        now, _ = chains.stepped(now, ("surrogate", 1.0), toward, made, rng)
        moved += chains.accepted(before, now)
    assert 0.05 < moved / (6 * len(at)) < 0.9
    np.testing.assert_array_less(np.abs(now.at.mean(axis=0) - mean), 4.5 / 6000**0.5)
    np.testing.assert_allclose(np.cov(now.at.T), covariance, atol=0.08)
    # Without the decision of the model they would not be.
    loose = at
    for _ in range(6):
        loose, _ = toward.hmc.proposed(loose, rng)
    assert np.abs(loose.mean(axis=0) - mean).max() > 0.2


@pytest.mark.long
def test_a_fit_with_a_surrogate_that_is_wrong_finds_the_same_posterior(monkeypatch):
    monkeypatch.setattr(convergence, "surrogate", lambda known, _: (WRONG, known))
    means, _ = on_a_grid(Banana())
    told = []
    for seed in range(8):
        found = fit(Banana(), particles=128, islands=1, seed=seed, lag=False)
        told.append(found.weights @ coordinates(found)[:, :2])
    error = np.std(told, axis=0, ddof=1) / 8**0.5
    np.testing.assert_array_less(np.abs(np.mean(told, axis=0) - means), 4 * error)


def test_the_gradient_of_a_surrogate_is_its_slope():
    rng = np.random.default_rng(3)
    at = rng.standard_normal((150, SIZE))
    found, _ = surrogate(Evaluations.none(at, Banana().of(at)), np.array([1.0, 0.6, 0.0]))
    points, way = rng.standard_normal((20, SIZE)), rng.standard_normal((20, SIZE))
    step = 1e-5
    slope = (found.at(points + step * way)[0] - found.at(points - step * way)[0]) / (2 * step)
    np.testing.assert_allclose((found.at(points)[1] * way).sum(axis=1), slope, rtol=1e-4, atol=1e-4)


@pytest.mark.long
def test_a_surrogate_foretells_what_it_was_not_fitted_to():
    """Functions of one direction each in 31 dimensions, from fewer evaluations than a quadratic needs."""
    rng = np.random.default_rng(4)
    design = rng.standard_normal((6, 31)) * 0.6
    seen = rng.standard_normal(6)
    at, fresh = rng.standard_normal((300, 31)), rng.standard_normal((200, 31))
    found, _ = surrogate(Evaluations.none(at, norm.logpdf(seen, at @ design.T, 2.0)), np.ones(6))
    right = norm.logpdf(seen, fresh @ design.T, 2.0).sum(axis=1)
    assert np.std(found.at(fresh)[0] - right) < 0.3 * right.std()


@pytest.mark.long
@pytest.mark.parametrize("after", [1, 2])
def test_the_numbers_are_the_same_with_workers_and_after_a_stop(tmp_path, after):
    alone = fit(Banana(), particles=128, islands=1)
    with ThreadPoolExecutor(3) as three:
        with_three = fit(Banana(), particles=128, islands=1, executor=three)

    def stop(done, total):
        if done == after:
            raise Stopped

    kept = tmp_path / "kept.npz"
    with pytest.raises(Stopped):
        fit(Banana(), particles=128, islands=1, kept=kept, progress=stop)
    again = fit(Banana(), particles=128, islands=1, kept=kept)
    for other in (with_three, again):
        np.testing.assert_array_equal(other.draws, alone.draws)
        np.testing.assert_array_equal(other.scores, alone.scores)
        assert other.lag == alone.lag


@pytest.mark.parametrize("until", [(0, 0.3), (1, 1.0), (3, 0.5), (4, 1.0)])
def test_a_surrogate_is_fitted_to_what_was_seen_and_to_nothing_else(until):
    table = np.random.default_rng(8).standard_normal((6, 5))
    shares = convergence.shares_of(until, 5)
    np.testing.assert_allclose(seen_along(table, shares), chains.target_of(table, until), rtol=1e-12)
