import numpy as np
import pytest

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.nashpy_methods import nashpy_lemke_howson
from negotiation.game_theory.solvers.nash.solve import solve


@pytest.mark.long
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


def test_nashpys_paths_always_stop_and_are_verified():
    rng = np.random.default_rng(0)
    for size in (1, 2, 4, 6):
        stage = StageGame(rng.integers(0, 3, (size, size, 2)))
        solution = nashpy_lemke_howson(stage)
        assert solution.status in ("partial", "failed")
        assert bool(solution.equilibria) == (solution.status == "partial")
        assert solution.max_regret <= solution.tolerance
