"""Bands of pools: cases with weights, whose mean is the pool's own chance."""

from datetime import date

import numpy as np
import pytest

from negotiation.errors import InvalidDate, UnknownName
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.forecast import pooled_forecast
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.prediction.pools.bands import BAND, Spread, spread_of
from negotiation.truces.prediction.pools.beta_binomial import BetaBinomialShrinkage
from negotiation.truces.prediction.pools.by_series import BySeries
from negotiation.truces.prediction.pools.linear_pool import LinearPool
from negotiation.truces.prediction.pools.logit_pool import LogitPool
from negotiation.truces.prediction.pools.prequential_selection import PrequentialSelection
from negotiation.truces.prediction.pools.resolved_months import said
from negotiation.truces.record.past import past_of
from negotiation.world import load_scenario

WORLD = load_scenario("us-china-2025").with_past_levels()
PAST = past_of(WORLD, date(2019, 1, 1))
YEAR = month_windows(PAST.as_of, 12)
SOME = (baseline("shrunk"), baseline("coin"), baseline("hold"))


@pytest.mark.parametrize(
    "made",
    [
        SOME[0],
        LinearPool("pooled", SOME),
        LinearPool("by pair", SOME, "pair"),
        LinearPool("of pools", (LinearPool("by pair", SOME, "pair"), SOME[1])),
        BySeries(SOME[0]),
        LogitPool("joined", SOME[0], SOME[1]),
        LogitPool("put right", SOME[0]),
        PrequentialSelection("best", SOME),
    ],
    ids=lambda one: one.name,
)
def test_the_mean_of_the_cases_is_what_the_forecaster_says(made):
    found = spread_of(made, WORLD, PAST, YEAR, {})
    assert np.allclose(found.mean, said(made, WORLD, PAST, YEAR), atol=1e-12)
    assert np.allclose(found.weights.sum(axis=0), 1.0, atol=1e-12)


def test_draws_count_each_for_its_share_of_its_theory():
    pool = LinearPool("pooled", SOME[:2])
    drawn = {"coin": (SOME[1], SOME[2], SOME[2], SOME[2])}
    found = spread_of(pool, WORLD, PAST, YEAR, drawn)
    weights = pool.weights(WORLD, PAST)
    assert found.chances.shape[0] == 5
    assert np.allclose(found.weights[1:, 0, 0, 0], weights[1, 0] / 4)
    coin, hold = (said(one, WORLD, PAST, YEAR) for one in SOME[1:])
    expected = weights[0][:, None, None] * said(SOME[0], WORLD, PAST, YEAR)
    expected = expected + weights[1][:, None, None] * (coin / 4 + 3 * hold / 4)
    assert np.allclose(found.mean, expected)


def test_quantiles_hold_their_share_of_the_weight():
    chances = np.array([0.4, 0.1, 0.2, 0.3]).reshape(4, 1, 1, 1)
    found = Spread(np.array([0.02, 0.02, 0.9, 0.06]).reshape(4, 1, 1, 1), chances)
    assert [found.quantile(x).item() for x in (0.0, 0.05, 0.5, 0.95, 0.99, 1.0)] == [
        0.1,
        0.2,
        0.2,
        0.3,
        0.4,
        0.4,
    ]


def test_a_pool_gives_a_forecast_by_month():
    found = pooled_forecast("2025-10-busan", months=12, choice="even directions")
    assert len(found.rows) == 12 * 24 + 3
    assert (found.draws, found.rows[0].month) == (0, "2025-12")
    past = past_of(WORLD, date(2025, 12, 1))
    own = said(BetaBinomialShrinkage(), WORLD, past, month_windows(past.as_of, 12))
    assert [row.probability for row in found.rows[:-3]] == pytest.approx(own.ravel().tolist())
    assert all(row.low <= row.probability <= row.high for row in found.rows)
    with pytest.raises(UnknownName, match="even directions"):
        pooled_forecast("2025-10-busan", months=1, choice="even direction")
    with pytest.raises(InvalidDate, match="when it was signed"):
        pooled_forecast("2025-10-busan", date(2025, 10, 1))


def test_a_pool_is_what_plain_sums_over_the_record_make_of_its_members():
    """A twin: weights and means from arrays of chances, month by month."""
    from negotiation.truces.prediction.series_scores import month_scores

    pool = LinearPool("pooled", SOME)
    scores = month_scores([*SOME, pool], load_scenario("us-china-2025"), start=date(2018, 4, 1), leads=12)
    gained = np.log(np.where(scores.came, scores.chances, 1 - scores.chances))[:3].mean(axis=(3, 4))
    for t in (0, 1, 7, 20, 91):
        for lead in (0, 5, 11):
            weights = np.ones(3)
            for s in range(t - lead):
                weights *= np.exp(gained[:, s, lead])
            expected = np.einsum("k,kpd->pd", weights / weights.sum(), scores.chances[:3, t, lead])
            assert np.allclose(scores.chances[3, t, lead], expected, atol=1e-12)


@pytest.mark.parametrize("count", [10, 20, 30])
def test_of_even_cases_as_many_hold_a_share_as_it_says_whatever_is_rounded(count):
    chances = np.arange(count)[::-1] / 100
    found = Spread(np.full((count, 1, 1, 1), 1 / count), chances.reshape(count, 1, 1, 1))
    assert [found.quantile(k / count).item() for k in range(1, count + 1)] == sorted(chances)
    if count == 20:  # the ends of a band of nine tenths
        assert [found.quantile(share).item() for share in BAND] == [0.0, 0.18]
