"""Pools over a record that is made up: each weight, factor, coefficient and band once more by plain sums."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, logit
from scipy.stats import betabinom, nbinom

from negotiation.errors import InvalidGame, InvalidOptions
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.baselines.two_pace import at_two_paces
from negotiation.truces.prediction.pools.bands import Spread, spread_of
from negotiation.truces.prediction.pools.beta_binomial import BetaBinomialShrinkage, shrinkage_weight
from negotiation.truces.prediction.pools.candidates import (
    CHOSEN,
    SELECTED,
    candidates,
    in_force,
    selected_prequentially,
    theories_pooled,
)
from negotiation.truces.prediction.pools.logit_pool import DAYS_A_MONTH, Line, LogitPool, fitted_line
from negotiation.truces.prediction.pools.prequential import BySeries, LinearPool, PrequentialSelection
from negotiation.truces.prediction.pools.resolved_months import resolved_months
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

DAY, COUNT = date(2020, 8, 1), 21
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


def test_months_that_do_not_count_are_not_asked_about():
    def odd(one):
        return one.as_of.month % 2 == 1

    fresh = (Says("one"), Says("two", 5, 0.3))
    found = LinearPool("pool", fresh, counts=odd).weights(WORLD, past())
    for lead in (0, 4):
        rows = over(lead, counts=lambda day: day.month % 2 == 1)
        expected = shares([gained(one, lead, rows).mean(axis=(1, 2)).sum() for one in fresh])
        assert found[:, lead] == pytest.approx(expected)
    nobody = LinearPool("pool", (Says("one"), Says("two", 5, 0.3)), counts=lambda _: False)
    assert (nobody.weights(WORLD, past()) == 0.5).all()
    assert nobody.members[0].asked == []


@pytest.mark.parametrize("by", ["lead", "pair"])
def test_each_window_has_the_weights_of_its_lead(by):
    pool = LinearPool("pool", MEMBERS, by)
    weights, found = pool.weights(WORLD, NOW), pool.ahead(WORLD, NOW, WINDOWS)
    every = [said(one, DAY, WINDOWS) for one in MEMBERS]
    for w, lead in enumerate(AT):
        own = [weights[k, lead] if by == "lead" else weights[k, lead][:, None] for k in range(3)]
        assert found[w] == pytest.approx(sum(own[k] * every[k][w] for k in range(3)))
    assert (pool.order, pool.by, LinearPool("p", MEMBERS).by) == (200, by, "lead")
    assert pool.weights(WORLD, NOW) is weights


# The choice as it went

GOOD, BAD = 0.06, 0.3


def test_the_choice_is_by_one_three_six_and_twelve_months_alone():
    plain = ByLead("plain", (0.1,) * 12)
    for lead in range(1, 13):
        better = ByLead("better", tuple(GOOD if k + 1 == lead else 0.1 for k in range(12)))
        chosen = PrequentialSelection("best", (plain, better)).chosen(WORLD, NOW)
        assert chosen is (better if lead in (1, 3, 6, 12) else plain)
        assert PrequentialSelection("best", (better, plain)).chosen(WORLD, NOW) is better


def test_leads_count_alike_however_many_months_are_over():
    # At one month ahead 21 months are over, at twelve ahead 10: a small loss in many, a larger one in few.
    def lost(chance, lead):
        rows = np.array([c for _, c in over(lead - 1)])
        return -np.log(np.where(rows, chance, 1 - chance)).mean()

    one = ByLead("near", (GOOD, *(0.1,) * 10, 0.16))
    two = ByLead("far", (0.13, *(0.1,) * 10, 0.1))
    near, far = (lost(m.chances[0], 1) + lost(m.chances[11], 12) for m in (one, two))
    assert near > far
    assert 21 * lost(GOOD, 1) + 10 * lost(0.16, 12) < 21 * lost(0.13, 1) + 10 * lost(0.1, 12)
    for members in ((one, two), (two, one)):
        assert PrequentialSelection("best", members).chosen(WORLD, NOW) is two


def test_a_lead_of_which_no_month_is_over_does_not_count():
    early = past(date(2018, 12, 1))  # one month is over, one month ahead
    one, two = ByLead("near", (0.12, *(0.9,) * 11)), ByLead("far", (0.5, *(GOOD,) * 11))
    assert PrequentialSelection("best", (two, one)).chosen(WORLD, early) is one
    assert PrequentialSelection("best", (two, one)).chosen(WORLD, past(date(2018, 11, 1))) is two
    choice = PrequentialSelection("best", (two, one))
    assert choice.chosen(WORLD, NOW) is choice.chosen(WORLD, NOW)
    assert (choice.name, choice.order) == ("best", 200)


def test_what_is_chosen_speaks():
    choice = PrequentialSelection("best", (Says("bad", 3, 0.5), ONE))
    assert choice.chosen(WORLD, NOW) is ONE
    assert choice.ahead(WORLD, NOW, WINDOWS) == pytest.approx(said(ONE, DAY, WINDOWS))


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


def test_what_a_pool_has_learned_is_kept_at_every_draw():
    factors = BySeries(TWO).factors(WORLD, NOW)
    found = spread_of(BySeries(TWO), WORLD, NOW, WINDOWS, DRAWN)
    for one, chances in zip(DRAWN["two"], found.chances, strict=True):
        assert chances == pytest.approx(np.clip(1 - (1 - said(one, DAY, WINDOWS)) ** factors, 0.005, 0.995))
    pool = LogitPool("joined", THREE, TWO)
    found = spread_of(pool, WORLD, NOW, WINDOWS, DRAWN)
    lines = [pool.lines(WORLD, NOW)[lead].centre for lead in AT]
    for one, chances in zip(DRAWN["two"], found.chances, strict=True):
        at = pool.at(np.array(lines), said(THREE, DAY, WINDOWS), said(one, DAY, WINDOWS), WINDOWS)
        assert chances == pytest.approx(np.clip(at, 0.005, 0.995))
    assert found.weights == pytest.approx(np.full_like(found.weights, 1 / 3))
    # Of the choice as it went the cases are those of the chosen one; a base alone has one.
    choice = PrequentialSelection("best", (Says("bad", 3, 0.5), TWO))
    assert choice.chosen(WORLD, NOW) is TWO
    assert len(spread_of(choice, WORLD, NOW, WINDOWS, DRAWN).chances) == 3
    assert len(spread_of(LogitPool("alone", TWO), WORLD, NOW, WINDOWS, DRAWN).chances) == 1


def test_cases_that_are_put_right_keep_the_floor():
    class Low(LogitPool):
        """Takes everything down by six in log odds."""

        def lines(self, scenario, past):
            return (Line(np.array([-6.0, 1.0, 0.0]), np.eye(3)),) * 12

    low = spread_of(Low("low", THREE, TWO), WORLD, NOW, WINDOWS, DRAWN)
    assert (low.chances == 0.005).all()
    # What hardly came has factors of its hazards far below one.
    over_said = BySeries(Says("much", 4, 0.5))
    assert over_said.factors(WORLD, NOW).min() < 0.5
    drawn = {"much": (ByLead("much", (0.006,) * 12), ByLead("much", (0.2,) * 12))}
    found = spread_of(over_said, WORLD, NOW, WINDOWS, drawn).chances
    assert found.min() == 0.005
    factors = over_said.factors(WORLD, NOW)
    assert found[1, 0] == pytest.approx(np.maximum(1 - 0.8**factors, 0.005))


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


@pytest.mark.parametrize("count", [10, 20, 30])
def test_of_even_cases_as_many_hold_a_share_as_it_says_whatever_is_rounded(count):
    chances = np.arange(count)[::-1] / 100
    found = Spread(np.full((count, 1, 1, 1), 1 / count), chances.reshape(count, 1, 1, 1))
    assert [found.quantile(k / count).item() for k in range(1, count + 1)] == sorted(chances)


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


def test_a_pool_of_nobody_and_weights_by_nothing_known_are_refused():
    with pytest.raises(InvalidGame, match="the pool 'empty' has no member"):
        LinearPool("empty", ())
    with pytest.raises(InvalidGame, match="'empty' has nobody to choose from"):
        PrequentialSelection("empty", ())
    with pytest.raises(InvalidOptions, match="no weights by 'leg'; allowed: lead, pair"):
        LinearPool("odd", MEMBERS, "leg")


def test_what_is_learned_of_a_past_is_learned_for_each_dispute():
    other = WORLD.with_parameters({"reaction_lag_days": 9.0})
    for learned in (
        LinearPool("p", MEMBERS).weights, LogitPool("p", ONE).lines,
        lambda *asked: resolved_months(*asked).known,
    ):  # fmt: skip
        one = learned(WORLD, NOW)
        assert learned(other, NOW) is not one
        assert learned(WORLD, NOW) is one

    class ByDispute(ByLead):
        def ahead(self, scenario, past, windows):
            return np.full((len(windows), len(PAIRS), 2), GOOD if scenario is other else BAD)

    plain = ByLead("plain", (0.1,) * 12)
    choice = PrequentialSelection("best", (plain, ByDispute("knows the other", ())))
    assert [choice.chosen(world, NOW).name for world in (WORLD, other)] == ["plain", "knows the other"]


# The nine


def test_the_candidates_are_those_of_the_decision_in_its_order():
    found = candidates((ONE, TWO))
    assert [one.name for one in found] == [
        "baselines pooled", "baselines pooled by pair", "even directions", "recalibrated", "theories pooled",
        "base and theories", "even base and theories", "theories by series", "all pooled",
    ]  # fmt: skip
    plain, paired, even, put_right, pooled, joined, even_joined, by_series, whole = found
    assert plain.members == paired.members == BASELINES
    assert [one.by for one in (plain, paired, pooled, by_series, whole)] == ["lead", "pair"] + ["lead"] * 3
    assert even == BetaBinomialShrinkage()
    assert (put_right.base.name, put_right.theory) == ("two pace", None)
    assert (pooled.members, pooled.counts) == ((ONE, TWO), in_force)
    assert (joined.base, joined.theory) == (put_right.base, pooled)
    assert (even_joined.base, even_joined.theory) == (even, pooled)
    assert [one.of for one in by_series.members] == [ONE, TWO]
    assert all(isinstance(one, BySeries) for one in by_series.members)
    # Members are shared, so that each is asked once.
    assert whole.members == (*BASELINES, even, *by_series.members)
    assert {one.counts for one in (plain, paired, by_series, whole)} == {None}
    assert whole.name == CHOSEN
    choice = selected_prequentially(iter(found))
    assert (choice.name, choice.members) == ("chosen as it went", found)
    assert SELECTED == "chosen as it went"


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
