import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import negotiation as ng
from negotiation.game_theory.solvers.thresholds.many import critical_discount_factors

NEAR = 1e-9
SHAPES = st.tuples(st.integers(1, 3), st.integers(1, 3), st.just(2))
WHOLE = arrays.arrays(np.float64, SHAPES, elements=st.integers(-5, 5).map(float))


def compare(payoffs, low, high):
    found = ng.critical_discount_factor(ng.StageGame(payoffs), ("0", "0"))
    if found.value is None:
        assert high == np.inf
        assert (low == np.inf) == (found.status == "complete")
    else:
        assert found.lower - NEAR <= high <= found.upper + NEAR


@settings(max_examples=60)
@given(WHOLE)
def test_the_batch_agrees_with_the_certified_threshold(payoffs):
    batch = critical_discount_factors(payoffs[None], (0, 0))
    compare(payoffs, batch.lower[0], batch.upper[0])


def test_the_batch_agrees_on_posture_games_of_random_parameters():
    scenario = ng.load_scenario("us-china-2025")
    games = np.array([scenario.draw(seed).stage_game("small").payoffs for seed in range(6)])
    batch = critical_discount_factors(games, (0, 0))
    for payoffs, low, high in zip(games, batch.lower, batch.upper, strict=True):
        compare(payoffs, low, high)


@pytest.mark.slow
def test_the_batch_agrees_on_many_games_that_have_a_threshold():
    rng = np.random.default_rng(3)
    games = rng.normal(size=(4_000, 4, 4, 2))
    batch = critical_discount_factors(games, (0, 0))
    chosen = np.flatnonzero((batch.upper > 0) & np.isfinite(batch.upper))[:120]
    assert len(chosen) == 120
    for b in chosen:
        compare(games[b], batch.lower[b], batch.upper[b])


@given(st.integers(2, 40), st.floats(-1e3, 1e3))
def test_a_game_s_number_depends_neither_on_its_company_nor_on_a_constant(seed, constant):
    games = np.random.default_rng(seed).integers(0, 8, (5, 3, 3, 2)).astype(float)
    together = critical_discount_factors(games, (1, 2))
    alone = [critical_discount_factors(game[None], (1, 2)).upper[0] for game in games]
    assert together.upper.tolist() == alone
    moved = critical_discount_factors(games + constant, (1, 2))
    assert np.allclose(moved.upper, together.upper, rtol=0, atol=1e-9, equal_nan=False)


@given(st.integers(1, 20), st.integers(1, 20), st.integers(1, 20))
def test_a_prisoners_dilemma_has_friedman_s_threshold(a, b, c):
    T, R, P = a + b + c, b + c, c
    found = critical_discount_factors([[[(R, R), (0, T)], [(T, 0), (P, P)]]], (0, 0))
    assert found.values[0] == pytest.approx((T - R) / (T - P), abs=1e-12)
    assert found.status == "complete"
    assert float(found[0].value) == pytest.approx(found.values[0], abs=1e-12)
