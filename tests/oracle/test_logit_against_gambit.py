import io

import numpy as np
import pytest

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.stage.logit_equilibrium import logit_equilibrium, logit_residual

gambit = pytest.importorskip("pygambit")

COUNTS = [(2, 2), (3, 3), (4, 5), (6, 6), (2, 2, 2), (3, 2, 4), (2, 2, 2, 2)]
PRECISIONS = [0.5, 2.0, 10.0, 50.0]


def agree(counts, seed):
    rng = np.random.default_rng(seed)
    stage = StageGame(rng.integers(0, 100, (*counts, len(counts))) / 10)
    game = gambit.read_nfg(io.BytesIO(stage.to_gambit().encode()))
    answers = gambit.qre.logit_solve_lambda(game, PRECISIONS)
    for precision, answer in zip(PRECISIONS, answers, strict=True):
        theirs = [np.array([answer.profile[s] for s in player.strategies]) for player in game.players]
        assert logit_residual(stage, theirs, precision) < 1e-5
        ours = logit_equilibrium(stage, precision=precision)
        assert ours.status == "complete"
        for one, other in zip(ours.strategies, theirs, strict=True):
            assert np.abs(one - other).max() < 1e-6


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("seed", range(4))
def test_the_principal_branch_is_gambits(counts, seed):
    agree(counts, seed)


@pytest.mark.slow
@pytest.mark.parametrize("counts", COUNTS)
def test_the_principal_branch_is_gambits_in_many_games(counts):
    for seed in range(4, 60):
        agree(counts, seed)
