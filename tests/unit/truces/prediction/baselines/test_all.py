"""What every baseline keeps: no looking ahead, proper chances, weeks that agree with windows, one file."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import negotiation.truces.prediction.baselines as folder
from negotiation.disputes import load_scenario
from negotiation.errors import UnknownName
from negotiation.truces.prediction.baselines import BASELINES, baseline, baselines
from negotiation.truces.prediction.weeks import WEEK
from negotiation.truces.record.events import pairs_of
from negotiation.truces.record.past import past_of
from tests.us_china import MOVES, turned

SCENARIO = load_scenario("us-china-2025").with_past_levels()
PAIRS = pairs_of(SCENARIO)
DAYS = st.dates(date(2018, 4, 1), date(2025, 11, 30))


def test_each_file_is_one_baseline():
    files = [path for path in Path(folder.__file__).parent.glob("*.py") if path.name != "__init__.py"]
    assert len(files) == len(BASELINES) == len(baselines())
    assert len(set(BASELINES)) == len(BASELINES)  # each is a key of what is kept with a past
    assert [one.order for one in BASELINES] == sorted({one.order for one in BASELINES})
    assert baseline("two pace") is baselines()["two pace"]
    with pytest.raises(UnknownName, match="no baseline 'miror'; did you mean 'mirror'"):
        baseline("miror")


@pytest.mark.long
@pytest.mark.parametrize("one", BASELINES, ids=lambda one: one.name)
@given(day=DAYS)
@settings(max_examples=6)
def test_what_comes_later_changes_no_chance(one, day):
    windows = [(day + timedelta(days=3), day + timedelta(days=40))]
    cut = [m for m in MOVES if m.announced.latest < day]
    pasts = [past_of(SCENARIO, day, record) for record in (MOVES, turned(day), cut)]
    ahead = [one.ahead(SCENARIO, past, windows) for past in pasts]
    weeks = [one.predict(SCENARIO, past) for past in pasts]
    assert (ahead[0] == ahead[1]).all()
    assert (ahead[0] == ahead[2]).all()
    assert (weeks[0] == weeks[1]).all()
    assert (weeks[0] == weeks[2]).all()


@pytest.mark.long
@pytest.mark.parametrize("one", BASELINES, ids=lambda one: one.name)
@pytest.mark.parametrize("day", [date(2018, 4, 1), date(2020, 2, 1), date(2025, 5, 14)])
def test_chances_are_chances_and_longer_windows_have_no_less(one, day):
    past = past_of(SCENARIO, day)
    nested = [(day, day + timedelta(days=days)) for days in (7, 28, 91, 364)]
    ahead = one.ahead(SCENARIO, past, nested)
    assert ahead.shape == (4, len(PAIRS), 2)
    assert (ahead >= -1e-12).all()
    assert (ahead <= 1 + 1e-12).all()
    assert (np.diff(ahead, axis=0) >= -1e-9).all()
    week = one.predict(SCENARIO, past)
    assert week.sum(axis=1) == pytest.approx(1.0)
    # A week by itself: at least one move up has no less chance than that the week counts as one up.
    assert (ahead[0] >= week[:, :2] - 1e-9).all()


@pytest.mark.long
@pytest.mark.parametrize("one", BASELINES, ids=lambda one: one.name)
def test_two_halves_have_no_less_than_the_whole_and_no_more_than_their_sum(one):
    day = date(2025, 6, 1)
    past, middle, end = past_of(SCENARIO, day), day + 4 * WEEK, day + 8 * WEEK
    first, second, whole = one.ahead(SCENARIO, past, [(day, middle), (middle, end), (day, end)])
    assert (whole <= first + second + 1e-9).all()
    assert (whole >= np.maximum(first, second) - 1e-9).all()


@pytest.mark.long
@pytest.mark.parametrize("one", BASELINES, ids=lambda one: one.name)
def test_windows_may_be_asked_in_any_order_and_each_by_itself(one):
    day = date(2025, 6, 2)
    past = past_of(SCENARIO, day)
    windows = [(day + a * WEEK, day + b * WEEK) for a, b in ((5, 9), (0, 3), (12, 13), (2, 4))]
    found = one.ahead(SCENARIO, past, windows)
    assert one.ahead(SCENARIO, past, windows[::-1])[::-1] == pytest.approx(found, rel=1e-12, abs=1e-15)
    for window, own in zip(windows, found, strict=True):
        assert one.ahead(SCENARIO, past, [window])[0] == pytest.approx(own, rel=1e-12, abs=1e-15)
