import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.solvers.payoff_sets.common.budget import Budget, never
from negotiation.game_theory.solvers.payoff_sets.public.constraints import signal_constraints
from negotiation.game_theory.solvers.payoff_sets.public.inner_bound import shortfalls, spared_generation
from negotiation.game_theory.solvers.payoff_sets.public.outer_bound import hull_of, outer_bound

BUDGET = Budget(10_000, never())


@pytest.mark.long
@pytest.mark.parametrize("delta", [0.9, 0.99, 0.999])
def test_what_is_generated_covers_its_own_continuations(delta):
    stage = ng.StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]])
    signal = ng.PublicSignal([[[0.9, 0.1], [0.2, 0.8]], [[0.2, 0.8], [0.1, 0.9]]])
    constraints = signal_constraints(stage, signal, (delta, delta))
    outer = outer_bound(constraints, True, BUDGET)
    found = spared_generation(constraints.compiled(1e-8), outer, BUDGET)
    hull = hull_of(found.points, 0.0)
    assert len(hull) > 3
    for point, profile, later in zip(found.points, found.profiles, found.continuations, strict=True):
        used = later[: constraints.n_signals[profile]]
        assert shortfalls(used, hull).max() <= 1e-10
        # The point is what the profile and these continuations give, and no deviation pays.
        chances = constraints.probabilities[profile, : len(used)]
        given = (1.0 - delta) * constraints.payoffs[profile] + delta * chances @ used
        assert point == pytest.approx(given, abs=1e-12)
        for m in range(constraints.n_constraints[profile]):
            own = used[:, constraints.owners[profile, m]]
            kept = constraints.coefficients[profile, m, : len(used)] @ own
            assert kept >= (1.0 - delta) / delta * constraints.gains[profile, m]


def test_corners_inside_lack_nothing_and_a_hull_without_interior_covers_nothing():
    square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    assert shortfalls(np.array([[0.5, 0.5], [2.0, 0.5]]), square).tolist() == [0.0, 1.0]
    assert np.isinf(shortfalls(square, square[:2])).all()
