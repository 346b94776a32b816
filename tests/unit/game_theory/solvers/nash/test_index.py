from fractions import Fraction

import numpy as np
import pytest

from negotiation.errors import InvalidGame, InvalidStrategy
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.index import equilibrium_index
from negotiation.game_theory.solvers.nash.solve import solve

BATTLE = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]])


def test_pure_strict_equilibria_have_index_one_and_the_mixed_one_minus_one():
    profiles = [("0", "0"), ("1", "1"), ([2 / 3, 1 / 3], [1 / 3, 2 / 3])]
    assert [equilibrium_index(BATTLE, profile) for profile in profiles] == [1, 1, -1]


def test_an_only_equilibrium_has_index_one():
    pennies = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert equilibrium_index(pennies, ([0.5, 0.5], [0.5, 0.5])) == 1
    wheel = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    third = [1 / 3] * 3
    assert equilibrium_index(StageGame.from_matrices(wheel, -wheel), (third, third)) == 1


def test_the_coordination_game_of_three_actions():
    stage = StageGame.from_matrices(np.diag([1, 2, 3]), np.diag([1, 2, 3]))
    indices = [equilibrium_index(stage, equilibrium) for equilibrium in solve(stage)]
    assert sorted(indices) == [-1, -1, -1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("scale", "constant"), [(1.0, 0.0), (1e-200, 0.0), (1e200, 0.0), (1.0, -1e6), (3, 7)]
)
def test_affine_changes_of_payoffs_change_no_index(scale, constant):
    A = scale * np.array([[2.0, 0.0], [0.0, 1.0]]) + constant
    stage = StageGame.from_matrices(A, [[1, 0], [0, 2]])
    assert equilibrium_index(stage, ([2 / 3, 1 / 3], [1 / 3, 2 / 3])) == -1


def test_payoffs_with_long_denominators():
    third = [[Fraction(-((i * j) ** 2), 10**40 + 3 * i + j) for j in (1, 2, 3)] for i in (1, 2, 3)]
    stage = StageGame.from_matrices(
        third, [[Fraction(i == j, 10**40 + i) for j in range(3)] for i in range(3)]
    )
    assert sum(equilibrium_index(stage, equilibrium) for equilibrium in solve(stage)) == 1


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_indices_of_generic_games_sum_to_one(n):
    for seed in range(10):
        rng = np.random.default_rng(seed)
        stage = StageGame(rng.normal(size=(n, n, 2)))
        assert sum(equilibrium_index(stage, equilibrium) for equilibrium in solve(stage)) == 1


@pytest.mark.parametrize(
    ("A", "B", "profile"),
    [
        ([[1, 1], [1, 1]], [[1, 1], [1, 1]], ("0", "0")),
        ([[1, 0], [1, 0]], [[1, 0], [0, 1]], ("0", "0")),
        ([[1, 0], [0, 1]], [[1, 0], [0, 0]], ([0.5, 0.5], "0")),
        ([[1, 1], [1, 1]], [[1, 1], [1, 1]], ([0.5, 0.5], [0.5, 0.5])),
        ([[0.3, 0.0], [0.1 + 0.2, 0.0]], [[1, 0], [0, 1]], ("0", "0")),
    ],
)
def test_degenerate_equilibria_have_none(A, B, profile):
    assert equilibrium_index(StageGame.from_matrices(A, B), profile) is None


@pytest.mark.parametrize("profile", [("0", "1"), ([0.5, 0.5, 0], [0.5, 0.5, 0])])
def test_what_is_no_equilibrium_is_refused(profile):
    stage = StageGame.from_matrices([[4, 0, 0], [0, 4, 0], [3, 3, 9]], np.eye(3))
    with pytest.raises(InvalidStrategy, match="no equilibrium of the game has these supports"):
        equilibrium_index(stage, profile)


def test_three_players_are_refused():
    with pytest.raises(InvalidGame, match="two players; the game has 3"):
        equilibrium_index(StageGame(np.zeros((2, 2, 2, 3))), ("0", "0", "0"))
