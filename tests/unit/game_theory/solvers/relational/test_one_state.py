import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.solvers.relational.one_state import one_state


@pytest.mark.parametrize("chance", [0.0, 0.1, 0.4, 0.9])
@pytest.mark.parametrize("seed", range(6))
def test_they_are_those_of_the_relation_solved_by_backward_steps(seed, chance):
    rng = np.random.default_rng(seed)
    payoffs, delta = rng.integers(0, 9, (3, 4, 2)).astype(float), 0.8
    game = ng.StochasticGame.from_stages({"0": ng.StageGame(payoffs)}, np.ones((1, 3, 4, 1)), delta)
    whole = ng.negotiation_equilibrium(game, negotiation_probability=chance)
    lasting = delta * (1.0 - chance)
    found = one_state(payoffs[None], [lasting])
    if whole.status == "failed":
        assert found.joint[0] == -np.inf
        return
    assert whole.status == "complete"
    assert found.joint[0] == pytest.approx(whole.joint[0], abs=1e-9)
    worst = ((1 - delta) * found.threats[0] + delta * chance * whole.bargained[0]) / (1 - lasting)
    assert worst == pytest.approx(whole.worst[0], abs=1e-9)


def test_where_nothing_can_be_enforced_it_says_so():
    pennies = [[(1, 0), (0, 1)], [(0, 1), (1, 0)]]
    found = one_state([pennies], [0.1])
    assert found.joint[0] == -np.inf
    assert np.isinf(found.threats).all()
