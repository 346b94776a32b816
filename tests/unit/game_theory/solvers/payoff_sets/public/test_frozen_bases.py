import numpy as np
import pytest

from negotiation.game_theory.solvers.payoff_sets.public.outer_bound import Bases, settled_levels


def bases(seed, n_profiles=3, n_levels=6, mass=0.9):
    rng = np.random.default_rng(seed)
    shares = rng.random((n_profiles, n_levels, 4))
    shares *= mass / shares.sum(axis=2, keepdims=True)
    held = rng.integers(0, n_levels, (n_profiles, n_levels, 4))
    return Bases(rng.normal(size=(n_profiles, n_levels)), shares, held)


def plainly(found, levels, steps):
    """Iterate b <- min(b, max_a f + L b), entry by entry, without a matrix."""
    n_profiles, n_levels, n_held = found.shares.shape
    for _ in range(steps):
        levels = np.array(
            [
                min(
                    levels[k],
                    max(
                        found.fixed[a, k]
                        + sum(found.shares[a, k, j] * levels[found.held[a, k, j]] for j in range(n_held))
                        for a in range(n_profiles)
                    ),
                )
                for k in range(n_levels)
            ]
        )
    return levels


@pytest.mark.parametrize("seed", range(8))
def test_the_levels_are_those_of_plain_iteration(seed):
    found, start = bases(seed), np.full(6, 50.0)
    assert settled_levels(found, start) == pytest.approx(plainly(found, start, 400), abs=1e-9)


def test_a_fixed_point_that_repels_is_not_taken_for_a_bound():
    # From 3 plain iteration of b <- 2 b - 1 never falls below 3, though 1 is a fixed point.
    repelling = Bases(np.array([[-1.0]]), np.array([[[2.0]]]), np.array([[[0]]]))
    assert settled_levels(repelling, np.array([3.0])) is None


def test_a_profile_that_can_hold_the_levels_up_forbids_the_fixed_point_of_another():
    # The first profile leads from 4 to 1. The second keeps any level from 2 on: 2 b - 2 >= b.
    both = Bases(np.array([[0.5], [-2.0]]), np.array([[[0.5]], [[2.0]]]), np.array([[[0]], [[0]]]))
    first = Bases(both.fixed[:1], both.shares[:1], both.held[:1])
    assert settled_levels(first, np.array([4.0])) == pytest.approx([1.0])
    assert settled_levels(both, np.array([4.0])) is None
    # From 1.2, where it yields 0.4, it has no say.
    assert settled_levels(both, np.array([1.2])) == pytest.approx([1.0])
