from fractions import Fraction

import numpy as np
import pytest

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.mixed_profiles import by_own_action


def test_the_others_are_averaged_over():
    stage = StageGame(np.arange(2 * 2 * 3 * 3).reshape(2, 2, 3, 3))
    mixes = [np.array([0.25, 0.75]), np.array([0.5, 0.5]), np.array([0.2, 0.3, 0.5])]
    expected = np.einsum("abc,a,c->b", stage.payoffs[..., 1], mixes[0], mixes[2])
    assert by_own_action(stage.payoffs[..., 1], mixes, 1) == pytest.approx(expected)


def test_further_axes_stay_last_and_fractions_stay_fractions():
    third = np.array([Fraction(1, 3), Fraction(2, 3)], dtype=object)
    array = np.arange(12).reshape(2, 2, 3).astype(object)
    found = by_own_action(array, [third, third], 1)
    assert found.tolist() == [[4, 5, 6], [7, 8, 9]]
    assert isinstance(found[0, 0], Fraction)
