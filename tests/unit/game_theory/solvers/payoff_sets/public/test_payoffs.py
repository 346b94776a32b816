import numpy as np
import pytest

import negotiation as ng
from negotiation.base.numeric import KNIFE_EDGE
from negotiation.game_theory.solvers.payoff_sets.common.budget import Budget, never
from negotiation.game_theory.solvers.payoff_sets.common.directions import direction_array
from negotiation.game_theory.solvers.payoff_sets.common.kernels.bases import Programs
from negotiation.game_theory.solvers.payoff_sets.common.program_arrays import HalfPlanes
from negotiation.game_theory.solvers.payoff_sets.public.constraints import signal_constraints
from negotiation.game_theory.solvers.payoff_sets.public.kernels.operator import new_reach, sweep
from negotiation.game_theory.solvers.payoff_sets.public.outer_bound import first_levels, lowered


def noisy_dilemma():
    stage = ng.StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]])
    return stage, ng.PublicSignal([[[0.9, 0.1], [0.2, 0.8]], [[0.2, 0.8], [0.1, 0.9]]])


def random_game(seed, actions, signals):
    rng = np.random.default_rng(seed)
    chances = rng.dirichlet(np.full(signals, 0.5), size=(actions, actions))
    return ng.StageGame(rng.random((actions, actions, 2))), ng.PublicSignal(chances)


@pytest.mark.parametrize(
    ("game", "delta"), [(noisy_dilemma(), 0.6), (noisy_dilemma(), 0.9), (random_game(3, 2, 3), 0.8)]
)
def test_frozen_bases_lead_where_plain_steps_do(game, delta):
    stage, signal = game
    constraints = signal_constraints(stage, signal, (delta, delta))
    directions = direction_array(16)
    levels = first_levels(constraints, directions, True)

    def start():
        programs = Programs(constraints.compiled(), HalfPlanes(directions, levels.copy()), KNIFE_EDGE)
        return programs, new_reach(1 - constraints.hopeless, directions, programs)

    plain, frozen = start(), start()
    steps = 0
    while sweep(*plain, np.zeros(16)) > 1e-13:
        steps += 1
    taken, _ = lowered(*frozen, 1e-13, Budget(1000, never()))
    assert frozen[0].planes.levels == pytest.approx(plain[0].planes.levels, abs=1e-9)
    assert taken < steps


@pytest.mark.long
def test_bounds_meet_at_high_patience():
    stage, signal = noisy_dilemma()
    game = ng.RepeatedGame(stage, 0.99, signal)
    found = ng.equilibrium_payoffs(game)
    assert found.status == "complete"
    assert found.gap <= 1e-3 * found.size
    assert ng.verify(game, found).holds
    # Steps grew faster than 1 / (1 - delta): they were thousands here.
    assert found.iterations < 500


@pytest.mark.long
@pytest.mark.parametrize(
    ("game", "delta", "apart"),
    [(noisy_dilemma(), 0.999, 1e-3), (random_game((20251030, 2, 2, 16), 2, 2), 0.99, 1e-3)],
)
def test_inner_bounds_are_near_at_high_patience(game, delta, apart):
    # Policy iteration over plays alone was 0.03 of the range away, and 0.4.
    repeated = ng.RepeatedGame(game[0], delta, game[1])
    found = ng.equilibrium_payoffs(repeated)
    assert found.status == "complete"
    assert found.gap <= apart
    assert ng.verify(repeated, found).holds
