import numpy as np
import pytest

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.exact_supports import certified
from negotiation.game_theory.solvers.nash.solution import nash_solution
from negotiation.game_theory.solvers.nash.solve import solve


@pytest.mark.parametrize("shape", [(1, 3), (2, 2), (3, 3), (2, 5), (4, 4), (5, 5)])
def test_complete_and_the_same_as_vertex_enumeration_in_generic_games(shape):
    rng = np.random.default_rng(5)
    for _ in range(5):
        stage = StageGame(rng.random((*shape, 2)))
        by_supports = solve(stage, method="support_enumeration", exact=True)
        by_vertices = solve(stage, exact=True)
        assert by_supports.status == "complete"
        assert [e.exact for e in by_supports] == [e.exact for e in by_vertices]


def test_a_degenerate_game_is_partial_and_says_so():
    solution = solve(
        StageGame([[(3, 3), (3, 3)], [(2, 2), (5, 6)], [(0, 3), (6, 1)]]), method="support_enumeration"
    )
    assert solution.status == "partial"
    assert "degenerate" in solution.reason


def test_nashpy_support_enumeration_is_partial_and_verified():
    stage = StageGame(np.random.default_rng(2).random((3, 3, 2)))
    solution = solve(stage, method="nashpy_support_enumeration", deadline=60)
    assert solution.status == "partial"
    assert 0 < len(solution) <= len(solve(stage))


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
