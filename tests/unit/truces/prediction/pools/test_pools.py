"""Forecasters made of others: one of one, weights that sum to one, what is learned and what is not."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from negotiation.errors import InvalidGame, InvalidOptions
from negotiation.truces.prediction.baselines import BASELINES, baseline
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.prediction.pools.beta_binomial import BetaBinomialShrinkage
from negotiation.truces.prediction.pools.by_series import BySeries
from negotiation.truces.prediction.pools.linear_pool import LinearPool
from negotiation.truces.prediction.pools.logit_pool import LogitPool, fitted_line
from negotiation.truces.prediction.pools.prequential_selection import PrequentialSelection
from negotiation.truces.prediction.pools.resolved_months import resolved_months, said
from negotiation.truces.record.moves import MoveRecord
from negotiation.truces.record.past import past_of
from negotiation.world import load_scenario
from negotiation.world.dates import RecordDate

WORLD = load_scenario("us-china-2025").with_past_levels()
PAST = past_of(WORLD, date(2020, 1, 1))
YEAR = month_windows(PAST.as_of, 12)


@dataclass(frozen=True)
class Constant:
    """Says the same of every row."""

    chance: float
    name: str = "constant"
    order: int = 0

    def ahead(self, scenario, past, windows):
        pairs = sum(len(scenario.held(country)) for country in scenario.countries)
        return np.full((len(windows), pairs, 2), self.chance)


def simulated(up, down, rng):
    """A record in which each series moves in a month with its own chance, on the second of the month."""
    pairs = [(c, name) for c in WORLD.countries for name in WORLD.held(c)]
    moves = []
    for first, _ in month_windows(date(2018, 3, 1), 94):
        for country, name in pairs:
            for direction, chance in (("escalate", up), ("de-escalate", down)):
                if rng.random() < chance:
                    moves.append(
                        MoveRecord.model_construct(
                            id=f"S{len(moves)}", announced=RecordDate.parse(str(first.replace(day=2))),
                            actor=country, agency="simulated", instrument=name, record_instrument=name,
                            direction=direction, level=None, status="applied", source_title="simulated",
                            confidence="low", value=None,
                        )
                    )  # fmt: skip
    return moves


@pytest.mark.parametrize("by", ["lead", "pair"])
def test_a_pool_of_one_is_that_one(by):
    pool = LinearPool("alone", (baseline("shrunk"),), by)
    assert (pool.weights(WORLD, PAST) == 1.0).all()
    assert np.allclose(pool.ahead(WORLD, PAST, YEAR), said(baseline("shrunk"), WORLD, PAST, YEAR), atol=1e-15)


@pytest.mark.parametrize("by", ["lead", "pair"])
def test_weights_sum_to_one_and_begin_equal(by):
    pool = LinearPool("all", BASELINES, by)
    found = pool.weights(WORLD, PAST)
    assert np.allclose(found.sum(axis=0), 1.0, atol=1e-12)
    begin = pool.weights(WORLD, past_of(WORLD, date(2018, 4, 1)))
    assert np.allclose(begin, 1.0 / len(BASELINES))
    # Nothing is known of forecasts twelve months ahead before a month of that lead is over.
    early = pool.weights(WORLD, past_of(WORLD, date(2018, 9, 1)))
    assert np.allclose(early[:, 11], 1.0 / len(BASELINES))
    assert not np.allclose(early[:, 0], 1.0 / len(BASELINES))


def test_a_pool_lies_between_its_members():
    pool = LinearPool("all", BASELINES)
    every = np.stack([said(one, WORLD, PAST, YEAR) for one in BASELINES])
    found = pool.ahead(WORLD, PAST, YEAR)
    assert (found >= every.min(axis=0) - 1e-15).all()
    assert (found <= every.max(axis=0) + 1e-15).all()


def test_the_right_member_takes_the_weight():
    moves = simulated(0.5, 0.5, np.random.default_rng(1))
    members = (Constant(0.1, "low"), Constant(0.5, "right"), Constant(0.9, "high"))
    past = past_of(WORLD, date(2025, 12, 1), moves)
    for by in ("lead", "pair"):
        weights = LinearPool("three", members, by).weights(WORLD, past)
        assert (weights[1] > 0.95).all(), by
    assert PrequentialSelection("best", members).chosen(WORLD, past).name == "right"
    # A month counts as one observation of its mean score, by hand.
    over = resolved_months(WORLD, past)
    share = over.came[:, 0].mean()
    lost = [-(share * np.log(p) + (1 - share) * np.log(1 - p)) * len(over.pasts) for p in (0.1, 0.5)]
    weights = LinearPool("three", members).weights(WORLD, past)[:, 0]
    assert np.log(weights[1] / weights[0]) == pytest.approx(lost[0] - lost[1])


def test_by_pair_each_pair_has_the_member_that_is_right_for_it():
    moves = [m for m in simulated(0.5, 0.5, np.random.default_rng(2)) if m.instrument == "tariff"]
    pool = LinearPool("two", (Constant(0.01, "never"), Constant(0.5, "often")), "pair")
    weights = pool.weights(WORLD, past_of(WORLD, date(2025, 12, 1), moves))[1, 0]
    pairs = [(c, name) for c in WORLD.countries for name in WORLD.held(c)]
    tariff = np.array([name == "tariff" for _, name in pairs])
    assert (weights[tariff] > 0.99).all()
    assert (weights[~tariff] < 0.01).all()


def test_the_choice_as_it_went_is_the_first_before_anything_is_over():
    members = (Constant(0.9, "first"), Constant(0.1, "second"))
    choice = PrequentialSelection("best", members)
    assert choice.chosen(WORLD, past_of(WORLD, date(2018, 3, 20))).name == "first"
    assert choice.chosen(WORLD, PAST).name == "second"
    assert (choice.ahead(WORLD, PAST, YEAR) == 0.1).all()


def test_a_line_is_found_by_another_optimiser_too():
    rng = np.random.default_rng(0)
    rows = np.column_stack([np.ones(400), rng.normal(-2, 1, 400), rng.normal(0, 1, 400)])
    came = (rng.random(400) < expit(rows @ [0.3, 0.8, 0.4])).astype(float)
    centre, spread = np.array([0.0, 1.0, 0.0]), np.array([0.5, 0.25, 0.25])

    def lost(x):
        z = rows @ x
        return np.sum(np.log1p(np.exp(z)) - came * z) + 0.5 * np.sum(((x - centre) / spread) ** 2)

    other = minimize(lost, centre, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
    found = fitted_line(rows, came, centre, spread)
    assert np.allclose(found.centre, other.x, atol=1e-6)
    step = 1e-4
    aside = np.array([0.0, step, 0.0])
    second = lost(found.centre + aside) - 2 * lost(found.centre) + lost(found.centre - aside)
    assert found.precision[1, 1] == pytest.approx(second / step**2, rel=1e-3)


def test_with_nothing_over_a_logit_pool_is_its_base():
    early = past_of(WORLD, date(2018, 4, 1))
    windows = month_windows(early.as_of, 12)
    pool = LogitPool("joined", baseline("two pace"), baseline("markov"))
    base = said(baseline("two pace"), WORLD, early, windows)
    assert np.allclose(pool.ahead(WORLD, early, windows), base, atol=1e-12)


def test_a_logit_pool_learns_how_many_and_which():
    # The base says a tenth of what comes; the theory knows that moves go up.
    moves = simulated(0.6, 0.05, np.random.default_rng(3))
    past = past_of(WORLD, date(2025, 12, 1), moves)

    @dataclass(frozen=True)
    class Ups:
        name: str = "ups"
        order: int = 0

        def ahead(self, scenario, past, windows):
            found = Constant(0.1).ahead(scenario, past, windows)
            found[..., 0] = 0.4
            return found

    def score(forecaster):
        found = forecaster.ahead(WORLD, past, month_windows(past.as_of, 1))[0]
        return np.abs(found - [0.6, 0.05]).max()

    alone, joined = (LogitPool("p", Constant(0.03), theory) for theory in (None, Ups()))
    # Alone it can only find how many come on average: 0.325 up and down alike.
    assert score(alone) == pytest.approx(0.275, abs=0.05)
    assert score(joined) < 0.1
    offset, _, slope = joined.lines(WORLD, past)[0].centre
    assert offset > 0.3
    assert slope > 0.3


def test_a_theory_that_says_the_same_of_all_series_adds_nothing():
    alone = LogitPool("alone", baseline("shrunk")).ahead(WORLD, PAST, YEAR)
    for chance in (0.05, 0.5):
        joined = LogitPool("joined", baseline("shrunk"), Constant(chance)).ahead(WORLD, PAST, YEAR)
        assert np.allclose(alone, joined, atol=1e-9)


def test_a_window_of_another_length_is_set_on_the_scale_of_a_month():
    pool = LogitPool("put right", baseline("shrunk"))
    day = PAST.as_of
    whole = pool.ahead(WORLD, PAST, [(day, date(2020, 2, 1))])
    nearly = pool.ahead(WORLD, PAST, [(day, date(2020, 1, 31))])
    hazards = np.log1p(-nearly) / np.log1p(-whole)
    assert np.allclose(hazards, 30 / 31, atol=0.01)
    assert pool.predict(WORLD, PAST).sum(axis=1) == pytest.approx(1.0)


def test_factors_are_what_came_over_what_was_expected():
    moves = [m for m in simulated(0.4, 0.0, np.random.default_rng(4)) if m.instrument == "tariff"]
    past = past_of(WORLD, date(2025, 12, 1), moves)
    factors = BySeries(Constant(0.1)).factors(WORLD, past)
    over = resolved_months(WORLD, past)
    expected, came = -np.log(0.9) * len(over.pasts), over.came[:, 0].sum(axis=0)
    plain = came / expected
    moved = came > 0
    assert moved.sum() == 2
    # Drawn towards one, and in the order of what came.
    assert ((factors[moved] > 1) & (factors[moved] < plain[moved])).all()
    assert (factors[~moved] < 0.2).all()
    assert (BySeries(Constant(0.1)).factors(WORLD, past_of(WORLD, date(2018, 4, 1))) == 1.0).all()


def test_a_forecaster_that_is_right_keeps_its_hazards():
    moves = simulated(0.3, 0.3, np.random.default_rng(5))
    factors = BySeries(Constant(0.3)).factors(WORLD, past_of(WORLD, date(2025, 12, 1), moves))
    # Its series differ by no more than chance, so that all factors are near one.
    assert 0.9 < factors.min() <= factors.max() < 1.1


def test_directions_are_even_where_pairs_are_and_turn_with_the_record():
    moves = simulated(0.3, 0.3, np.random.default_rng(6))
    day = date(2025, 12, 1)
    windows = month_windows(day, 3)
    found = BetaBinomialShrinkage().ahead(WORLD, past_of(WORLD, day, moves), windows)
    assert np.allclose(found[..., 0], found[..., 1], rtol=0.15)
    other = {"escalate": "de-escalate", "de-escalate": "escalate"}
    turned = [m.model_copy(update={"direction": other[m.direction]}) for m in moves]
    again = BetaBinomialShrinkage().ahead(WORLD, past_of(WORLD, day, turned), windows)
    assert np.allclose(found, again[..., ::-1], atol=1e-9)
    # Counted apart, directions differ by more.
    apart = baseline("two pace").ahead(WORLD, past_of(WORLD, day, moves), windows)
    assert np.abs(found[..., 0] - found[..., 1]).sum() < np.abs(apart[..., 0] - apart[..., 1]).sum()


def test_a_pool_of_nobody_and_weights_by_nothing_known_are_refused():
    with pytest.raises(InvalidGame, match="the pool 'empty' has no member"):
        LinearPool("empty", ())
    with pytest.raises(InvalidGame, match="'empty' has nobody to choose from"):
        PrequentialSelection("empty", ())
    with pytest.raises(InvalidOptions, match="no weights by 'leg'; allowed: lead, pair"):
        LinearPool("odd", BASELINES, "leg")


def test_what_is_learned_of_a_past_is_learned_for_each_dispute():
    other, past = WORLD.with_parameters({"reaction_lag_days": 9.0}), past_of(WORLD, date(2018, 7, 1))
    members = (Constant(0.4, "often"), Constant(0.5, "half"))
    pool, line = LinearPool("two", members), LogitPool("line", members[0])
    for learned in (pool.weights, line.lines):
        one = learned(WORLD, past)
        assert learned(other, past) is not one
        assert learned(WORLD, past) is one

    class ByDispute(Constant):
        def ahead(self, scenario, past, windows):
            return Constant(0.1 if scenario is other else 0.9).ahead(scenario, past, windows)

    choice = PrequentialSelection("best", (members[0], ByDispute(0.0, "knows the other")))
    assert [choice.chosen(world, past).name for world in (WORLD, other)] == ["often", "knows the other"]


@pytest.mark.parametrize(
    ("first", "end", "months"),
    [
        (date(2020, 2, 1), date(2020, 3, 1), 1.0),
        (date(2020, 8, 10), date(2020, 9, 1), 22 * 12 / 365),  # ends with a month and does not begin with it
        (date(2020, 8, 1), date(2020, 8, 31), 30 * 12 / 365),
        (date(2020, 8, 1), date(2020, 10, 1), 61 * 12 / 365),
        (date(2020, 2, 15), date(2020, 3, 15), 29 * 12 / 365),
    ],
)
def test_coefficients_are_those_of_a_month_whatever_the_window(first, end, months):
    base, theory = np.array([[[0.3, 0.1], [0.2, 0.05]]]), np.array([[[0.4, 0.2], [0.1, 0.3]]])
    lines = np.array([[0.3, 1.2, 0.5]])
    found = LogitPool("p", Constant(0.1), Constant(0.2)).at(lines, base, theory, [(first, end)])
    monthly, own = (1 - (1 - x[0]) ** (1 / months) for x in (base, theory))
    odds = np.log(own / (1 - own))
    z = 0.3 + 1.2 * np.log(monthly / (1 - monthly)) + 0.5 * (odds - odds.mean())
    assert found[0] == pytest.approx(1 - (1 - 1 / (1 + np.exp(-z))) ** months)
    alone = LogitPool("p", Constant(0.1)).at(lines[:, :2], base, None, [(first, end)])
    z = 0.3 + 1.2 * np.log(monthly / (1 - monthly))
    assert alone[0] == pytest.approx(1 - (1 - 1 / (1 + np.exp(-z))) ** months)
