import numpy as np

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.exact_supports import certified
from negotiation.game_theory.solvers.nash.solution import nash_solution


def test_what_cannot_be_certified_is_left_out_and_named():
    stage = StageGame.from_matrices([[1, 0], [0, 1]], [[1, 0], [0, 10**6]])
    nearly = nash_solution(
        stage,
        [[np.array([1.0, 0.0]), np.array([0.9995, 0.0005])]],
        method="test",
        status="complete",
        reason="made up",
    )
    assert len(nearly) == 1
    checked = certified(stage, nearly)
    assert (len(checked), checked.status) == (0, "partial")
    assert "1 of 1 found in floats could not be certified" in checked.reason
