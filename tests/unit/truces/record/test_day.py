"""The state of the day of signing: its likeliest steps, its draws, and every state that is possible."""

import numpy as np
import pytest

from negotiation.disputes import State
from negotiation.truces.record.state_trajectory import StateOfTheDay

LIKELY = State(curb_dependence=2, control_dependence=1, stocks=0, clock=3, authority=0)
CHANCES = {
    "curb_dependence": np.array([0.0, 0.25, 0.75]),
    "control_dependence": np.array([0.1, 0.9, 0.0]),
    "stocks": np.array([0.5, 0.3, 0.2]),
}
DAY = StateOfTheDay(LIKELY, CHANCES)


def test_draws_come_as_often_as_they_are_likely_and_leave_the_rest_as_it_is():
    drawn = DAY.drawn(4000, np.random.default_rng(0))
    assert len(drawn) == 4000
    for name, chances in CHANCES.items():
        counts = np.bincount([getattr(one, name) for one in drawn], minlength=3) / 4000
        assert counts == pytest.approx(chances, abs=0.03)
        assert (counts[chances == 0.0] == 0.0).all()
    assert {(one.clock, one.authority) for one in drawn} == {(3, 0)}
    # Components are drawn independently of one another.
    both = np.mean([one.stocks == 0 and one.curb_dependence == 1 for one in drawn])
    assert both == pytest.approx(0.125, abs=0.02)
    assert StateOfTheDay(LIKELY, {}).drawn(3, np.random.default_rng(0)) == [LIKELY] * 3
    assert drawn == DAY.drawn(4000, np.random.default_rng(0)) != DAY.drawn(4000, np.random.default_rng(1))
