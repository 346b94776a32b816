"""Two paces: the filter against plain matrix exponentials, exact chances, and rates found again."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from negotiation.disputes import load_scenario
from negotiation.truces.prediction.baselines.two_pace import Paces, filtered, fitted_paces, paces_before
from negotiation.truces.record.events import events_of
from negotiation.truces.record.past import past_of

SCENARIO = load_scenario("us-china-2025").with_past_levels()
RATE = st.floats(1e-3, 0.5)
TRUE = Paces(0.01, 0.12, 1 / 500, 1 / 200)


def drawn(paces, exposure, rng):
    """Return days with a move of one simulated record, and the share of time at the active pace."""
    state, now, days, active = int(rng.random() < paces.resting[1]), 0.0, [], 0.0
    while now < exposure:
        leave, rate = (paces.rises, paces.falls)[state], paces.rates[state]
        step = rng.exponential(1 / (leave + rate))
        active += state * min(step, exposure - now)
        now += step
        if now < exposure and rng.random() < rate / (leave + rate):
            days.append(now)
        else:
            state = 1 - state
    return np.array(days), active / exposure


@given(RATE, RATE, st.floats(1e-3, 0.1), st.floats(1e-3, 0.1), st.lists(st.integers(0, 300), max_size=8))
def test_the_filter_is_the_product_of_matrix_exponentials(quiet, active, rises, falls, moves):
    paces, days = Paces(quiet, active, rises, falls), np.sort(np.array(moves, dtype=float))
    row, last = paces.resting, 0.0
    for day in days:
        row = row @ expm((paces.generator - np.diag(paces.rates)) * (day - last)) * paces.rates
        last = day
    row = row @ expm((paces.generator - np.diag(paces.rates)) * (310.0 - last))
    found, now = filtered(paces, days, 310.0)
    assert found == pytest.approx(np.log(row.sum()), rel=1e-8)
    assert now == pytest.approx(row / row.sum(), abs=1e-9)


@pytest.mark.long
def test_the_rates_are_found_again():
    rng = np.random.default_rng(5)
    found = np.array([fitted_paces(tuple(drawn(TRUE, 20_000.0, rng)[0]), 20_000.0) for _ in range(12)])
    middle = np.exp(np.median(np.log(found), axis=0))
    assert middle == pytest.approx(np.array(TRUE), rel=0.35)
    assert middle[:2] == pytest.approx(np.array(TRUE)[:2], rel=0.15)


def test_a_record_without_moves_has_rates():
    assert fitted_paces((), 400.0).active > 0
    assert fitted_paces((), 0.0).quiet > 0


def test_the_rates_are_those_of_whole_months_and_the_filter_reaches_the_day():
    one, two = (
        paces_before(events_of(SCENARIO, past_of(SCENARIO, day)))
        for day in (date(2025, 4, 2), date(2025, 4, 29))
    )
    assert one[0] == two[0]
    assert one[1] != pytest.approx(two[1])


@pytest.mark.parametrize("paces", [TRUE, Paces(0.02, 0.3, 1 / 200, 1 / 100)])
def test_no_rate_can_be_changed_so_that_the_days_become_likelier(paces):
    days, _ = drawn(paces, 6_000.0, np.random.default_rng(8))
    fitted = fitted_paces(tuple(days), 6_000.0)
    here = filtered(fitted, days, 6_000.0)[0]
    for name in Paces._fields:
        for change in (1 - 1e-4, 1 + 1e-4):
            other = fitted._replace(**{name: getattr(fitted, name) * change})
            assert filtered(other, days, 6_000.0)[0] - here < 1e-10


@pytest.mark.parametrize("seed", range(4))
def test_the_last_digits_of_the_days_change_no_rate(seed):
    rng = np.random.default_rng(seed)
    days, _ = drawn(TRUE, 3_000.0, rng)
    near = days * (1 + 4e-16 * rng.integers(-2, 3, len(days)))
    assert (days != near).any()
    assert fitted_paces(tuple(near), 3_000.0) == pytest.approx(fitted_paces(tuple(days), 3_000.0), rel=1e-10)


def test_a_record_of_less_than_a_day_counts_as_one():
    assert fitted_paces((0.0,), 0.25) == fitted_paces((0.0,), 1.0) != fitted_paces((0.0,), 3.0)
