"""Hamiltonian paths on a surrogate: in closed form, what they leave as it is, and what they are fitted to."""

from types import SimpleNamespace

import numpy as np
import pytest

from negotiation.truces.estimation.numerics import SURROGATE
from negotiation.truces.estimation.surrogate import Normal, Surrogate, SurrogateHMC


def quadratic(slope=(0.0, 0.0), bend=((0.0, 0.0), (0.0, 0.0)), height=0.0):
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
def test_paths_are_exact_where_the_surrogate_is_quadratic_and_the_normal_is_its_posterior(share):
    at, speed = np.array([[0.3, -0.8], [2.0, 1.0]]), np.array([0.5, -1.5])
    hmc = SurrogateHMC(quadratic(SLOPE, BEND), EXACT, 0.4)
    ends, value, accepted = hmc.path(at, given(speed, share, 1 - 1e-9))
    angle = SURROGATE.steps * 0.4 * (SURROGATE.shortest + share * (1 - SURROGATE.shortest))
    off = np.linalg.solve(EXACT.root, (at - EXACT.mean).T).T
    turned = np.cos(angle) * off + np.sin(angle) * speed
    np.testing.assert_allclose(ends, EXACT.mean + turned @ EXACT.root.T)
    np.testing.assert_allclose(value, 0.5 + ends @ SLOPE + 0.5 * ((ends @ BEND) * ends).sum(axis=1))
    assert accepted == 1.0  # energy is kept: each is accepted, by however hard a lot


BUMP = quadratic((0.7, 0.7), -0.4 * np.eye(2), 2.0)


def test_a_proposal_tells_what_the_surrogate_gained_over_all_its_paths():
    at = np.random.default_rng(5).standard_normal((50, 2))
    ends, gained = SurrogateHMC(BUMP, EXACT, 0.6).proposed(at, np.random.default_rng(6))
    now, rng = at, np.random.default_rng(6)
    for _ in range(SURROGATE.paths):
        now, _, _ = SurrogateHMC(BUMP, EXACT, 0.6).path(now, rng)
    np.testing.assert_array_equal(ends, now)
    np.testing.assert_allclose(gained, BUMP.at(ends)[0] - BUMP.at(at)[0])
