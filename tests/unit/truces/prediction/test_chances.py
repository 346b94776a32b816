"""Chances by hand: one floor for all from both sides, windows that can be asked of, weeks and back."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.errors import InvalidDate, InvalidGame
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.chances import (
    SameEveryWeek,
    WeekAsWindow,
    above_floor,
    floored,
    forecast_ahead,
    over_windows,
    predicted,
    week_of,
)
from negotiation.truces.record.events import pairs_of
from negotiation.truces.record.past import past_of
from tests.us_china import SCENARIO

SIZE = len(pairs_of(SCENARIO))
DAY = date(2025, 6, 3)
PAST = past_of(SCENARIO, DAY)
LEAST = NUMERICS.least_chance


class Heard:
    """Says what it is told to, and remembers what it was asked."""

    name, order = "heard", 0

    def __init__(self, said):
        self.said, self.asked = said, None

    def ahead(self, scenario, past, windows):
        self.asked = scenario, past, list(windows)
        return self.said

    def predict(self, scenario, past):
        self.asked = scenario, past
        return self.said


def days(*pairs):
    """Return windows by days after the past's end."""
    return [(DAY + timedelta(a), DAY + timedelta(b)) for a, b in pairs]


def test_every_window_begins_with_the_past_and_ends_after_it_begins():
    for windows, wrong in (
        (days((-1, 5)), 0), (days((0, 0)), 0), (days((3, 2)), 0), (days((0, 5), (-2, 9), (9, 12)), 1),
    ):  # fmt: skip
        one = Heard(np.full((len(windows), SIZE, 2), 0.5))
        first, end = windows[wrong]
        with pytest.raises(InvalidDate, match=f"begins on {DAY}, where .* got {first} to {end}"):
            forecast_ahead(one, SCENARIO, PAST, windows)
        assert one.asked is None


def test_the_forecaster_is_asked_what_was_asked_and_its_chances_are_lifted_from_both_ends():
    windows = days((0, 1), (40, 45), (7, 300))
    said = np.random.default_rng(0).random((3, SIZE, 2))
    said[0, 0], said[2, 3] = (0.0, 1.0), (0.001, 0.999)
    one = Heard(said)
    found = forecast_ahead(one, SCENARIO, PAST, windows)
    assert one.asked == (SCENARIO, PAST, windows)
    assert found == pytest.approx(np.clip(said, LEAST, 1 - LEAST))
    assert forecast_ahead(one, SCENARIO, PAST, windows, 0.2) == pytest.approx(np.clip(said, 0.2, 0.8))
    assert forecast_ahead(Heard(np.empty((0, SIZE, 2))), SCENARIO, PAST, []).shape == (0, SIZE, 2)


def test_one_chance_that_is_none_is_refused_wherever_it_stands():
    for wrong in (1.001, -0.001, np.nan, np.inf):
        said = np.full((2, SIZE, 2), 0.3)
        said[1, -1, 1] = wrong
        with pytest.raises(InvalidGame, match="'heard' gave what is no chance"):
            forecast_ahead(Heard(said), SCENARIO, PAST, days((0, 7), (7, 14)))


def test_what_passes_one_by_rounding_is_one():
    said = np.full((1, SIZE, 2), 1.0 + 1e-12)
    said[0, 0] = -1e-12
    found = forecast_ahead(Heard(said), SCENARIO, PAST, days((0, 7)), 0.0)
    assert (found[0, 0] == 0.0).all()
    assert (found[0, 1:] == 1.0).all()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([0.2, 0.2, 0.6 + 1e-6], "do not sum to 1"),
        ([0.2, 0.2, 0.6 - 1e-6], "do not sum to 1"),
        ([0.7, -0.1, 0.4], "negative or no number"),
        ([0.7, np.inf, 0.4], "negative or no number"),
    ],
)
def test_one_row_that_is_no_distribution_is_refused_wherever_it_stands(row, message):
    for place in (0, SIZE - 1):
        said = np.tile([0.2, 0.2, 0.6], (SIZE, 1))
        said[place] = row
        with pytest.raises(InvalidGame, match=f"'heard' gave .*{message}"):
            predicted(Heard(said), SCENARIO, PAST)


def test_a_week_is_asked_of_the_same_past_and_lifted_row_by_row():
    said = np.tile([0.2, 0.2, 0.6], (SIZE, 1))
    said[4] = [0.0, 0.4, 0.6]
    one = Heard(said)
    found = predicted(one, SCENARIO, PAST, 0.1)
    assert one.asked == (SCENARIO, PAST)
    assert found[4] == pytest.approx([0.1, 0.36, 0.54])
    assert (np.delete(found, 4, axis=0) == [0.2, 0.2, 0.6]).all()
    assert predicted(one, SCENARIO, PAST)[4] == pytest.approx([LEAST, 0.4 * (1 - LEAST), 0.6 * (1 - LEAST)])


def test_a_floor_lifts_from_below_and_from_above_and_leaves_the_rest():
    given = np.array([[0.0, 0.09, 0.1], [0.5, 0.95, 1.0]])
    assert above_floor(given, 0.1).tolist() == [[0.1, 0.1, 0.1], [0.5, 0.9, 0.9]]
    assert given.tolist() == [[0.0, 0.09, 0.1], [0.5, 0.95, 1.0]]
    assert above_floor(given)[0].tolist() == [LEAST, 0.09, 0.1]
    assert floored(np.array([[0.05, 0.95], [0.5, 0.5]]), 0.1) == pytest.approx(
        np.array([[0.1, 0.9], [0.5, 0.5]])
    )


def test_a_row_that_gives_way_below_the_floor_is_lifted_as_well_and_other_rows_stay():
    # What is left for the other two, 0.8, is shared as 0.11 to 0.89: 0.088 is below the floor too.
    rows = np.array([[0.0, 0.11, 0.89], [0.3, 0.3, 0.4], [0.05, 0.15, 0.8]])
    found = floored(rows, 0.1)
    scale = 0.9 / 0.95
    assert found == pytest.approx(
        np.array([[0.1, 0.1, 0.8], [0.3, 0.3, 0.4], [0.1, 0.15 * scale, 0.8 * scale]])
    )
    assert (floored(found, 0.1) == found).all()


@pytest.mark.parametrize(("up", "down"), [(0.3, 0.1), (0.1, 0.3), (0.0, 0.4), (0.4, 0.0), (0.02, 0.9)])
def test_a_week_has_a_move_unless_both_stay_out_and_shares_follow_the_hazards(up, down):
    (row,) = week_of(np.array([[up, down]]))
    none = (1 - up) * (1 - down)
    assert row[2] == pytest.approx(none)
    assert row.sum() == pytest.approx(1.0)
    # A direction's share of the hazard is its share of the moves.
    assert row[0] * np.log(1 - down) == pytest.approx(row[1] * np.log(1 - up))


def test_certainty_and_quiet_have_a_week_too():
    found = week_of(np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0], [1.0, 1.0]]))
    assert found == pytest.approx(
        np.array([[1, 0, 0], [0, 0, 1], [0, 1, 0], [0.5, 0.5, 0]], dtype=float), abs=1e-6
    )


def test_every_window_has_its_own_days_and_every_pair_and_direction_its_own_chance():
    weekly = np.array([[0.5, 0.1, 0.4], [0.0, 0.2, 0.8]])
    windows = days((0, 7), (7, 10), (100, 128))
    found = over_windows(weekly, windows)
    assert found.shape == (3, 2, 2)
    for k, weeks in enumerate((1, 3 / 7, 4)):
        expected = [[1 - 0.5**weeks, 1 - 0.9**weeks], [0.0, 1 - 0.8**weeks]]
        assert found[k] == pytest.approx(np.array(expected))


ROWS = st.lists(
    st.tuples(*[st.one_of(st.just(0.0), st.floats(0, 1), st.floats(0, 1e-2))] * 3).filter(
        lambda row: sum(row) > 1e-3
    ),
    min_size=1,
    max_size=6,
)


@given(rows=ROWS)
def test_rows_stay_distributions_above_the_floor_and_keep_their_order(rows):
    chances = np.array(rows)
    chances /= chances.sum(axis=1, keepdims=True)
    found = floored(chances)
    assert found.min() >= LEAST
    assert np.abs(found.sum(axis=1) - 1).max() < 1e-12
    for before, after in zip(chances, found, strict=True):
        if before.min() >= LEAST:
            assert (before == after).all()
        order = np.argsort(before, kind="stable")
        assert (np.diff(after[order]) >= -1e-15).all()


@given(rows=ROWS)
def test_a_second_pass_changes_no_bit(rows):
    chances = np.array(rows)
    once = floored(chances / chances.sum(axis=1, keepdims=True))
    assert (floored(once) == once).all()


def test_a_week_is_a_window_of_seven_days_and_what_stays_the_same_has_windows_of_its_week():
    class Windows(WeekAsWindow):
        def ahead(self, scenario, past, windows):
            assert (past, windows) == (PAST, days((0, 7)))
            return np.full((1, SIZE, 2), 0.3)

    class Weeks(SameEveryWeek):
        def predict(self, scenario, past):
            return np.tile([0.2, 0.1, 0.7], (SIZE, 1))

    assert (Windows().predict(SCENARIO, PAST) == week_of(np.full((SIZE, 2), 0.3))).all()
    found = Weeks().ahead(SCENARIO, PAST, days((3, 13)))
    assert found == pytest.approx(np.tile([1 - 0.8 ** (10 / 7), 1 - 0.9 ** (10 / 7)], (1, SIZE, 1)))
