import numpy as np

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.pure_equilibria import best_reply_mask, pure_equilibria


def test_payoffs_within_rounding_of_the_best_count_as_best():
    near = [[0.1 + 0.2, 0.0], [0.3, 0.0]]
    assert best_reply_mask(StageGame.from_matrices(near, [[1, 0], [1, 0]]))[:, 0].all()


def test_whole_payoffs_are_compared_as_they_are():
    far = StageGame.from_matrices(np.array([[9, 1], [10, 3]]) + 10**13, [[9, 10], [1, 3]])
    assert [e.support for e in pure_equilibria(far)] == [(("1",), ("1",))]
    near = StageGame.from_matrices([[10**15, 0], [10**15 + 1, 0]], [[1, 0], [1, 0]])
    assert best_reply_mask(near).tolist() == [[False, False], [True, False]]
