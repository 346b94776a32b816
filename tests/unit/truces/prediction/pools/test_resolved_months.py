"""Months of a record that is made up: which are over, what came in them, and what was said of them."""

from datetime import date

import numpy as np
import pytest

from negotiation.truces.prediction.pools.resolved_months import (
    AskedOnce,
    leads_of,
    resolved_months,
    said,
    same_past,
)
from tests.unit.truces.prediction.pools.made_up import (
    CLAIMS,
    LEAST,
    MOVES,
    PAIRS,
    WORLD,
    Says,
    ahead,
    came,
    months,
    past,
    row,
)


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


def test_the_record_begins_with_the_month_of_its_first_row():
    early = row("2018-08-20", CLAIMS)
    assert [
        one.as_of for one in resolved_months(WORLD, past(date(2018, 12, 1), [early, *MOVES])).pasts
    ] == months(3, (2018, 9))


def test_what_was_known_at_an_origin_is_what_was_public_before_it():
    found = resolved_months(WORLD, past())
    for day, one in zip(months(21), found.pasts, strict=True):
        assert one == past(day)
        assert same_past(past(day)) is one
    assert resolved_months(WORLD, past()) is not found
    now = past()
    assert resolved_months(WORLD, now) is resolved_months(WORLD, now)
    other = WORLD.with_parameters({"reaction_lag_days": 7.0})
    assert resolved_months(other, now) is not resolved_months(WORLD, now)


def test_a_forecaster_is_asked_once_for_a_past_and_its_windows():
    one, day = Says("one", mean=0.006), date(2019, 6, 1)
    whole = said(one, WORLD, past(day))
    assert one.asked == [(day, tuple(ahead(day)))]
    assert whole.shape == (12, len(PAIRS), 2)
    # An equal past is the same one; of other windows, disputes and forecasters it is asked anew.
    assert said(one, WORLD, past(day)) is whole
    assert said(one, WORLD, past(day), ahead(day)) is whole
    assert said(one, WORLD, past(day), tuple(ahead(day))) is whole
    assert len(one.asked) == 1
    assert (said(one, WORLD, past(day), ahead(day, 3)) == whole[:3]).all()
    assert said(one, WORLD.with_parameters({"reaction_lag_days": 7.0}), past(day)) is not whole
    assert said(Says("one", seed=3), WORLD, past(day)) is not whole
    assert said(one, WORLD, past(day, MOVES[1:])) is not whole
    assert len(one.asked) == 4
    # It is above the floor and nobody's to write to.
    raw = Says("one", mean=0.006).ahead(WORLD, past(day), ahead(day))
    assert raw.min() < LEAST
    assert whole == pytest.approx(np.maximum(raw, LEAST))
    assert not whole.flags.writeable


@pytest.mark.parametrize("day", [date(2019, 11, 1), date(2019, 11, 30)])
def test_a_lead_is_the_number_of_months_ahead_and_eleven_for_all_beyond(day):
    begins = [(2019, 11, 30), (2019, 12, 1), (2020, 1, 31), (2020, 10, 1), (2020, 11, 1), (2023, 2, 1)]
    windows = [(date(*first), date(2030, 1, 1)) for first in begins]
    assert leads_of(past(day), windows).tolist() == [0, 1, 2, 11, 11, 11]
    assert leads_of(past(day), windows[::-1]).tolist() == [11, 11, 11, 2, 1, 0]


def test_a_forecaster_whose_answers_are_kept_says_the_same_above_the_floor():
    one, day = Says("one", mean=0.006, order=4), date(2019, 6, 1)
    kept = AskedOnce(one)
    assert (kept.name, kept.order) == ("one", 4)
    found = kept.ahead(WORLD, past(day), ahead(day, 2))
    assert found is said(one, WORLD, past(day), ahead(day, 2))
    assert found.min() == LEAST
    assert (kept.predict(WORLD, past(day)) == [0.25, 0.125, 0.625]).all()
