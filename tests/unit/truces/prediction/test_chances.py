"""Chances by hand: one floor for all from both sides, windows that can be asked of, weeks and back."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.chances import floored, over_windows, week_of

DAY = date(2025, 6, 3)
LEAST = NUMERICS.least_chance


def days(*pairs):
    """Return windows by days after the past's end."""
    return [(DAY + timedelta(a), DAY + timedelta(b)) for a, b in pairs]


@pytest.mark.parametrize(("up", "down"), [(0.3, 0.1), (0.1, 0.3), (0.0, 0.4), (0.4, 0.0), (0.02, 0.9)])
def test_a_week_has_a_move_unless_both_stay_out_and_shares_follow_the_hazards(up, down):
    (row,) = week_of(np.array([[up, down]]))
    none = (1 - up) * (1 - down)
    assert row[2] == pytest.approx(none)
    assert row.sum() == pytest.approx(1.0)
    # A direction's share of the hazard is its share of the moves.
    assert row[0] * np.log(1 - down) == pytest.approx(row[1] * np.log(1 - up))


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
