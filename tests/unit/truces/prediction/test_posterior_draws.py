"""Theories at draws: which rows are taken, what goes into the pace and what into payoffs, and refusals."""

import numpy as np
import pytest

from negotiation.disputes.continuous.game import Pace
from negotiation.truces.estimation.theory_record import ADJUSTMENT, MOVE_RATE, PRECISION
from negotiation.truces.prediction.forecast import KeptDraws, at_posterior_draws
from negotiation.truces.prediction.theory_forecasts import TheoryForecaster
from tests.us_china import SCENARIO as NOW

OWN = ("security_weight", "reaction_lag_days")
NAMES = (OWN[0], MOVE_RATE, PRECISION, OWN[1], ADJUSTMENT)
ROWS = np.array([[0.3 + k / 50, 2.0 + k, 1.0 + k / 10, 7.0 + k, k / 1000] for k in range(7)])
KEPT = {"moment": KeptDraws(NAMES, ROWS, 0), "renegotiation": KeptDraws(NAMES, ROWS[::-1], 0)}
MOMENT = TheoryForecaster("moment", NOW)


@pytest.mark.parametrize(
    ("count", "places"),
    [(None, range(7)), (7, range(7)), (1, [0]), (2, [0, 3]), (3, [0, 2, 4]), (5, [0, 1, 2, 4, 5])],
)
def test_draws_are_evenly_spaced_from_the_first(count, places):
    (found,) = at_posterior_draws([MOMENT], KEPT, count).values()
    assert [one.moves.move_rate for one in found] == [2.0 + k for k in places]


def test_a_draw_is_in_the_payoffs_and_in_the_pace_of_moves():
    for k, one in enumerate(at_posterior_draws([MOMENT], KEPT)["moment"]):
        assert one.moves == Pace(precision=1.0 + k / 10, move_rate=2.0 + k, adjustment=k / 1000, reach="any")
        # What is not drawn stays at its central value.
        drawn = {OWN[0]: 0.3 + k / 50, OWN[1]: 7.0 + k}
        assert dict(one.world.parameters) == {**NOW.parameters, **drawn}
