"""A game of another kind is refused, and the message says what to do."""

import numpy as np
import pytest

import negotiation as ng

STAGE = ng.StageGame([[(2, 2), (-1, 3)], [(3, -1), (0, 0)]])
GAME = ng.StochasticGame([STAGE.payoffs, 2 * STAGE.payoffs], np.full((2, 2, 2, 2), 0.5), 0.5)


def test_what_was_found_can_be_valued_and_checked():
    found = ng.markov_perfect_equilibria(GAME)[0]
    assert ng.verify(GAME, found).holds
    assert ng.value(GAME, found).payoffs == pytest.approx(found.values)
