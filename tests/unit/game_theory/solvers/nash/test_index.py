from fractions import Fraction

import pytest

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.index import equilibrium_index
from negotiation.game_theory.solvers.nash.solve import solve


def test_payoffs_with_long_denominators():
    third = [[Fraction(-((i * j) ** 2), 10**40 + 3 * i + j) for j in (1, 2, 3)] for i in (1, 2, 3)]
    stage = StageGame.from_matrices(
        third, [[Fraction(i == j, 10**40 + i) for j in range(3)] for i in range(3)]
    )
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
