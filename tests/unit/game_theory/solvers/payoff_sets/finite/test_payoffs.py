from fractions import Fraction

import numpy as np
import pytest

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.payoff_sets.finite.payoffs import finite_horizon_payoffs

TWO = [[4, -5, -5], [5, 1, -5], [-5, -5, 3]]


def symmetric(A):
    return StageGame.from_matrices(A, list(zip(*A, strict=True)))


def payoffs(stage, periods, **keywords):
    return [tuple(row) for row in finite_horizon_payoffs(stage, periods, **keywords).payoffs]


@pytest.mark.parametrize("periods", [1, 2, 5, 30])
def test_a_single_stage_equilibrium_unravels(dilemma, periods):
    assert payoffs(dilemma, periods) == [(3, 3)]
    assert payoffs(dilemma, periods, discount_factor=Fraction(9, 10)) == [(3, 3)]


def test_two_equilibria_hold_up_cooperation_in_the_first_period():
    # Cooperation gains 1 by a deviation and costs 2 in the last period.
    assert payoffs(symmetric(TWO), 1) == [(1, 1), (3, 3)]
    assert payoffs(symmetric(TWO), 2) == [(1, 1), (2, 2), (3, 3), (Fraction(7, 2), Fraction(7, 2))]


HALF = Fraction(1, 2)


@pytest.mark.parametrize(("delta", "kept"), [(HALF, True), (HALF - Fraction(1, 10**30), False), (0.5, True)])
def test_the_discount_factor_from_which_the_last_period_deters_is_one_half(delta, kept):
    best = finite_horizon_payoffs(symmetric(TWO), 2, discount_factor=delta).payoffs.max()
    average = (4 + 3 * delta) / (1 + delta)
    assert (best == pytest.approx(float(average))) is kept
    assert kept or best == 3


def test_no_pure_equilibrium_is_an_empty_set():
    pennies = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    found = finite_horizon_payoffs(pennies, 3)
    assert found.payoffs.shape == (0, 2)
    assert found.worst is None
    assert found.sizes == (0, 0, 0)
    assert found.status == "complete"


def test_at_the_limit_the_answer_is_partial_and_still_right():
    chicken = StageGame.from_matrices([[0, 7], [2, 6]], [[0, 2], [7, 6]])
    whole = finite_horizon_payoffs(chicken, 6)
    some = finite_horizon_payoffs(chicken, 6, limit=8)
    assert (whole.status, some.status) == ("complete", "partial")
    assert max(some.sizes) <= 8 < max(whole.sizes)
    assert set(map(tuple, some.payoffs)) < set(map(tuple, whole.payoffs))
    assert "8" in some.reason


def test_what_is_left_out_at_the_limit_is_no_punishment():
    stage = StageGame.from_matrices([[7, 0], [7, 0]], [[7, 4], [4, 1]])
    assert finite_horizon_payoffs(stage, 5, limit=5).worst == finite_horizon_payoffs(stage, 5).worst


def test_payoffs_that_differ_by_the_rounding_of_floats_are_one():
    twins = StageGame.from_matrices([[0.3, 0.0], [0.0, 0.1 + 0.2]], [[1.0, 0.0], [0.0, 1.0]])
    found = finite_horizon_payoffs(twins, 3, discount_factor=0.9)
    assert found.payoffs == pytest.approx(np.array([[0.3, 1.0]]))
    assert found.sizes == (1, 1, 1)
    # The square root makes no plain fraction of the range.
    root = np.sqrt(2.0)
    rough = StageGame.from_matrices([[root, 0.0], [0.0, root + 1.0 - 1.0]], [[np.pi, 0.0], [0.0, 3.0]])
    assert finite_horizon_payoffs(rough, 3).sizes == (2, 3, 4)
