import numpy as np

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.pure_equilibria import best_reply_mask, pure_equilibria


def supports(stage):
    return {equilibrium.support for equilibrium in pure_equilibria(stage)}


def test_ties_all_count():
    assert best_reply_mask(StageGame(np.zeros((2, 2, 2)))).all()
    published = StageGame.from_matrices([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]])
    assert supports(published) == {(("0",), ("0",))}


def test_payoffs_within_rounding_of_the_best_count_as_best():
    near = [[0.1 + 0.2, 0.0], [0.3, 0.0]]
    assert best_reply_mask(StageGame.from_matrices(near, [[1, 0], [1, 0]]))[:, 0].all()


def test_each_player_replies_along_the_own_axis():
    stage = StageGame.from_matrices([[0, 0], [0, 0]], [[1, 2], [4, 3]])
    assert best_reply_mask(stage).tolist() == [[False, True], [True, False]]


def test_whole_payoffs_are_compared_as_they_are():
    far = StageGame.from_matrices(np.array([[9, 1], [10, 3]]) + 10**13, [[9, 10], [1, 3]])
    assert [e.support for e in pure_equilibria(far)] == [(("1",), ("1",))]
    near = StageGame.from_matrices([[10**15, 0], [10**15 + 1, 0]], [[1, 0], [1, 0]])
    assert best_reply_mask(near).tolist() == [[False, False], [True, False]]
