"""Forecasts by theories: means and spreads, months, renewals from clocks that ran out, refusals."""

from datetime import date

import numpy as np
import pytest
from scipy.stats import beta

import negotiation as ng
from negotiation.errors import InvalidDate, InvalidGame, InvalidOptions, SizeLimit, UnknownName
from negotiation.truces.estimation.priors import parameters_at
from negotiation.truces.estimation.theory_record import theory_record
from negotiation.truces.prediction.chances import forecast_ahead
from negotiation.truces.prediction.forecast import KeptDraws, pooled_forecast, write_draws
from negotiation.truces.prediction.months import RENEWED, month_windows
from negotiation.truces.prediction.pools.candidates import BetaBinomialShrinkage
from negotiation.truces.prediction.pools.resolved_months import said
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.record.past import past_of
from tests.us_china import SCENARIO

TWO = ("moment", "renegotiation")


@pytest.fixture(scope="module")
def found():
    return {
        names: ng.forecast("2025-10-busan", date(2025, 11, 30), 2, scenario=SCENARIO, theories=names)
        for names in (TWO[:1], TWO[1:], TWO)
    }


@pytest.mark.long
def test_a_row_is_the_weighted_mean_of_the_theories_and_its_band_their_spread(found):
    one, two, both = (found[names].rows for names in (TWO[:1], TWO[1:], TWO))
    assert len(both) == 2 * 24
    weights = []
    for a, b, row in zip(one, two, both, strict=True):
        assert (a.low, a.high) == (a.probability, a.probability)
        assert (row.low, row.high) == (min(a.probability, b.probability), max(a.probability, b.probability))
        assert row.low <= row.probability <= row.high
        if row.high - row.low > 1e-6:
            weights.append((row.month, (row.probability - b.probability) / (a.probability - b.probability)))
        assert (row.month, row.actor, row.instrument, row.direction) == (
            a.month, a.actor, a.instrument, a.direction
        )  # fmt: skip
    # One weight a lead for all rows, and both are heard: they earned it in six months under agreements.
    for month in {month for month, _ in weights}:
        own = [weight for each, weight in weights if each == month]
        assert max(own) - min(own) < 1e-6
        assert 0.2 < own[0] < 0.8
    assert len({round(weight, 9) for _, weight in weights}) > 1
    assert found[TWO].theories == TWO
    assert any(row.high - row.low > 0.05 for row in both)
    # A theory by itself says what it does at the pace of the record and with the law.
    day = date(2025, 12, 1)
    (alone,) = theory_forecasters(SCENARIO, TWO[:1], law=True)
    own = forecast_ahead(alone, SCENARIO, past_of(SCENARIO, day), month_windows(day, 2))
    assert [row.probability for row in one] == pytest.approx(own.ravel().tolist())


@pytest.mark.long
def test_draws_of_parameters_make_the_band(tmp_path):
    record = theory_record(SCENARIO, "moment", until=date(2025, 12, 1))
    names = tuple(prior.name for prior in record.priors)
    rows = parameters_at(record.priors, np.random.default_rng(0).normal(size=(2, len(names))))
    path = tmp_path / "draws.csv"
    write_draws(path, {"moment": KeptDraws(names, rows, 0)})
    made = ng.forecast("2025-10-busan", months=1, scenario=SCENARIO, theories="moment", posterior=path)
    alone = []
    for k in (0, 1):
        write_draws(path, {"moment": KeptDraws(names, rows[[k]], 0)})
        alone.append(
            ng.forecast("2025-10-busan", months=1, scenario=SCENARIO, theories="moment", posterior=path).rows
        )
    assert made.draws == 2
    for a, b, row in zip(*alone, made.rows, strict=True):
        assert row.probability == pytest.approx((a.probability + b.probability) / 2)
        ends = sorted((a.probability, b.probability))
        assert [row.low, row.high] == pytest.approx(ends)
    assert any(row.high - row.low > 0.01 for row in made.rows)
    with pytest.raises(InvalidGame, match="draws of the theory 'renegotiation'; add draws"):
        ng.forecast("2025-10-busan", scenario=SCENARIO, theories="renegotiation", posterior=path)
    with pytest.raises(InvalidGame, match="draws of the theory 'each for itself'"):
        ng.forecast(
            "2025-10-busan", scenario=SCENARIO, by="pool", posterior=path
        )  # the pool has all theories


def test_a_renewal_follows_from_the_clocks_that_ran_out_in_the_leg():
    made = ng.forecast("2025-10-busan", date(2025, 11, 30), 12, scenario=SCENARIO, theories=["moment"])
    rows = {row.instrument: row for row in made.rows if row.direction == RENEWED}
    assert set(rows) == {"tariff", "control", "other"}
    assert {row.month for row in rows.values()} == {"2026-11"}
    # Two clocks ran out, both of tariffs and both renewed: 3 of 4 by Laplace's rule, and 2 + 2 x 3/4 of 4.
    assert rows["control"].probability == pytest.approx(0.75)
    assert rows["tariff"].probability == pytest.approx((2 + 1.5) / 4)
    # Nine tenths of the beta distribution with this mean and the weight of four clocks, of two elsewhere.
    for leg, weight in (("tariff", 4.0), ("control", 2.0)):
        own = beta(weight * rows[leg].probability, weight * (1 - rows[leg].probability))
        assert own.cdf([rows[leg].low, rows[leg].high]) == pytest.approx([0.05, 0.95])


def test_what_makes_no_sense_is_refused():
    with pytest.raises(TypeError, match="'on'"):
        ng.forecast("2025-10-busan", on=["coverage"])
    with pytest.raises(InvalidGame, match="at least one theory"):
        ng.forecast("2025-10-busan", theories=[])
    with pytest.raises(UnknownName, match="moment"):
        ng.forecast("2025-10-busan", theories=["momentum"])
    with pytest.raises(SizeLimit, match="at most 95,687 months"):
        ng.forecast("2025-10-busan", months=10**6, scenario=SCENARIO)
    with pytest.raises(InvalidOptions, match="not both"):
        ng.forecast("2025-10-busan", by="shrunk", theories="moment")
    with pytest.raises(InvalidOptions, match="only to theories"):
        ng.forecast("2025-10-busan", posterior="draws.csv")
    for day in (date(2025, 10, 29), date(2025, 12, 1)):  # before the signing, and after the record
        with pytest.raises(InvalidDate, match=f"from 2025-10-30.*got {day}"):
            ng.forecast("2025-10-busan", day, scenario=SCENARIO, theories="moment")


@pytest.mark.long
def test_a_pool_gives_a_forecast_by_month():
    found = pooled_forecast("2025-10-busan", months=12, choice="even directions")
    assert len(found.rows) == 12 * 24 + 3
    assert (found.draws, found.rows[0].month) == (0, "2025-12")
    back = SCENARIO.with_past_levels()
    past = past_of(back, date(2025, 12, 1))
    own = said(BetaBinomialShrinkage(), back, past)
    assert [row.probability for row in found.rows[:-3]] == pytest.approx(own.ravel().tolist())
    assert all(row.low <= row.probability <= row.high for row in found.rows)
    with pytest.raises(UnknownName, match="even directions"):
        pooled_forecast("2025-10-busan", months=1, choice="even direction")
