import io

import numpy as np
import pytest
from scipy.optimize import linprog

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.stage.dominance import dominated_actions, iterated_elimination

gambit = pytest.importorskip("pygambit")

COUNTS = [(2, 2), (3, 4), (4, 3), (5, 2), (2, 3, 2)]


def random_stage(counts, seed):
    rng = np.random.default_rng(seed)
    return StageGame(rng.integers(0, 4, (*counts, len(counts))))


def as_gambit(stage):
    return gambit.read_nfg(io.BytesIO(stage.to_gambit().encode()))


def labels_in(support):
    return tuple(tuple(s.label for s in player.strategies if s in support) for player in support.game.players)


def one_round(support, kind):
    # Each action is asked about by itself: pygambit 16.7's undominated_strategies_solve disagrees with its
    # own is_dominated in some of these games.
    gone = [
        s
        for player in support.game.players
        for s in player.strategies
        if s in support and support.is_dominated(s, strict=kind == "strict")
    ]
    for strategy in gone:
        support = support.remove(strategy)
    return support


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("kind", ["strict", "weak"])
def test_pure_dominance_equals_gambits(counts, kind):
    for seed in range(40):
        stage = random_stage(counts, seed)
        support = one_round(as_gambit(stage).strategy_support_profile(), kind)
        result = dominated_actions(stage, kind=kind, mixed=False)
        gone = {(found.player, found.action) for found in result.dominated}
        ours = tuple(
            tuple(a for a in labels if (player, a) not in gone)
            for player, labels in zip(stage.players, stage.actions, strict=True)
        )
        assert ours == labels_in(support)


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("kind", ["strict", "weak"])
def test_iterated_pure_elimination_equals_gambits(counts, kind):
    for seed in range(40):
        stage = random_stage(counts, seed)
        support, before = as_gambit(stage).strategy_support_profile(), None
        while labels_in(support) != before:
            before = labels_in(support)
            support = one_round(support, kind)
        assert iterated_elimination(stage, kind=kind, mixed=False).game.actions == before


@pytest.mark.parametrize("counts", COUNTS)
def test_strict_mixed_dominance_equals_never_being_a_best_reply_to_a_belief(counts):
    # Pearce 1984, lemma 3: with correlated beliefs, an action is strictly dominated exactly when it is a
    # best reply to no belief. The belief's program is another than the dominator's.
    for seed in range(25):
        stage = random_stage(counts, seed)
        gone = {(f.player, f.action) for f in dominated_actions(stage).dominated}
        for i, player in enumerate(stage.players):
            own = np.moveaxis(stage.payoffs[..., i], i, 0).reshape(stage.n_actions[i], -1)
            for a, action in enumerate(stage.actions[i]):
                profiles = own.shape[1]
                belief = linprog(
                    np.r_[np.zeros(profiles), 1.0],
                    A_ub=np.column_stack([own - own[a], -np.ones(len(own))]),
                    b_ub=np.zeros(len(own)),
                    A_eq=np.r_[np.ones(profiles), 0.0][None, :],
                    b_eq=[1.0],
                    bounds=[(0, None)] * (profiles + 1),
                )
                assert ((player, action) in gone) == (belief.fun > 1e-7)
