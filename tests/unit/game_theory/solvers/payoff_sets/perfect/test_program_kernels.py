"""Compiled programs of several players' bounds against the same programs solved one by one by HiGHS."""

import numpy as np
import pytest
from scipy.optimize import linprog

from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.payoff_sets.common.kernels.bases import work_arrays
from negotiation.game_theory.solvers.payoff_sets.perfect.bounded_payoffs import (
    bounded_payoffs,
    sphere_directions,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.hulls import mixture, price_rows
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import PROGRAMS


def plain_levels(payoffs, deltas, normals, steps):
    """Lower half-spaces to what is generated within them, a program for each direction and profile."""
    n = payoffs.shape[-1]
    gains = np.stack(
        [payoffs[..., i].max(axis=i, keepdims=True) - payoffs[..., i] for i in range(n)], axis=-1
    )
    stage, gains = payoffs.reshape(-1, n), gains.reshape(-1, n)
    threats, top = (stage + gains).min(axis=0), stage.max(axis=0)
    levels = np.where(normals > 0.0, normals * top, normals * threats).sum(axis=1)
    for _ in range(steps):
        found = np.full(len(levels), -np.inf)
        for g, h in zip(stage, gains, strict=True):
            low = threats + (1.0 - deltas) / deltas * h - PROGRAMS.relaxed
            for k, normal in enumerate(normals):
                best = linprog(
                    -deltas * normal, normals, levels + PROGRAMS.relaxed, bounds=[(x, None) for x in low]
                )
                if best.status == 0:
                    found[k] = max(found[k], normal @ ((1.0 - deltas) * g) - best.fun)
        levels = np.minimum(levels, found)
        least = [-levels[int(normals[:, i].argmin())] for i in range(n)]
        threats = np.maximum(threats, np.array(least) - PROGRAMS.relaxed)
    return levels


@pytest.mark.long
@pytest.mark.parametrize(
    ("seed", "deltas"), [(0, (0.5, 0.5, 0.5)), (1, (0.7, 0.4, 0.6)), (2, (0.3, 0.3, 0.9))]
)
def test_levels_after_three_steps_are_those_of_programs_solved_one_by_one(seed, deltas):
    payoffs = np.random.default_rng(seed).random((2, 2, 2, 3))
    # Each player's least payoff is 0 and the greatest 1: the scale on which the solver works.
    payoffs = (payoffs - payoffs.min(axis=(0, 1, 2))) / np.ptp(payoffs, axis=(0, 1, 2))
    found = bounded_payoffs(RepeatedGame(StageGame(payoffs), deltas), limit=3)
    plain = plain_levels(payoffs, np.array(deltas), sphere_directions(3, 1), 3)
    assert found.iterations == 3
    assert found.levels == pytest.approx(plain, abs=1e-8)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(40))
def test_the_best_mixture_is_that_of_a_program(seed):
    rng = np.random.default_rng(seed)
    points = rng.random((int(rng.integers(1, 12)), 3))
    objective = points @ rng.normal(size=3)
    asked = points.mean(axis=0) + rng.normal(scale=0.2, size=3)
    weights, basis = np.empty(len(points)), np.full(4, -1)
    met = mixture(objective, asked, price_rows(points), basis, work_arrays(4), weights)
    best = linprog(-objective, -points.T, -asked, np.ones((1, len(points))), np.ones(1), bounds=(0.0, None))
    assert met == (best.status == 0)
    if met:
        assert weights.min() >= 0.0
        assert weights.sum() == pytest.approx(1.0)
        assert (weights @ points >= asked - 1e-8).all()
        assert objective @ weights == pytest.approx(-best.fun, abs=1e-9)


@pytest.mark.long
def test_a_last_basis_that_no_longer_fits_is_not_trusted():
    rng = np.random.default_rng(5)
    basis = np.full(4, -1)
    for _ in range(20):
        points = rng.random((9, 3))
        objective, asked = points @ rng.normal(size=3), points.min(axis=0)
        afresh, again = np.empty(9), np.empty(9)
        mixture(objective, asked, price_rows(points), basis, work_arrays(4), again)
        mixture(objective, asked, price_rows(points), np.full(4, -1), work_arrays(4), afresh)
        assert objective @ again == pytest.approx(float(objective @ afresh), abs=1e-10)
