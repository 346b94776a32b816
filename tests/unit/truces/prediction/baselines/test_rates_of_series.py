"""Climatology and shrunk rates: counts by hand, limits, and parameters found again."""

from datetime import date

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gamma

from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.baselines.shrunk_hazard import (
    expected_counts,
    posterior_counts,
    shape_of_rates,
)
from negotiation.truces.record.events import DOWN, UP, events_of, pairs_of
from negotiation.truces.record.past import past_of
from negotiation.world import load_scenario
from tests.us_china import MOVES

SCENARIO = load_scenario("us-china-2025").with_past_levels()
PAIRS = pairs_of(SCENARIO)


def test_climatology_is_the_rule_of_laplace_on_months():
    day = date(2025, 6, 1)
    past = past_of(SCENARIO, day)
    months = 12 * 7 + 3  # March 2018 to May 2025
    ahead = baseline("climatology").ahead(SCENARIO, past, [(day, date(2025, 7, 1))])[0]
    names = {UP: "escalate", DOWN: "de-escalate"}
    for k, (country, name) in enumerate(PAIRS):
        for d in (UP, DOWN):
            seen = {
                f"{m.announced.earliest:%Y-%m}"
                for m in MOVES
                if (m.actor, m.instrument, m.direction, m.status) == (country, name, names[d], "applied")
                and m.announced.latest < day
            }
            monthly = (len(seen) + 1) / (months + 2)
            assert ahead[k, d] == pytest.approx(1 - (1 - monthly) ** (30 * 12 / 365.25)), (country, name)


def test_the_month_that_is_not_over_counts_neither_way():
    windows = [(date(2025, 6, 20), date(2025, 7, 20))]
    one, two = (
        baseline("climatology").ahead(SCENARIO, past_of(SCENARIO, day), windows)
        for day in (date(2025, 6, 1), date(2025, 6, 20))
    )
    assert (one == two).all()


def test_shrunk_chances_are_those_of_the_mixed_poisson():
    day, end = date(2025, 6, 1), date(2025, 9, 1)
    past = past_of(SCENARIO, day)
    counts, time = events_of(SCENARIO, past).counts, events_of(SCENARIO, past).exposure
    shape = shape_of_rates(counts)
    rate = shape / ((counts.sum() + 0.5) / len(counts)) * time  # the gamma's rate, so that its mean is pooled
    ahead = baseline("shrunk").ahead(SCENARIO, past, [(day, end)])[0].ravel()
    days = (end - day).days
    for k in (0, 1, 7, 16):
        density = gamma(shape + counts[k], scale=1 / (rate + time))
        none = quad(lambda x, at=density: np.exp(-x * days) * at.pdf(x), 0, density.ppf(1 - 1e-12), limit=200)
        assert ahead[k] == pytest.approx(1 - none[0], rel=1e-6)


def test_series_that_differ_by_chance_are_pooled_and_others_keep_their_own():
    assert expected_counts(np.full(20, 6.0)) == pytest.approx(np.full(20, 6.0), rel=0.01)
    rng = np.random.default_rng(3)
    same = rng.poisson(6.0, 200).astype(float)
    assert np.ptp(expected_counts(same)) < 0.3 * np.ptp(same)
    unlike = np.array([0.0, 0.0, 0.0, 400.0])
    assert expected_counts(unlike)[3] == pytest.approx(400.0, rel=0.02)
    gained, time = posterior_counts(np.zeros(5))
    assert (gained / time > 0).all()


@pytest.mark.parametrize("shape", [0.5, 2.0, 8.0])
def test_the_shape_is_found_again(shape):
    rng = np.random.default_rng(11)
    found = [shape_of_rates(rng.poisson(rng.gamma(shape, 12 / shape, 300)).astype(float)) for _ in range(20)]
    assert np.median(found) == pytest.approx(shape, rel=0.15)
    assert np.quantile(found, 0.9) < 2 * shape


def test_the_order_of_series_does_not_matter():
    counts = np.array([9.0, 0.0, 3.0, 1.0, 22.0])
    assert expected_counts(counts[::-1])[::-1] == pytest.approx(expected_counts(counts), rel=1e-9)
