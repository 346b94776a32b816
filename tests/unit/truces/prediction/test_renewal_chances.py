"""Renewals from counts of clocks that are made up: shrunk by leg, banded, and only while a clock runs out."""

from datetime import date, timedelta

import pytest

from negotiation.disputes import load_scenario
from negotiation.truces.prediction.forecast import renewal_rows
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.record.past import past_of

WORLD = load_scenario("japan-korea-2019")
TOKYO = agreement_text("2023-03-tokyo", WORLD)  # in force on 23 March, on controls and other instruments
SEEN = date(2023, 4, 30)
CLOCK = TOKYO.model_copy(update={"clock_days": 130})
END = date(2023, 7, 31)


def rows(text=CLOCK, as_of=SEEN, until=date(2023, 9, 1), papers=()):
    past = past_of(WORLD, as_of + timedelta(days=1), agreements=[text, *papers])
    return renewal_rows(WORLD, text, past, as_of, until)


@pytest.mark.parametrize(
    ("as_of", "until", "there"),
    [
        (SEEN, END + timedelta(days=1), True),
        (SEEN, END, False),  # the first day after the forecast
        (SEEN, END - timedelta(days=9), False),
        (END - timedelta(days=1), END + timedelta(days=1), True),
        (END, END + timedelta(days=90), False),  # it has run out on the day
        (END + timedelta(days=9), END + timedelta(days=90), False),
    ],
)
def test_a_clock_counts_that_runs_out_after_the_day_and_before_the_forecasts_end(as_of, until, there):
    assert bool(rows(as_of=as_of, until=until)) is there


def test_an_amendment_that_is_known_moves_the_end():
    longer = CLOCK.model_copy(
        update={
            "id": "2023-04-longer",
            "amends": TOKYO.id,
            "signed": date(2023, 4, 20),
            "in_force": date(2023, 4, 20),
        }
    )
    assert {row.month for row in rows(papers=[longer])} == {"2023-08"}  # 130 days from 20 April: 28 August
    assert {row.month for row in rows(as_of=date(2023, 4, 19), papers=[longer])} == {"2023-07"}
    other = longer.model_copy(update={"amends": "2019-11-standstill"})
    assert {row.month for row in rows(papers=[other])} == {"2023-07"}
