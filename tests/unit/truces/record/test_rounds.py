"""How often talks end in an agreement: counted in records, with the edges of the record."""

from datetime import date, timedelta
from math import exp

import numpy as np
import pytest
from scipy.stats import gamma

import negotiation as ng
from negotiation.truces.record.renewals import chance_a_period, rounds_a_year
from tests.us_china import SCENARIO

BUSAN = ng.truce("2025-10-busan")
BEGINS, ENDS = date(2025, 1, 20), date(2025, 11, 30)


def signed_on(scenario, *days):
    """Return a scenario with as many agreements more, signed on some days."""
    for day in days:
        dates = {"signed": day, "in_force": max(day, BUSAN.in_force)}
        scenario = scenario.with_agreement(BUSAN.model_copy(update={"id": f"{day}-made-up", **dates}))
    return scenario


def interval(found, count, years):
    """The posterior puts 2.5 percent below the range and as much above it."""
    shape = count + 0.5
    for end, below in ((found.low, 0.025), (found.high, 0.975)):
        assert gamma(shape, scale=1.0 / years).cdf(end) == pytest.approx(below, rel=1e-6)
    assert found.value == pytest.approx(shape / years)


def test_agreements_signed_within_the_record_are_counted_and_others_are_not():
    years = (ENDS - BEGINS).days / 365
    interval(rounds_a_year(SCENARIO), 4, years)
    more = signed_on(SCENARIO, BEGINS + timedelta(days=1), ENDS)
    interval(rounds_a_year(more), 6, years)
    assert f"{ENDS}-made-up" in rounds_a_year(more).source
    outside = signed_on(SCENARIO, BEGINS, ENDS + timedelta(days=1))
    interval(rounds_a_year(outside), 4, years)
    assert "made-up" not in rounds_a_year(outside).source


def test_the_chance_of_a_round_in_a_period_is_that_of_a_constant_rate():
    rounds, lags = np.array([0.0, 2.0, 2.0, 1e9]), np.array([14.0, 365.0, 73.0, 1.0])
    found = chance_a_period(rounds, lags)
    assert found.tolist() == pytest.approx([0.0, 1 - exp(-2), 1 - exp(-0.4), 1.0])
    # Two halves of a period without a round are a whole one without.
    half = chance_a_period(np.array([3.0]), np.array([7.0]))
    assert chance_a_period(np.array([3.0]), np.array([14.0])) == pytest.approx(1 - (1 - half) ** 2)
