"""Two paces: the filter against plain matrix exponentials, exact chances, and rates found again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from negotiation.truces.prediction.baselines.two_pace import Paces, filtered, fitted_paces

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


@pytest.mark.parametrize("paces", [TRUE, Paces(0.02, 0.3, 1 / 200, 1 / 100)])
def test_no_rate_can_be_changed_so_that_the_days_become_likelier(paces):
    days, _ = drawn(paces, 6_000.0, np.random.default_rng(8))
    fitted = fitted_paces(tuple(days), 6_000.0)
    here = filtered(fitted, days, 6_000.0)[0]
    for name in Paces._fields:
        for change in (1 - 1e-4, 1 + 1e-4):
            other = fitted._replace(**{name: getattr(fitted, name) * change})
            assert filtered(other, days, 6_000.0)[0] - here < 1e-10
