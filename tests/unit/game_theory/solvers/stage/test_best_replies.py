import numpy as np
import pytest

from negotiation.errors import InvalidStrategy
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.stage.best_replies import best_replies


def test_ties_are_all_best():
    stage = StageGame.from_matrices([[1, 0], [1, 0], [0, 5]], np.zeros((3, 2)))
    assert best_replies(stage, ("2", "0")).best == (("0", "1"), ("0", "1"))


def test_the_range_of_huge_payoffs_does_not_overflow():
    stage = StageGame.from_matrices([[1.7e308, -1.7e308]], [[-1.7e308, 1.7e308]])
    assert best_replies(stage, ("0", "0")).best == (("0",), ("1",))


def test_probabilities_that_are_no_numbers_are_refused():
    stage = StageGame([[[0, 1], [2, 3]]])
    with pytest.raises(InvalidStrategy, match="2 probabilities that sum to 1"):
        best_replies(stage, ("0", ["a", "b"]))
