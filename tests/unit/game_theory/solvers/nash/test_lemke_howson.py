import numpy as np
import pytest

from negotiation.errors import InvalidGame
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.lemke_howson import lemke_howson
from negotiation.game_theory.solvers.nash.nashpy_methods import nashpy_lemke_howson
from negotiation.game_theory.solvers.nash.solve import solve


@pytest.mark.parametrize("high", [2, 3, 1000])
def test_every_path_ends_at_an_extreme_equilibrium_however_degenerate_the_game(high):
    rng = np.random.default_rng(high)
    for _ in range(60):
        stage = StageGame(rng.integers(0, high, (*rng.integers(1, 6, 2), 2)))
        solution = solve(stage, method="lemke_howson", exact=True)
        assert solution.equilibria
        assert solution.status == "partial"
        assert f"{sum(stage.n_actions)} of {sum(stage.n_actions)} labels" in solution.reason
        assert {e.exact for e in solution} <= {e.exact for e in solve(stage, exact=True)}


def test_large_games_stop():
    stage = StageGame(np.random.default_rng(1).random((15, 15, 2)))
    solution = lemke_howson(stage, deadline=60.0)
    assert solution.equilibria
    assert solution.max_regret <= solution.tolerance


def test_a_deadline_before_the_first_equilibrium_is_a_failure():
    solution = lemke_howson(StageGame(np.random.default_rng(1).random((20, 20, 2))), deadline=1e-9)
    assert (solution.status, len(solution)) == ("failed", 0)
    assert "deadline" in solution.reason


def test_three_players_are_refused():
    for method in (lemke_howson, nashpy_lemke_howson):
        with pytest.raises(InvalidGame, match="two players; the game has 3"):
            method(StageGame(np.zeros((2, 2, 2, 3))))


def test_nashpys_paths_always_stop_and_are_verified():
    rng = np.random.default_rng(0)
    for size in (1, 2, 4, 6):
        stage = StageGame(rng.integers(0, 3, (size, size, 2)))
        solution = nashpy_lemke_howson(stage)
        assert solution.status in ("partial", "failed")
        assert bool(solution.equilibria) == (solution.status == "partial")
        assert solution.max_regret <= solution.tolerance
