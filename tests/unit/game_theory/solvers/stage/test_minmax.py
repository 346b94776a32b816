import numpy as np
import pytest

from negotiation.game_theory.solvers.stage.minmax import zero_sum_minmax


def test_the_mix_holds_the_row_player_down_to_the_value():
    matrix = np.array([[3.0, 0.0, 7.0], [0.0, 1.0, 2.0]])
    value, mix = zero_sum_minmax(matrix)
    assert value == pytest.approx(0.75)
    assert (matrix @ mix).max() == pytest.approx(value)
    assert mix.sum() == pytest.approx(1.0)
