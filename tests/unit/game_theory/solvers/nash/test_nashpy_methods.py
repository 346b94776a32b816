import numpy as np

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.solve import solve


def test_nashpy_support_enumeration_is_partial_and_verified():
    stage = StageGame(np.random.default_rng(2).random((3, 3, 2)))
    solution = solve(stage, method="nashpy_support_enumeration", deadline=60)
    assert solution.status == "partial"
    assert 0 < len(solution) <= len(solve(stage))
