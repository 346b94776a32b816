"""Windows, openings and moves of a replay, and the sums of its studies: every day and number by hand."""

from datetime import date, timedelta

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.dates import RecordDate
from negotiation.truces.record.state_trajectory import Use
from negotiation.truces.record.timeline import LevelChange
from negotiation.truces.replay.move_analysis import (
    analyse_moves,
)
from negotiation.truces.replay.placebos import opening_of
from negotiation.truces.replay.window_scores import first_monday
from negotiation.truces.studies.leverage import _binding, _expected, _or_none, months_of_curb
from tests.us_china import MOVES, SCENARIO

STATE = SCENARIO.default_state
PHASE_ONE = ng.truce("2020-01-phase-one")
WHOLE = SCENARIO.with_past_levels()
ROW = next(m for m in MOVES if m.actor == "CHN" and m.instrument == "tariff")
LABELS = SCENARIO.instruments["tariff"].labels("CHN")
MONDAY = date(2025, 5, 12)


def change(day, level, **changes):
    announced = RecordDate.parse(str(day))
    given = {"announced": announced, "status": "applied", "level": level, "value": None, **changes}
    return LevelChange(ROW.model_copy(update=given), announced.earliest, announced.earliest, level)


@pytest.mark.parametrize(("days", "after"), [(0, 0), (1, 7), (6, 7), (7, 7), (-1, 0), (-6, 0)])
def test_the_first_monday_is_on_the_day_or_after_it(days, after):
    assert first_monday(MONDAY + timedelta(days)) == MONDAY + timedelta(after)


def test_a_window_opens_with_the_signings_own_moves_and_none_of_its_weeks():
    start = PHASE_ONE.signed + timedelta(1)
    while start.weekday():
        start += timedelta(1)
    stated = opening_of(PHASE_ONE, WHOLE, ())["CHN"]["tariff"]
    other = next(label for label in LABELS if label != stated)

    def opens(day, **changes):
        row = change(day, other, **changes).move
        return opening_of(PHASE_ONE, WHOLE, (row,))["CHN"]["tariff"]

    assert opens(PHASE_ONE.signed) == opens(start - timedelta(1)) == other
    assert opens(PHASE_ONE.signed - timedelta(1)) == opens(start) == stated
    assert opens(PHASE_ONE.signed, status="threatened") == stated


def test_moves_are_those_of_the_days_of_the_window_both_ends_included():
    rows = [change(MONDAY + timedelta(k), LABELS[1]) for k in range(5)]
    found = analyse_moves(SCENARIO, rows, MONDAY + timedelta(1), MONDAY + timedelta(3), STATE)
    assert [move.day for move in found.moves] == [MONDAY + timedelta(k) for k in (1, 2, 3)]


def test_leverage_is_the_harm_by_dependence_and_nothing_while_stocks_last():
    path = {
        "curb_dependence": np.array([[[0.5, 0.25, 0.25], [0.0, 0.0, 1.0]]]),
        "stocks": np.array([[[0.4, 0.6, 0.0], [0.0, 0.0, 1.0]]]),
    }
    found = _expected(path, np.array([[1.0, 2.0, 8.0]]))
    assert found["leverage, stocks gone"].tolist() == [[3.0, 8.0]]
    assert found["leverage"] == pytest.approx(np.array([[1.2, 0.0]]))


def test_the_larger_threshold_binds_where_one_is_above_nought():
    thresholds = np.array([[0.2, 0.5], [0.6, 0.1], [0.0, 0.0], [-1.0, 0.0]])
    assert _binding({"thresholds": thresholds}, ("USA", "CHN")) == ("CHN", "USA", "", "")
    assert [_or_none(x) for x in (0.5, 1.0, np.inf, np.nan)] == [0.5, "none", "none", "none"]


def test_months_of_curb_are_those_with_a_day_of_it():
    days = tuple(date(2025, 1, 30) + timedelta(k) for k in range(40))
    used = np.zeros(40, dtype=bool)
    used[[1, 2, 3]] = True  # 31 January, 1 and 2 February
    use = Use(days, used, ~used)
    assert months_of_curb(use) == (date(2025, 1, 1), date(2025, 2, 1))
    left = use.without("curb", date(2025, 2, 1), date(2025, 2, 2))
    assert np.flatnonzero(left.curb).tolist() == [1, 3]
    assert (left.control == use.control).all()
