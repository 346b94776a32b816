"""Inner chains: their paths in closed form, what they leave as it is, and what they are fitted to."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from negotiation.truces.estimation import inner_chains as module
from negotiation.truces.estimation.inner_chains import Inner, inner_chains
from negotiation.truces.estimation.normal import Normal
from negotiation.truces.estimation.numerics import SURROGATE
from negotiation.truces.estimation.surrogate import Surrogate

PRIOR = Normal(np.zeros(2), np.eye(2))


def stand_in(slope=(0.0, 0.0), bend=((0.0, 0.0), (0.0, 0.0)), height=0.0):
    """Return a quadratic function with a bump at (1, -1)."""
    return Surrogate(
        0.5, np.array(slope), np.array(bend), np.eye(2), np.array([[[1.0, -1.0]]]), np.array([[height]])
    )


def given(speed, share=1.0, odds=1.0):
    """Return random numbers that are no chance: speeds, a share of the longest step, and who goes."""
    return SimpleNamespace(
        standard_normal=lambda shape: np.broadcast_to(np.array(speed), shape),
        uniform=lambda low, high: low + share * (high - low),
        random=lambda count: np.full(count, odds),
    )


SLOPE, BEND = np.array([0.6, -0.2]), np.array([[-1.0, 0.4], [0.4, -3.0]])
EXACT = Normal(np.linalg.solve(np.eye(2) - BEND, SLOPE), np.linalg.cholesky(np.linalg.inv(np.eye(2) - BEND)))
"""The posterior of the quadratic function alone."""


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_paths_are_exact_where_the_stand_in_is_quadratic_and_the_normal_is_its_posterior(share):
    at, speed = np.array([[0.3, -0.8], [2.0, 1.0]]), np.array([0.5, -1.5])
    inner = Inner(stand_in(SLOPE, BEND), EXACT, 0.4)
    ends, value, taken = inner.path(at, given(speed, share, 1 - 1e-9))
    angle = SURROGATE.steps * 0.4 * (SURROGATE.shortest + share * (1 - SURROGATE.shortest))
    off = np.linalg.solve(EXACT.root, (at - EXACT.mean).T).T
    turned = np.cos(angle) * off + np.sin(angle) * speed
    np.testing.assert_allclose(ends, EXACT.mean + turned @ EXACT.root.T)
    np.testing.assert_allclose(value, 0.5 + ends @ SLOPE + 0.5 * ((ends @ BEND) * ends).sum(axis=1))
    assert taken == 1.0  # energy is kept: each is taken, by however hard a lot


BUMP = stand_in((0.7, 0.7), -0.4 * np.eye(2), 2.0)


def test_energy_is_kept_better_than_in_proportion_to_the_step():
    at = np.random.default_rng(1).standard_normal((400, 2))
    inner = Inner(BUMP, Normal(np.array([0.3, 0.0]), np.array([[0.9, 0.0], [0.2, 0.8]])), 1e-3)
    ends, _, taken = inner.path(at, given([1.0, -0.7], odds=1 - 2e-5))
    assert taken == 1.0
    assert np.abs(ends - at).max() > 1e-3


def test_a_path_that_is_not_taken_ends_where_it_began_with_the_value_there():
    at = np.random.default_rng(2).standard_normal((300, 2))
    rng = np.random.default_rng(3)
    ends, value, taken = Inner(BUMP, EXACT, 0.6).path(at, rng)
    stayed = (ends == at).all(axis=1)
    assert taken == pytest.approx(1 - stayed.mean())
    assert 0.02 < stayed.mean() < 0.9
    np.testing.assert_allclose(value, BUMP.at(ends)[0])


def test_paths_leave_the_prior_times_the_stand_in_as_it_is_and_lead_there():
    x, y = np.meshgrid(np.linspace(-5, 5, 301), np.linspace(-5, 5, 301), indexing="ij")
    grid = np.stack([x.ravel(), y.ravel()], axis=1)
    weights = np.exp(BUMP.at(grid)[0] - 0.5 * (grid**2).sum(axis=1))
    weights /= weights.sum()
    rng = np.random.default_rng(4)
    mean = weights @ grid
    covariance = (weights[:, None] * (grid - mean)).T @ (grid - mean)
    # An approximation that is off: what the paths leave as it is does not depend on it.
    inner = Inner(BUMP, Normal(mean + 0.2, np.array([[0.7, 0.0], [0.3, 0.6]])), SURROGATE.angle)
    now = rng.standard_normal((12_000, 2))
    for _ in range(25):
        now, _, _ = inner.path(now, rng)
    np.testing.assert_allclose(now.mean(axis=0), mean, atol=0.03)
    np.testing.assert_allclose(np.cov(now.T), covariance, atol=0.03)


def test_a_proposal_is_some_paths_away_and_tells_what_the_stand_in_gained(monkeypatch):
    made = []
    path = Inner.path

    def counted(self, at, rng):
        made.append(at)
        return path(self, at, rng)

    monkeypatch.setattr(Inner, "path", counted)
    at = np.random.default_rng(5).standard_normal((50, 2))
    ends, gained = Inner(BUMP, EXACT, 0.6).proposed(at, np.random.default_rng(6))
    assert len(made) == SURROGATE.paths
    assert all((one != other).any() for one, other in pairwise(made))
    np.testing.assert_allclose(gained, BUMP.at(ends)[0] - BUMP.at(at)[0])


def test_the_normal_is_fitted_to_what_the_stand_in_says():
    rng = np.random.default_rng(7)
    inner = inner_chains(stand_in(SLOPE, BEND), rng.standard_normal((64, 2)) + 3, PRIOR, rng)
    np.testing.assert_allclose(inner.around.mean, EXACT.mean, atol=0.15)
    np.testing.assert_allclose(inner.around.root @ inner.around.root.T, EXACT.root @ EXACT.root.T, atol=0.15)
    assert inner.angle <= SURROGATE.angle


@pytest.mark.parametrize(("begun", "walkers"), [(1, 32), (3, 30), (16, 32), (40, 40)])
def test_it_is_fitted_twice_to_the_later_half_of_so_many_walkers(monkeypatch, begun, walkers):
    fits, steps = [], []

    def fitted(at, weights, told):
        fits.append((at, weights, told))
        return f"fit {len(fits)}"

    def path(self, at, rng):
        steps.append((self.around, self.angle, len(at)))
        return at + 1, None, 0.5 if len(steps) < 3 else 0.9

    monkeypatch.setattr(module, "fitted", fitted)
    monkeypatch.setattr(Inner, "path", path)
    found = inner_chains(BUMP, np.zeros((begun, 2)), PRIOR, None)
    assert len(steps) == SURROGATE.fits * SURROGATE.pilot
    assert {count for _, _, count in steps} == {walkers}
    assert [around for around, _, _ in steps] == [PRIOR] * 10 + ["fit 1"] * 10
    assert found.around == "fit 2"
    for k, (at, weights, told) in enumerate(fits):
        assert sorted(set(at[:, 0])) == [k * 10 + s for s in range(6, 11)]
        np.testing.assert_allclose(weights, 1 / (5 * walkers))
        assert told == walkers * 10 / 4
    # Too few paths are taken twice, so that the step shrinks; then it grows to the longest there is.
    told = [SURROGATE.angle / SURROGATE.longer**k for k in (0, 1, 2, 1, 0, 0)]
    np.testing.assert_allclose([angle for _, angle, _ in steps[:6]], told)
    assert found.angle == SURROGATE.angle
