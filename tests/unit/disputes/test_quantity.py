import datetime as dt

import numpy as np
import pytest
from pydantic import ValidationError

from negotiation.disputes.quantity import Quantity, on_day
from negotiation.errors import InvalidDate

GOOD = {"value": 2.0, "low": 1.0, "high": 4.0, "unit": "days", "date": "2025", "source": "A title"}


def quantity(**changes):
    return Quantity(**{**GOOD, **changes})


# --- values of other days ----------------------------------------------------------------------------------

OLDEST = quantity(value=3.0, date="2017", since=dt.date(2018, 4, 1))
OLD = quantity(value=1.5, date="2021", since=dt.date(2022, 4, 1))
MOVED = quantity(value=2.0, since=dt.date(2024, 4, 1), dated=(OLD, OLDEST))


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (dt.date(2018, 4, 1), 3.0),
        (dt.date(2022, 3, 31), 3.0),
        (dt.date(2022, 4, 1), 1.5),
        (dt.date(2024, 3, 31), 1.5),
        (dt.date(2024, 4, 1), 2.0),
        (dt.date(2100, 1, 1), 2.0),
    ],
)
def test_a_number_is_on_a_day_what_held_last(day, value):
    assert MOVED.on(day).value == value
    # From whichever day one looks, every other day is still there.
    for other in (dt.date(2019, 1, 1), dt.date(2023, 1, 1), dt.date(2025, 1, 1)):
        assert MOVED.on(other).on(day).value == value
    assert len(MOVED.on(day).dated) == 2


def test_before_the_first_value_there_is_none():
    with pytest.raises(InvalidDate, match=r"harm: there is no value for 2018-03-31.* from 2018-04-01"):
        on_day({"harm": MOVED}, dt.date(2018, 3, 31))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dated": (OLD,)}, "needs a `since`"),
        ({"since": dt.date(2024, 1, 1), "dated": (quantity(since=dt.date(2020, 1, 1), unit="m"),)}, "unit"),
        ({"since": dt.date(2022, 4, 1), "dated": (OLD,)}, "two values have the same `since`"),
    ],
)
def test_faulty_values_of_other_days_are_refused(changes, words):
    with pytest.raises(ValidationError, match=words):
        quantity(**changes)


def test_a_number_with_quantiles_is_drawn_from_them():
    one = quantity(value=1.0, low=0.0, high=10.0, quantiles=(0.0, 1.0, 4.0, 10.0))
    places = np.linspace(0.0, 1.0, 31)
    assert one.at(np.array([1 / 3, 0.5, 2 / 3])) == pytest.approx([1.0, 2.5, 4.0])
    assert one.place(one.at(places)) == pytest.approx(places)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"quantiles": (0.0, 5.0)}, "from `low` to `high`"),
        ({"quantiles": (0.0, 4.0, 1.0, 10.0)}, "from `low` to `high`"),
        ({"bound": True, "assumption": True}, "`bound = true` needs a `source`"),
    ],
)
def test_quantiles_outside_the_range_and_a_bound_without_a_source_are_refused(fields, words):
    with pytest.raises(ValueError, match=words):
        quantity(value=1.0, low=0.0, high=10.0, **fields)
