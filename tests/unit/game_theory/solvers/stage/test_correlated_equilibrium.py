import numpy as np
import pytest

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.solve import solve
from negotiation.game_theory.solvers.stage import obedience_program
from negotiation.game_theory.solvers.stage.correlated_equilibrium import correlated_equilibrium
from negotiation.game_theory.solvers.stage.correlated_payoffs import extreme_correlated_payoffs
from negotiation.game_theory.solvers.stage.numerics import NUMERICS
from negotiation.game_theory.solvers.stage.obedience_program import disobedience_gains

CHICKEN = StageGame.from_matrices(
    [[6, 2], [7, 0]], [[6, 7], [2, 0]], ("A", "B"), (("swerve", "dare"), ("swerve", "dare"))
)


def gains_by_hand(stage, distribution):
    worst = -np.inf
    for i, n in enumerate(stage.n_actions):
        for a in range(n):
            for b in range(n):
                if a == b:
                    continue
                total = 0.0
                for index in np.ndindex(stage.n_actions):
                    if index[i] == a:
                        other = (*index[:i], b, *index[i + 1 :])
                        gain = stage.payoffs[(*other, i)] - stage.payoffs[(*index, i)]
                        total += distribution[index] * gain
                worst = max(worst, total)
    return worst


@pytest.mark.parametrize("counts", [(4, 5), (2, 3, 4), (2, 2, 2, 2), (5,), (1, 3), (1, 1)])
def test_random_games_of_any_number_of_players(counts):
    for seed in range(5):
        stage = StageGame(np.random.default_rng(seed).normal(size=(*counts, len(counts))))
        result = correlated_equilibrium(stage)
        assert result.status == "complete"
        assert result.distribution.sum() == pytest.approx(1.0)
        assert gains_by_hand(stage, result.distribution) <= 1e-9
        if np.isfinite(result.margin):
            assert result.margin == pytest.approx(-gains_by_hand(stage, result.distribution), abs=1e-12)
        expected = np.tensordot(result.distribution, stage.payoffs, axes=len(counts))
        assert result.payoffs == pytest.approx(expected)
        assert result.value <= result.bound + 1e-9
        assert result.bound - result.value <= 1e-8


def test_zero_sum_games_have_one_payoff():
    A = np.random.default_rng(4).normal(size=(4, 4))
    stage = StageGame.from_matrices(A, -A)
    result = extreme_correlated_payoffs(stage)
    assert result.status == "complete"
    assert result.least == pytest.approx(result.greatest, abs=1e-7)
    assert result.vertices.shape == (1, 2)
    assert result.least[0] == pytest.approx(solve(stage).equilibria[0].payoffs[0], abs=1e-7)


def test_the_polygon_supports_every_direction():
    for seed in range(10):
        stage = StageGame(np.random.default_rng(seed).normal(size=(3, 4, 2)))
        result = extreme_correlated_payoffs(stage)
        assert result.status == "complete"
        for angle in np.linspace(0, 2 * np.pi, 17):
            direction = np.array([np.cos(angle), np.sin(angle)])
            best = correlated_equilibrium(stage, direction).value
            assert (result.vertices @ direction).max() == pytest.approx(best, abs=1e-6)


def test_segments_points_and_constant_games():
    common = StageGame.from_matrices([[4, 0], [0, 1]], [[4, 0], [0, 1]])
    assert extreme_correlated_payoffs(common).vertices.shape == (2, 2)
    constant = extreme_correlated_payoffs(StageGame(np.full((2, 2, 2), 3.0)))
    assert constant.vertices.tolist() == [[3.0, 3.0]]
    assert constant.status == "complete"
    one_sided = extreme_correlated_payoffs(StageGame.from_matrices([[0, 1]], [[2, 2]]))
    assert one_sided.vertices == pytest.approx(np.array([[0.0, 2.0], [1.0, 2.0]]))


def test_a_dominated_action_is_not_played_however_little_it_loses():
    own = np.array([[2 * 10**9, 0], [2 * 10**9 + 2, 10**9]], dtype=object)
    stage = StageGame.from_matrices(own, own.T)
    for objective in ("welfare", "0", [0, 0]):
        result = correlated_equilibrium(stage, objective)
        assert result.status == "complete"
        assert result.support == (("1", "1"),)
        assert result.payoffs.tolist() == [1e9, 1e9]
    assert extreme_correlated_payoffs(stage).vertices.tolist() == [[1e9, 1e9]]


def test_what_is_not_proven_is_not_complete(monkeypatch):
    monkeypatch.setattr(obedience_program, "NUMERICS", NUMERICS._replace(most_proven_entries=1))
    result = correlated_equilibrium(CHICKEN)
    assert result.status == "partial"
    assert "too many" in result.reason
    assert result.value <= result.bound + 1e-9
    assert result.bound == pytest.approx(10.5)
    assert extreme_correlated_payoffs(CHICKEN).status == "partial"


BESIDE_TIES = [
    [[[-3.000000002, 3.0], [-2.999999998, 1.000000001]], [[-2.999999997, -2.999999996], [2e-9, 1.0]]],
    [
        [[-1.999999996, 3.000000003], [3.000000002, 2.999999998]],
        [[-2.0, 3.000000002], [1.999999996, 1.999999998]],
        [[-2.000000004, -3.000000002], [-2.999999999, -4e-9]],
    ],
]
"""Games in which linear programming finds no optimum: it takes differences of 1e-9 for none."""


@pytest.mark.parametrize("payoffs", BESIDE_TIES, ids=["two by two", "three by two"])
def test_where_linear_programming_fails_exact_pivots_find_the_optimum(payoffs):
    stage = StageGame(payoffs)
    for player in stage.players:
        for sign in (1.0, -1.0):
            found = correlated_equilibrium(stage, {player: sign})
            assert found.status == "complete"
            assert disobedience_gains(stage.payoffs, found.distribution).max() <= 1e-14
    assert extreme_correlated_payoffs(stage).status == "complete"
