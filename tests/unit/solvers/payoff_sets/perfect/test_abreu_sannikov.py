"""Why bounds of two players' payoffs do not meet."""

from fractions import Fraction

import numpy as np
import pytest

from negotiation.games import RepeatedGame, StageGame
from negotiation.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs


@pytest.mark.parametrize("seed", [5, 23, 25, 36])
def test_a_game_beside_one_with_a_knife_edge_is_said_to_be_so(seed):
    generator = np.random.default_rng(seed)
    payoffs = generator.integers(-5, 6, (3, 3, 2))
    beside = payoffs + generator.uniform(-1e-9, 1e-9, payoffs.shape)
    on_it = equilibrium_payoffs(RepeatedGame(StageGame(payoffs), Fraction(1, 2)))
    assert (on_it.status, on_it.exact) == ("complete", True)
    for given in (beside, np.vectorize(Fraction, otypes=[object])(beside)):
        found = equilibrium_payoffs(RepeatedGame(StageGame(given), Fraction(1, 2)))
        assert found.status == "partial"
        assert "met or missed by less than they resolve (1e-09)" in found.reason
    # Farther off, whichever way the perturbation went, nothing is in doubt.
    for delta in (0.5 - 1e-6, 0.5 + 1e-6):
        assert equilibrium_payoffs(RepeatedGame(StageGame(beside), delta)).status == "complete"
