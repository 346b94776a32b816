"""Which week a row falls into and what its outcome is: a few invented rows, every day by hand."""

from datetime import date, timedelta

import pytest

from negotiation.truces.prediction.weeks import in_weeks

MONDAY = date(2025, 9, 1)


@pytest.mark.parametrize("weekday", range(7))
def test_a_window_has_the_weeks_whose_middle_day_lies_in_it(weekday):
    begins = MONDAY + timedelta(weekday)
    middles = [begins + timedelta(7 * k + 3) for k in range(40)]  # of seven days the fourth
    edges = [begins + timedelta(k) for k in (0, 3, 4, 10, 11, 17, 31, 90, 92)]
    windows = [(first, end) for first in edges for end in edges if first < end]
    found = in_weeks(begins, windows)
    for (first, end), weeks in zip(windows, found, strict=True):
        assert list(weeks) == [k for k, day in enumerate(middles) if first <= day < end]
    assert in_weeks(begins, []) == []
