"""Thresholds, turns of a leg and the days of a path, on invented games and rows."""

import numpy as np
import pytest

from negotiation.truces.theories.common import grim_trigger

# Rows are the first player's, columns the second's; the last profile is the one stage equilibrium.
GAME = np.array([[[(9, 8), (1, 12), (0, 0)], [(11, 1), (3, 2), (2, 0)]]], dtype=float)


@pytest.mark.parametrize(
    ("gain", "stake", "expected"),
    [
        (1.0, 4.0, 0.2),
        (0.1, 5.0, 0.0),  # within the tolerance no temptation
        (0.1, -0.1, 0.0),
        (-3.0, -0.2, None),  # to depart costs now and pays for ever after
        (0.2, 0.1, None),
        (0.3, 0.6, 1 / 3),
    ],
)
def test_a_threshold_is_gain_over_gain_and_stake(gain, stake, expected):
    assert grim_trigger.threshold(gain, stake, 0.1) == (None if expected is None else pytest.approx(expected))


def test_each_game_has_its_own_punishment_patience_and_best_departure():
    other = np.array([[(4, 4), (0, 9), (0, 0)], [(9, 0), (1, 1), (0, 0)]], dtype=float)
    both = np.stack([GAME[0], other])
    assert grim_trigger.deviation_gains(both, 0).tolist() == [[0, 2], [0, 5]]
    assert grim_trigger.deviation_gains(both, 1).tolist() == [[0, 4, -8], [0, 5, -4]]
    assert grim_trigger.best_deviation(both, 1).tolist() == [4, 5]
    assert grim_trigger.stakes(both).tolist() == [[6, 6], [3, 3]]
    # -(1 - 1/4) g + s/4, and -(1 - 1/2) g + s/2.
    assert grim_trigger.least_margins(both, np.array([0.25, 0.5])).tolist() == [[0.0, -1.5], [-1.0, -1.0]]
    # Where the only departure costs, that is the best one: not staying.
    calm = np.array([[[(9, 8)], [(7, 8)]]], dtype=float)
    assert grim_trigger.best_deviation(calm, 0)[0] == -2
