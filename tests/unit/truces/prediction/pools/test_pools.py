"""Pools over a record that is made up: each weight, factor, coefficient and band once more by plain sums."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, logit
from scipy.stats import betabinom, nbinom

from negotiation.truces.prediction.baselines.two_pace import at_two_paces
from negotiation.truces.prediction.forecast import Spread, spread_of
from negotiation.truces.prediction.pools.candidates import (
    BetaBinomialShrinkage,
    in_force,
    shrinkage_weight,
    theories_pooled,
)
from negotiation.truces.prediction.pools.logit_pool import DAYS_A_MONTH, LogitPool, fitted_line
from negotiation.truces.prediction.pools.prequential import BySeries, LinearPool, PrequentialSelection
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.record.events import events_of
from tests.unit.truces.prediction.pools.made_up import (
    GSOMIA,
    LICENCE,
    MOVES,
    PAIRS,
    WORLD,
    ByLead,
    Says,
    ahead,
    came,
    months,
    past,
)

DAY = date(2020, 8, 1)
NOW = past()
ONE, TWO, THREE = Says("one"), Says("two", 5, 0.3), Says("three", 8, 0.05)
MEMBERS = (ONE, TWO, THREE)
WINDOWS = [
    (date(2020, 8, 1), date(2020, 9, 1)), (date(2020, 11, 1), date(2020, 12, 1)),
    (date(2021, 7, 1), date(2021, 8, 1)), (date(2022, 3, 1), date(2022, 4, 1)),
    (date(2020, 8, 10), date(2020, 8, 17)), (date(2021, 2, 1), date(2021, 3, 1)),
]  # fmt: skip
AT = [0, 3, 11, 11, 0, 6]
"""Their leads."""


def over(lead, day=DAY, counts=lambda _: True):
    """Return origins and what came at a lead, of months that are over on a day."""
    count = (day.year - 2018) * 12 + day.month - 11
    return [(o, came(o, lead)) for k, o in enumerate(months(count)) if k + lead < count and counts(o)]


def said(one, origin, windows=None):
    """Return what somebody says from a day, with the past of that day."""
    return one.ahead(WORLD, past(origin), windows or ahead(origin))


def gained(one, lead, rows=None):
    """Return the log score of each row, months by pairs by directions."""
    rows = over(lead) if rows is None else rows
    found = [np.log(np.where(c, p, 1 - p)) for o, c in rows for p in [said(one, o)[lead]]]
    return np.array(found).reshape(-1, len(PAIRS), 2)


def shares(logs):
    """Return shares in proportion to exponentials, over the first axis."""
    found = np.exp(np.array(logs) - np.max(logs, axis=0))
    return found / found.sum(axis=0)


@pytest.mark.parametrize("by", ["lead", "pair"])
def test_weights_are_by_what_was_gained_in_months_that_are_over(by):
    found = LinearPool("pool", MEMBERS, by).weights(WORLD, NOW)
    for lead in (0, 1, 7, 11):
        if by == "lead":
            expected = shares([gained(one, lead).mean(axis=(1, 2)).sum() for one in MEMBERS])
        else:
            expected = shares([gained(one, lead).mean(axis=2).sum(axis=0) for one in MEMBERS])
        assert found[:, lead] == pytest.approx(expected)
    assert len({round(float(w), 6) for w in found.ravel()}) > 20


# The choice as it went


def test_the_choice_is_by_one_three_six_and_twelve_months_alone():
    plain = ByLead("plain", (0.1,) * 12)
    for lead in range(1, 13):
        better = ByLead("better", tuple(0.06 if k + 1 == lead else 0.1 for k in range(12)))
        chosen = PrequentialSelection("best", (plain, better)).chosen(WORLD, NOW)
        assert chosen is (better if lead in (1, 3, 6, 12) else plain)
        assert PrequentialSelection("best", (better, plain)).chosen(WORLD, NOW) is better


# By series


def gamma_shape(counts, expected):
    """Return the shape of the gamma distribution with the largest likelihood, by the negative binomial."""

    def missed(log):
        a = np.exp(log)
        return -nbinom.logpmf(counts, a, a / (a + expected)).sum()

    bounds = (np.log(0.01), np.log(1e4))
    return np.exp(minimize_scalar(missed, bounds=bounds, method="bounded", options={"xatol": 1e-9}).x)


def test_factors_are_of_what_came_over_what_was_expected_a_month_ahead():
    found = BySeries(ONE).factors(WORLD, NOW)
    count = np.sum([c for _, c in over(0)], axis=0)
    expected = np.sum([-np.log(1 - said(ONE, o)[0]) for o, _ in over(0)], axis=0)
    shape = gamma_shape(count.ravel(), expected.ravel())
    assert 0.05 < shape < 1000
    assert found == pytest.approx((shape + count) / (shape + expected), rel=1e-4)
    assert (BySeries(ONE).factors(WORLD, past(date(2018, 11, 20))) == np.ones((len(PAIRS), 2))).all()


def test_hazards_are_multiplied_by_the_factor_of_their_series():
    by_series = BySeries(TWO)
    factors, found = by_series.factors(WORLD, NOW), by_series.ahead(WORLD, NOW, WINDOWS)
    assert found == pytest.approx(1 - (1 - said(TWO, DAY, WINDOWS)) ** factors)
    assert (by_series.name, by_series.order) == ("two, by series", 200)


# Even directions


def test_directions_are_drawn_to_even_by_the_likeliest_weight():
    # Licences go up alone and the treaty of secrets down; claims go both ways.
    ways = {LICENCE: "escalate", GSOMIA: "de-escalate"}
    moves = [
        move.model_copy(update={"direction": ways.get((move.actor, move.instrument), move.direction)})
        for move in MOVES
    ]
    now = past(moves=moves)
    record = events_of(WORLD, now)
    counts = np.zeros((len(PAIRS), 2))
    for move in moves:
        counts[PAIRS.index((move.actor, move.instrument)), int(move.direction == "de-escalate")] += 1
    total, bounds = counts.sum(axis=1), (np.log(0.01), np.log(1e4))

    def missed(log):
        return -betabinom.logpmf(counts[:, 0], total, np.exp(log), np.exp(log)).sum()

    weight = np.exp(minimize_scalar(missed, bounds=bounds, method="bounded", options={"xatol": 1e-9}).x)
    assert 0.1 < weight < 100
    assert shrinkage_weight(counts) == pytest.approx(weight, rel=1e-3)
    shape = gamma_shape(total, (total.sum() + 0.5) / len(PAIRS))
    moves = (total + shape) / (1 + shape / ((total.sum() + 0.5) / len(PAIRS)))
    expected = moves[:, None] * (counts + weight) / (total[:, None] + 2 * weight)
    found = BetaBinomialShrinkage().ahead(WORLD, now, WINDOWS)
    assert found == pytest.approx(at_two_paces(record, expected.ravel(), WINDOWS), rel=1e-3)
    assert (BetaBinomialShrinkage().name, BetaBinomialShrinkage().order) == ("even directions", 200)


# Log odds


def apart(theory):
    """Return log odds less their mean over the series, of each window or origin by itself."""
    return logit(theory) - logit(theory).mean(axis=(-2, -1), keepdims=True)


def line(lead, base, theory=None):
    """Return the likeliest coefficients at a lead by another optimiser, with the rows that they are of."""
    rows = over(lead)
    came = np.array([c for _, c in rows]).ravel()
    of_base = np.array([logit(said(base, o)[lead]) for o, _ in rows]).ravel()
    columns = [np.ones_like(of_base), of_base]
    if theory is not None:
        columns.append(np.array([apart(said(theory, o)[lead]) for o, _ in rows]).ravel())
    table = np.column_stack(columns)
    centre, spread = np.array([0.0, 1.0, 0.0])[: len(columns)], np.array([0.5, 0.25, 0.25])[: len(columns)]

    def missed(x):
        z = table @ x
        return np.logaddexp(0, z).sum() - z[came].sum() + 0.5 * (((x - centre) / spread) ** 2).sum()

    best = minimize(missed, centre, method="BFGS", options={"gtol": 1e-9}).x
    chances = expit(table @ best)
    precision = table.T @ (table * (chances * (1 - chances))[:, None]) + np.diag(1 / spread**2)
    return best, precision


@pytest.mark.parametrize("theory", [None, TWO], ids=["alone", "with a theory"])
def test_coefficients_are_the_likeliest_of_each_lead(theory):
    found = LogitPool("pool", THREE, theory).lines(WORLD, NOW)
    assert len(found) == 12
    for lead in (0, 5, 11):
        best, precision = line(lead, THREE, theory)
        assert found[lead].centre == pytest.approx(best, abs=1e-5)
        assert found[lead].precision == pytest.approx(precision, rel=1e-4)
    assert len({round(float(one.centre[0]), 5) for one in found}) == 12


@pytest.mark.parametrize("theory", [None, TWO], ids=["alone", "with a theory"])
def test_a_window_is_set_on_the_scale_of_a_month_and_back(theory):
    pool = LogitPool("pool", THREE, theory)
    lines, found = pool.lines(WORLD, NOW), pool.ahead(WORLD, NOW, WINDOWS)
    base = said(THREE, DAY, WINDOWS)
    # Whole months are months, however long; a week is a share of a twelfth of a year.
    lengths = [1, 1, 1, 1, 7 / DAYS_A_MONTH, 1]
    assert pytest.approx(365 / 12) == DAYS_A_MONTH
    for w, (lead, months_) in enumerate(zip(AT, lengths, strict=True)):
        odds = logit(1 - (1 - base[w]) ** (1 / months_))
        z = lines[lead].centre[0] + lines[lead].centre[1] * odds
        if theory is not None:
            z = z + lines[lead].centre[2] * apart(1 - (1 - said(theory, DAY, WINDOWS)[w]) ** (1 / months_))
        assert found[w] == pytest.approx(1 - (1 - expit(z)) ** months_)
    long = [(date(2021, 1, 1), date(2021, 3, 1)), (date(2020, 9, 15), date(2020, 10, 15))]
    whole = LogitPool("pool", ByLead("base", (0.2,) * 12)).ahead(WORLD, NOW, long)
    own = LogitPool("pool", ByLead("base", (0.2,) * 12)).lines(WORLD, NOW)
    for w, (lead, days) in enumerate(((5, 59), (1, 30))):
        span = days / DAYS_A_MONTH
        z = own[lead].centre @ [1, logit(1 - 0.8 ** (1 / span))]
        assert whole[w] == pytest.approx(np.full((len(PAIRS), 2), 1 - (1 - expit(z)) ** span))
    assert (pool.order, pool.lines(WORLD, NOW) is lines) == (200, True)


@pytest.mark.parametrize("share", [1.0, 0.9])
def test_a_step_that_goes_too_far_is_halved(share):
    # From log odds of -8 the first step of Newton leads to some thousands.
    rows, centre, spread = np.ones((100, 1)), np.array([-8.0]), np.array([100.0])
    came = (np.arange(100) < 100 * share).astype(float)

    def missed(x):
        return 100 * np.logaddexp(0, x) - came.sum() * x + ((x + 8) / 100) ** 2 / 2

    best = minimize_scalar(missed, bounds=(-50, 50), method="bounded", options={"xatol": 1e-10}).x
    assert fitted_line(rows, came, centre, spread).centre == pytest.approx([best], rel=1e-4)


# Bands

DRAWN = {"two": (Says("two", 21, 0.2), Says("two", 22, 0.4), Says("two", 23, 0.3))}


@pytest.mark.parametrize("by", ["lead", "pair"])
def test_a_pool_has_the_cases_of_its_members_by_their_weights(by):
    pool = LinearPool("pool", MEMBERS, by)
    weights, found = pool.weights(WORLD, NOW), spread_of(pool, WORLD, NOW, WINDOWS, DRAWN)
    every = [[ONE], DRAWN["two"], [THREE]]
    cases = [(m, one, len(drawn)) for m, drawn in enumerate(every) for one in drawn]
    for k, (m, one, count) in enumerate(cases):
        assert found.chances[k] == pytest.approx(said(one, DAY, WINDOWS))
        for w, lead in enumerate(AT):
            expected = weights[m, lead] / count
            assert found.weights[k, w, :, 0] == pytest.approx(np.broadcast_to(expected, len(PAIRS)))
    assert len(found.chances) == 5


def test_quantiles_are_of_each_window_pair_and_direction():
    rng = np.random.default_rng(4)
    weights, chances = rng.random((5, 2, 3, 1)), rng.random((5, 2, 3, 2))
    weights /= weights.sum(axis=0)
    found = Spread(weights, chances)
    assert found.mean == pytest.approx(sum(weights[k] * chances[k] for k in range(5)))
    for share in (0.0, 0.05, 0.3, 0.5, 0.95, 1.0):
        got = found.quantile(share)
        for w in range(2):
            for p in range(3):
                for d in range(2):
                    rows = sorted(zip(chances[:, w, p, d], weights[:, w, p, 0], strict=True))
                    reached, k = rows[0][1], 0
                    while reached < share - 1e-12:
                        k += 1
                        reached += rows[k][1]
                    assert got[w, p, d] == rows[k][0]


def test_the_mean_of_the_cases_is_what_the_forecaster_says():
    paired = LinearPool("by pair", (*MEMBERS, Says("low", 4, 0.004)), "pair")  # below the floor
    for made in (
        ONE, paired, LinearPool("of pools", (paired, ONE)), BySeries(ONE), LogitPool("joined", ONE, TWO),
        LogitPool("put right", ONE), PrequentialSelection("best", MEMBERS),
    ):  # fmt: skip
        found = spread_of(made, WORLD, NOW, WINDOWS, {})
        assert found.mean == pytest.approx(np.clip(made.ahead(WORLD, NOW, WINDOWS), 0.005, 0.995))
        assert found.weights.sum(axis=0) == pytest.approx(np.ones(found.weights.shape[1:]))


# What all share


def test_with_nothing_resolved_a_logit_pool_is_its_base():
    early = past(date(2018, 11, 1))
    found = LogitPool("joined", ONE, TWO).ahead(WORLD, early, ahead(early.as_of))
    assert found == pytest.approx(said(ONE, early.as_of))


# The nine


def test_theories_earn_their_weights_while_an_agreement_is_in_force():
    tokyo = agreement_text("2023-03-tokyo", WORLD)
    signed = tokyo.model_copy(update={"signed": date(2019, 9, 15)})
    amended = signed.model_copy(update={"id": "2019-10-x", "amends": "2019-09-x"})
    assert not in_force(past(date(2019, 9, 15), agreements=[signed]))
    assert in_force(past(date(2019, 9, 16), agreements=[signed]))
    assert not in_force(past(date(2019, 12, 1), agreements=[amended]))
    now = replace(NOW, agreements=(signed,))
    pool = theories_pooled(iter([ONE, TWO]))
    assert (pool.name, pool.members) == ("theories pooled", (ONE, TWO))
    found = pool.weights(WORLD, now)
    rows = over(0, counts=lambda day: day >= date(2019, 10, 1))
    expected = shares([gained(one, 0, rows).mean(axis=(1, 2)).sum() for one in (ONE, TWO)])
    assert found[:, 0] == pytest.approx(expected)
