"""Months of a record that is made up: which are over, what came in them, and what was said of them."""

from datetime import date

import numpy as np
import pytest

from negotiation.truces.prediction.pools.resolved_months import leads_of, resolved_months
from tests.unit.truces.prediction.pools.made_up import PAIRS, WORLD, came, months, past


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (date(2018, 9, 5), 0), (date(2018, 10, 31), 0), (date(2018, 11, 1), 0), (date(2018, 11, 30), 0),
        (date(2018, 12, 1), 1), (date(2018, 12, 31), 1),
        (date(2019, 1, 1), 2), (date(2019, 4, 25), 5), (date(2020, 8, 1), 21), (date(2020, 8, 20), 21),
    ],
)  # fmt: skip
def test_origins_are_months_after_the_records_first_and_a_row_is_known_when_its_month_is_over(day, count):
    found = resolved_months(WORLD, past(day))
    assert [one.as_of for one in found.pasts] == months(count)
    assert found.came.shape == (count, 12, len(PAIRS), 2)
    for t, origin in enumerate(months(count)):
        for lead in range(12):
            assert found.known[t, lead] == (t + lead < count)
            expected = came(origin, lead) if t + lead < count else np.zeros((len(PAIRS), 2))
            assert (found.came[t, lead] == expected).all(), (origin, lead)
    for array in (found.came, found.known):
        assert not array.flags.writeable


@pytest.mark.parametrize("day", [date(2019, 11, 1), date(2019, 11, 30)])
def test_a_lead_is_the_number_of_months_ahead_and_eleven_for_all_beyond(day):
    begins = [(2019, 11, 30), (2019, 12, 1), (2020, 1, 31), (2020, 10, 1), (2020, 11, 1), (2023, 2, 1)]
    windows = [(date(*first), date(2030, 1, 1)) for first in begins]
    assert leads_of(past(day), windows).tolist() == [0, 1, 2, 11, 11, 11]
    assert leads_of(past(day), windows[::-1]).tolist() == [11, 11, 11, 2, 1, 0]
