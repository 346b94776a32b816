import numpy as np
import pytest

from negotiation.game_theory.games import StageGame
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
