"""Theories at draws: which rows are taken, what goes into the pace and what into payoffs, and refusals."""

import numpy as np
import pytest

from negotiation.disputes.continuous.game import Pace
from negotiation.errors import InvalidGame
from negotiation.truces.estimation.kept_draws import KeptDraws
from negotiation.truces.estimation.theory_record import ADJUSTMENT, MOVE_RATE, PRECISION
from negotiation.truces.prediction.forecast import at_posterior_draws
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


def test_each_forecaster_has_the_draws_of_its_theory_and_stays_as_it_was_else():
    asked = [
        TheoryForecaster("moment", NOW, "central", agencies=True),
        TheoryForecaster("moment", NOW),
        TheoryForecaster("renegotiation", NOW, agencies=True),
    ]
    found = at_posterior_draws(asked, KEPT, 2)
    assert list(found) == ["moment, agencies, central pace", "moment", "renegotiation, agencies"]
    for one, drawn in zip(asked, found.values(), strict=True):
        assert {(each.theory, each.pace, each.agencies, each.name) for each in drawn} == {
            (one.theory, one.pace, one.agencies, one.name)
        }
    rates = {name: [one.moves.move_rate for one in drawn] for name, drawn in found.items()}
    assert rates == {
        "moment, agencies, central pace": [2.0, 5.0],
        "moment": [2.0, 5.0],
        "renegotiation, agencies": [8.0, 5.0],
    }


@pytest.mark.parametrize(
    ("theory", "count", "message"),
    [
        ("moment", 8, "8 draws of 'moment' are asked for and 7 are there"),
        ("moment", 0, "0 draws of 'moment' are asked for and 7 are there"),
        ("moment", -1, "-1 draws of 'moment'"),
        ("shadow linkage", None, "0 draws of 'shadow linkage' are asked for and 0 are there"),
        ("shadow linkage", 1, "1 draws of 'shadow linkage' are asked for and 0 are there"),
    ],
)
def test_no_draws_and_too_many_are_refused_by_the_theorys_name(theory, count, message):
    asked = [TheoryForecaster(theory, NOW)]
    with pytest.raises(InvalidGame, match=message):
        at_posterior_draws([MOMENT, *asked] if theory != "moment" else asked, KEPT, count)
