"""The last move of a country in a leg, on rows that are made up: which count, and until when."""

from datetime import date, timedelta

from negotiation.disputes.dates import RecordDate
from negotiation.truces.prediction.rates import last_in_leg
from negotiation.truces.prediction.weeks import DOWN, NONE, UP
from negotiation.truces.record.past import past_of
from tests.us_china import MOVES, SCENARIO

DAY = date(2025, 9, 1)


def test_a_last_move_is_that_of_the_country_in_the_leg_before_the_day_and_no_longer_ago():
    def at(direction, day, **changes):
        row = next(m for m in MOVES if m.instrument == "tariff" and m.status == "applied")
        given = {"announced": RecordDate.parse(day), "direction": direction, "level": None, "value": None}
        return row.model_copy(update={**given, "actor": "USA", **changes})

    past = past_of(SCENARIO, DAY, [
        at("escalate", "2025-08-01"), at("de-escalate", "2025-08-10"),
        at("escalate", "2025-08-12", actor="CHN"), at("escalate", "2025-08-15", instrument="visa"),
        at("hold", "2025-08-20"),
        at("escalate", "2025-08-21", status="threatened"),
    ])  # fmt: skip

    def last(whose, day, days=30):
        return last_in_leg(SCENARIO, past, whose, date(2025, 8, day), timedelta(days))

    usa, chn = ("USA", "tariff"), ("CHN", "tariff")
    assert [last(usa, day) for day in (1, 2, 10, 11, 31)] == [NONE, UP, UP, DOWN, DOWN]
    assert [last(chn, day) for day in (12, 13, 31)] == [NONE, UP, UP]
    assert last(("USA", "other"), 31) == UP
    assert last(("USA", "control"), 31) == last(("CHN", "other"), 31) == NONE
    assert [last(usa, 20, days) for days in (9, 10, 11)] == [NONE, DOWN, DOWN]
