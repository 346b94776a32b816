"""Courts and clocks: their chances by day, what files are refused, what they add to a forecast."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.disputes.files.laws import Docket
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.chances import forecast_ahead
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.prediction.theory_forecasts import TheoryForecaster, WithDockets
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


# The authority under a law that a court has before it

LOSS, TERM = "state.authority_loss", date(2026, 6, 30)
HEARD, DECIDED = date(2025, 11, 10), date(2026, 2, 20)


@pytest.mark.parametrize("day", [HEARD, date(2025, 11, 30), DECIDED - timedelta(days=1)])
def test_an_open_case_on_a_law_gives_the_rate_at_which_authority_is_lost(day):
    years = (TERM - day).days / 365
    world = WORLD.as_of(day)
    quantity = world.quantities[LOSS]
    for annual, chance in ((quantity.low, 0.7), (quantity.value, 0.76), (quantity.high, 0.77)):
        assert 1 - (1 - annual) ** years == pytest.approx(chance)
    assert world.parameters[LOSS] == quantity.value
    game = world.continuous_game("small", moving=["authority"])
    ends = zip(game.nature.sources, game.nature.targets, strict=True)
    lost = [game.states[s].endswith("L1") and game.states[t].endswith("L0") for s, t in ends]
    assert all(lost)
    assert game.nature.rates == pytest.approx(np.full(len(lost), -np.log(1 - 0.76) / years))
    stays = world.stochastic_game(moving=["authority"]).transitions.to_dense()[0, 0]
    assert stays ** (365 * years / 14) == pytest.approx(1 - 0.76)


def test_a_theory_that_sees_the_court_expects_the_tariff_to_fall_and_not_to_rise_again():
    day = date(2025, 12, 1)
    past, windows = past_of(WORLD, day), month_windows(day, 7)
    tariff = pairs_of(WORLD).index(("USA", "tariff"))
    for pace in ("of the record", "central"):
        alone, both = (TheoryForecaster("moment", WORLD, pace, law=law) for law in (False, True))
        said = alone.ahead(WORLD, past, windows)
        seen, beside = both.ahead(WORLD, past, windows), WithDockets(alone).ahead(WORLD, past, windows)
        assert seen[0, tariff, 1] > said[0, tariff, 1] + 0.02
        # Once it is lost there is less to lower and nothing to raise the tariff with.
        assert (seen[1:, tariff, 1] < beside[1:, tariff, 1]).all()
        assert (seen[:, tariff, 0] < said[:, tariff, 0]).all()
        left = seen[:, tariff, 0] / said[:, tariff, 0]
        assert (np.diff(left) < 0).all()
        # At the end of the term the law stands with a chance of 0.24, at whatever pace moves come.
        assert 0.24 < left[-1] < 0.32


@pytest.mark.parametrize("day", [HEARD, DECIDED + timedelta(days=1)])
def test_a_theory_says_the_same_to_the_bit_before_the_chance_was_public_and_once_it_was_decided(day):
    world = WORLD.as_of(WORLD.definition.date)
    past, windows = past_of(world, day), [(day, day + timedelta(days=30))]
    said = [TheoryForecaster("moment", world, law=law).ahead(world, past, windows) for law in (False, True)]
    np.testing.assert_array_equal(*said)
