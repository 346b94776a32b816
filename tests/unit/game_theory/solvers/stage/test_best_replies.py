import numpy as np
import pytest

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.pure_equilibria import pure_equilibria
from negotiation.game_theory.solvers.stage.best_replies import best_replies, regret

DILEMMA = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], ("A", "B"), (("C", "D"), ("C", "D")))


def test_labels_vectors_and_both_together():
    replies = best_replies(DILEMMA, ("C", [0.5, 0.5]))
    assert replies.by_action[0].tolist() == [5.0, 6.5]
    assert replies.by_action[1].tolist() == [9.0, 10.0]
    assert replies.payoffs.tolist() == [5.0, 9.5]
    assert replies.regrets.tolist() == [1.5, 0.5]
    assert replies.regret == 1.5
    assert replies.status == "complete"


def test_ties_are_all_best():
    stage = StageGame.from_matrices([[1, 0], [1, 0], [0, 5]], np.zeros((3, 2)))
    assert best_replies(stage, ("2", "0")).best == (("0", "1"), ("0", "1"))


def test_regret_agrees_with_the_independent_check_for_three_players():
    rng = np.random.default_rng(1)
    for _ in range(20):
        stage = StageGame(rng.normal(size=(2, 3, 4, 3)))
        profile = [rng.dirichlet(np.ones(n)) for n in stage.n_actions]
        verdict, found = verify(stage, profile), best_replies(stage, profile)
        # The check names the worst departure in the range of its player's own payoffs.
        named = stage.player_index(verdict.deviation.player)
        assert found.regrets[named] == pytest.approx(-verdict.margin, abs=1e-12)
        assert named == np.argmax(found.regrets / np.ptp(stage.payoffs, axis=(0, 1, 2)))
        assert regret(stage, profile) == found.regrets.max()


def test_regret_is_zero_exactly_at_pure_equilibria():
    stage = StageGame(np.random.default_rng(2).integers(0, 5, (3, 3, 3, 3)))
    equilibria = {tuple(labels[0] for labels in e.support) for e in pure_equilibria(stage)}
    for index in np.ndindex(stage.n_actions):
        profile = stage.labels(index)
        assert (regret(stage, profile) == 0.0) == (profile in equilibria)


def test_the_range_of_huge_payoffs_does_not_overflow():
    stage = StageGame.from_matrices([[1.7e308, -1.7e308]], [[-1.7e308, 1.7e308]])
    assert best_replies(stage, ("0", "0")).best == (("0",), ("1",))
