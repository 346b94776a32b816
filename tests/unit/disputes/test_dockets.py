"""Courts and clocks: their chances by day, what files are refused, what they add to a forecast."""

import shutil
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import negotiation as ng
from negotiation.disputes.files.laws import Docket
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.chances import forecast_ahead
from negotiation.truces.prediction.dockets import WithDockets
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.record.events import pairs_of
from negotiation.truces.record.past import past_of
from tests.us_china import SCENARIO as WORLD

OPENS = date(2026, 1, 10)
CASE = {
    "name": "case", "country": "USA", "instrument": "tariff", "direction": "down", "known": date(2026, 1, 1),
    "opens": OPENS, "ends": date(2026, 3, 31), "chance": 0.6, "low": 0.5, "high": 0.7, "source": "a page",
}  # fmt: skip
DAYS = st.dates(date(2025, 12, 1), date(2026, 4, 30))


@given(as_of=DAYS, cuts=st.lists(DAYS, max_size=4))
def test_days_share_the_whole_chance_of_what_is_pending(as_of, cuts):
    case = Docket(**CASE)
    edges = [date(2025, 11, 1), *sorted(cuts), date(2026, 5, 31)]
    parts = [case.comes(a, b, as_of=as_of) for a, b in pairwise(edges)]
    assert all(part >= 0 for part in parts)
    assert sum(parts) == pytest.approx(0.6 if case.pending(as_of) else 0.0)


def test_nothing_is_expected_before_it_was_public_nor_after_it_was_decided():
    case = Docket(**CASE, decided=date(2026, 2, 1))
    seen = [case.pending(date(2026, *day)) for day in ((1, 1), (1, 31), (2, 1))]
    assert (case.pending(date(2025, 12, 31)), *seen) == (False, True, True, False)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"low": 0.65}, "`chance` lies between"),
        ({"ends": OPENS - timedelta(days=1)}, "`ends` must not be before `opens`"),
        ({"source": ""}, "`source`, or `assumption = true`"),
    ],
)
def test_a_docket_that_contradicts_itself_is_refused(changes, said):
    with pytest.raises(ValidationError, match=said):
        Docket(**{**CASE, **changes})


def test_a_docket_of_what_nobody_holds_is_refused_by_name(tmp_path):
    text = (
        (WORLD.folder / "laws.toml")
        .read_text()
        .replace('instrument = "entity_list"', 'instrument = "visa_bans"')
    )
    shutil.copytree(WORLD.folder, tmp_path / "us-china-2025")
    (tmp_path / "us-china-2025" / "laws.toml").write_text(text)
    with pytest.raises(
        ng.errors.InvalidFile, match="affiliates-rule-january-2027: instrument: 'visa_bans' came"
    ):
        ng.load_scenario(tmp_path / "us-china-2025")


def test_a_forecast_with_the_law_has_the_court_of_the_day_and_else_what_its_base_says():
    day = date(2025, 11, 30)
    past, windows = past_of(WORLD, day + timedelta(days=1)), month_windows(day + timedelta(days=1), 12)
    base = baseline("shrunk")
    alone, both = (forecast_ahead(one, WORLD, past, windows) for one in (base, WithDockets(base)))
    series = pairs_of(WORLD).index(("USA", "tariff"))
    # 212 days are left to the end of the term, 31 of them in December.
    court = 0.76 * np.array([31, 31, 28, 31, 30, 31, 30, 0, 0, 0, 0, 0]) / 212
    np.testing.assert_allclose(both[:, series, 1], 1 - (1 - alone[:, series, 1]) * (1 - court), rtol=1e-12)
    both[:, series, 1] = alone[:, series, 1]
    np.testing.assert_array_equal(both, alone)
