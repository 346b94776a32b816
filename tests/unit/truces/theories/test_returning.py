"""Margins of departures that are answered for a while, or by nothing."""

from types import SimpleNamespace

import numpy as np
import pytest

from negotiation.truces.theories.common.returning import answered


@pytest.mark.parametrize("player", [0, 1])
def test_a_departure_forfeits_what_its_own_answer_takes_or_nothing_where_there_is_none(player):
    gains = np.array([[0.0, 4.0, -2.0], [0.0, 3.0, 1.0], [0.0, 5.0, -1.0]])
    kept, delta = np.array([2.0, 7.0, 1.0]), np.array([0.75, 0.5, 0.9])
    worst = [(0.5, -1.0), (np.inf, np.inf), (-3.0, 0.25)]
    answers = [SimpleNamespace(worst=np.array(one)) for one in worst]
    found = answered(gains, kept, answers, player, delta)
    for d in (0, 2):
        for a in range(3):
            # Kept for ever, less the departure and then the answer.
            departing = (1 - delta[d]) * (kept[d] + gains[d, a]) + delta[d] * worst[d][player]
            assert found[d, a] == pytest.approx(kept[d] - departing)
    # Nothing follows: a period's gain is all there is, as large as it is.
    assert found[1].tolist() == [0.0, -3.0, -1.0]


def test_one_side_may_have_an_answer_where_the_other_has_none():
    answers = [SimpleNamespace(worst=np.array([np.inf, 0.0]))]
    gains, kept, delta = np.array([[0.0, 1.0]]), np.array([3.0]), np.array([0.5])
    assert answered(gains, kept, answers, 0, delta).tolist() == [[0.0, -1.0]]
    assert answered(gains, kept, answers, 1, delta).tolist() == [[1.5, 1.0]]
