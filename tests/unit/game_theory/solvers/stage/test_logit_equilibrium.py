import numpy as np
import pytest
from scipy.optimize import brentq

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.stage.logit_equilibrium import (
    logit_branch,
    logit_equilibrium,
    logit_residual,
)

DILEMMA = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], ("A", "B"), (("C", "D"), ("C", "D")))
STAG = StageGame.from_matrices([[4, 1], [3, 3]], [[4, 3], [1, 3]])
COORDINATION = StageGame.from_matrices(np.eye(2), np.eye(2))


def folding_game():
    return StageGame(np.random.default_rng(3).normal(size=(3, 3, 2)))


@pytest.mark.parametrize("precision", [0.1, 0.5, 1.0, 3.0, 10.0])
def test_a_symmetric_game_solves_its_one_equation(precision):
    # With p the probability of C: p = 1 / (1 + exp(-precision (u(C) - u(D)))), u(C) - u(D) = p - 2.
    def excess(p):
        return p - 1 / (1 + np.exp(-precision * (p - 2)))

    p = brentq(excess, 0, 1, xtol=1e-15)
    result = logit_equilibrium(DILEMMA, precision=precision)
    assert result.strategies[0] == pytest.approx([p, 1 - p], abs=1e-12)
    assert result.strategies[1] == pytest.approx([p, 1 - p], abs=1e-12)


def test_high_precision_selects_the_risk_dominant_equilibrium():
    result = logit_equilibrium(STAG, precision=1000.0)
    assert result.strategies[0].tolist() == [0.0, 1.0]
    assert result.regret == 0.0
    assert result.payoffs.tolist() == [3.0, 3.0]


@pytest.mark.long
@pytest.mark.parametrize("counts", [(2, 2), (5, 4), (8, 8), (2, 3, 4), (2, 2, 2, 2)])
def test_random_games_to_high_precision(counts):
    for seed in range(2):
        stage = StageGame(np.random.default_rng(seed).normal(size=(*counts, len(counts))))
        result = logit_equilibrium(stage, precision=1000.0)
        assert result.status == "complete"
        assert result.precision == 1000.0
        assert logit_residual(stage, result.strategies, 1000.0) < 1e-9
        assert result.regret <= np.log(max(counts)) / 1000.0


def test_the_branch_passes_folds():
    branch = logit_branch(folding_game(), max_precision=100.0)
    assert branch.status == "complete"
    assert branch.folds
    assert (np.diff(branch.precisions) < 0).any()
    assert max(equilibrium.residual for equilibrium in branch) < 1e-9
    first = branch.precisions[np.flatnonzero(np.diff(branch.precisions) < 0)[0]]
    assert branch.folds[0] == pytest.approx(first, rel=0.05)


def test_the_first_passage_is_taken_where_there_are_several():
    branch = logit_branch(folding_game(), max_precision=100.0)
    falls = np.flatnonzero(np.diff(branch.precisions) < 0)
    turn, least = branch.precisions[falls[0]], branch.precisions[falls[-1] + 1]
    middle = (turn + least) / 2
    result = logit_equilibrium(folding_game(), precision=middle)
    before = branch[int(falls[0])]
    after = branch[int(falls[-1]) + 1]

    def distance(e):
        return max(np.abs(p - q).max() for p, q in zip(e.strategies, result.strategies, strict=True))

    assert distance(before) < distance(after)


def test_a_crossing_of_branches_is_reported_and_the_symmetric_one_kept():
    result = logit_equilibrium(COORDINATION, precision=50.0)
    assert result.status == "complete"
    assert result.strategies[0] == pytest.approx([0.5, 0.5])
    assert "another branch crosses near precision" in result.reason
    branch = logit_branch(COORDINATION, max_precision=50.0)
    assert branch.crossings == pytest.approx((2.0,), rel=0.1)
    assert logit_equilibrium(COORDINATION, precision=1.0).reason == "on the principal branch"


def test_the_step_limit_gives_partial_with_what_was_reached():
    result = logit_equilibrium(STAG, precision=1000.0, max_steps=5)
    assert result.status == "partial"
    assert "stopped after 5 steps" in result.reason
    assert 0 < result.precision < 1000.0
    assert logit_residual(STAG, result.strategies, result.precision) < 1e-9
    branch = logit_branch(STAG, max_precision=1000.0, max_steps=5)
    assert branch.status == "partial"
    assert branch[-1].precision == pytest.approx(result.precision)


def test_a_near_crossing_of_branches_is_not_jumped():
    # Two branches pass close by near precision 0.95; gambit and far shorter steps give this one.
    stage = StageGame(np.random.default_rng(50).integers(0, 100, (2, 2, 2, 2, 4)) / 10)
    branch = logit_branch(stage, max_precision=2.0)
    assert branch.crossings == ()
    assert branch[-1].strategies[0] == pytest.approx([0.37600646, 0.62399354], abs=1e-7)
