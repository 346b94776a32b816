"""Months by the calendar: labels, last days, numbers and windows, at the turns of years and of February."""

import calendar
from datetime import date, timedelta
from itertools import pairwise

import pytest

from negotiation.truces.prediction.months import last_day, month_labels, month_number, month_windows

DAYS = [date(2024, 1, 1) + timedelta(days=k) for k in range(800)]


def after(day):
    """Return the first day of the month after a day's, one day at a time."""
    day += timedelta(days=1)
    while day.day != 1:
        day += timedelta(days=1)
    return day


def test_every_day_has_the_last_day_and_the_number_of_its_month():
    for before, day in pairwise(DAYS):
        assert last_day(f"{day:%Y-%m}") == after(day) - timedelta(days=1)
        assert month_number(day) - month_number(before) == (day.day == 1)
        assert divmod(month_number(day), 12) == (day.year, day.month - 1)
        assert month_labels(day, 1) == (f"{after(day):%Y-%m}",)
    assert last_day("1900-02").day == 28 == calendar.monthrange(1900, 2)[1]


@pytest.mark.parametrize("months", [0, 1, 2, 14, 25])
@pytest.mark.parametrize("first", [date(2023, 11, 1), date(2024, 1, 1), date(2024, 12, 1)])
def test_windows_are_months_that_touch_from_the_first_on(first, months):
    found = month_windows(first, months)
    expected, begins = [], first
    for _ in range(months):
        expected.append((begins, after(begins)))
        begins = after(begins)
    assert found == expected
