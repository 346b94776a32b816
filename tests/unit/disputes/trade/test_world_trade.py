"""The form `world_trade`: the horizon, draws of cells, third countries, and weights on interests."""

from datetime import date

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.disputes.setup import effects_of_many
from negotiation.disputes.step_effects import step_effects
from negotiation.errors import InvalidNumber
from negotiation.truces.studies.turning_weights import turning_weights, weighing
from negotiation.truces.verdicts.verdict import verdict

LINEAR = load_scenario("us-china-2025", "central")
SOURCED = load_scenario("us-china-2025", "sourced", replaced=["tariff"])
STATE = SOURCED.default_state


def of(scenario, days=None, side="USA"):
    return scenario.effects(side, "tariff", STATE, days)


def test_on_the_first_day_the_other_side_loses_nothing_and_later_the_way_grows_until_it_was_observed():
    assert of(SOURCED, 0.0).other.tolist() == [0.0] * 5
    losses = [of(SOURCED, days).other[3] for days in (14.0, 100.0, 214.0)]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] == of(SOURCED, 5000.0).other[3]


def test_third_countries_pay_the_rates_of_the_day():
    rate = "trade.rate.EU27.USA"
    assert SOURCED.parameters[rate] == 13.5
    assert [SOURCED.as_of(date(2025, month, 1)).parameters[rate] for month in (1, 6)] == [1.1, 12.1]


def test_a_step_that_is_kept_pays_between_its_first_and_its_last_day():
    path = SOURCED.effects("USA", "tariff", STATE, "path")
    for part in ("holder", "other"):
        first, last = (getattr(of(SOURCED, days), part) for days in (14.0, 5000.0))
        assert (np.minimum(first, last) - 1e-12 <= getattr(path, part)).all()
        assert (getattr(path, part) <= np.maximum(first, last) + 1e-12).all()


def test_the_share_of_the_way_meets_the_pass_through_that_was_observed():
    # At .95, which the world of elasticity 2 passes through less than: .05 of .09 of the way.
    numbers = {"tariff.observed_pass_through.USA": 0.95}
    whole = {"tariff.observed_pass_through.USA": 1e-6}
    there, end = SOURCED.with_parameters(numbers), SOURCED.with_parameters(whole)
    share = of(there).other[3] / of(end).other[3]
    assert share == pytest.approx(0.05 / (1 - 0.91), rel=0.05)


def test_calibrations_share_their_draws_and_a_fixed_number_moves_no_other():
    linear, sourced = sobol_draws(LINEAR, 8, 3), sobol_draws(SOURCED, 8, 3)
    both = set(linear.values) & set(sourced.values)
    assert len(both) > 90
    assert "trade.flow.CHN.USA" in sourced.values
    assert all((linear.values[name] == sourced.values[name]).all() for name in both)
    fixed = sobol_draws(SOURCED.with_parameters({"tariff.trade_elasticity": 2.0}), 8, 3)
    assert set(sourced.values) - set(fixed.values) == {"tariff.trade_elasticity"}
    assert all((fixed.values[name] == sourced.values[name]).all() for name in fixed.values)


def test_many_draws_at_once_are_the_draws_one_by_one():
    worlds = list(sobol_draws(SOURCED, 4, 1))
    for world, together in zip(worlds, effects_of_many(worlds, "USA", "tariff", STATE), strict=True):
        alone = SOURCED.with_parameters(world.parameters).effects("USA", "tariff", STATE)
        np.testing.assert_allclose(together.holder, alone.holder, atol=1e-12)
        np.testing.assert_allclose(together.bystanders["ASEAN"], alone.bystanders["ASEAN"], atol=1e-12)


def test_in_no_draw_does_a_step_to_the_peak_pay_in_the_long_run():
    seen = ("pass_through", "days")
    whole = {f"tariff.observed_{what}.{side}": 1e-6 for what in seen for side in LINEAR.countries}
    worlds = list(sobol_draws(SOURCED.with_parameters(whole), 64))
    for side, truce, peak in (("USA", 2, 3), ("CHN", 1, 2)):
        paid = np.array([one.holder for one in effects_of_many(worlds, side, "tariff", STATE)])
        assert (paid[:, peak] < paid[:, truce]).all()


def test_the_best_rate_is_no_worse_than_its_neighbours():
    # Payoffs count from the base, above which the best rate is in the long run alone.
    whole = SOURCED.with_parameters(
        {"tariff.observed_pass_through.USA": 1e-6, "tariff.trade_elasticity": 1.0}
    )
    best = 100 * whole.best_rate("USA", "tariff")
    around = [best + step for step in (-0.5, 0.0, 0.5)]
    wider = whole.with_levels({"USA tariff": around})
    at = [wider.instrument("USA", "tariff").held_by("USA")[k].value for k in range(len(of(wider).holder))]
    own = [of(wider).holder[at.index(rate)] for rate in around]
    assert own[1] >= max(own)


def test_third_countries_that_close_double_the_loss_of_the_other_side_and_answers_hardly_move_it():
    plain, closed, answered = (
        step_effects(SOURCED.with_parameters(values), "USA", "tariff", "geneva", "peak", 365.0).percent["CHN"]
        for values in ({}, {"tariff.closing": 0.25}, {"tariff.answered": 0.5})
    )
    assert closed < 2 * plain < 0
    assert answered == pytest.approx(0.95 * plain, rel=0.02)


def test_a_step_is_told_in_percent_and_dollars_for_every_region():
    step = step_effects(SOURCED, "USA", "tariff", "geneva", "peak", 365.0)
    assert list(step.percent) == ["USA", "CHN", "EU27", "CANMEX", "ASEAN", "JKT", "ROW"]
    assert step.usd_bn["CANMEX"] == pytest.approx(step.percent["CANMEX"] / 100 * 4090)
    with pytest.raises(InvalidNumber, match="`days` must be a number; got 'lag'"):
        step_effects(SOURCED, "USA", "tariff", "geneva", "peak", "lag")


@pytest.mark.long
def test_the_weight_that_turns_a_verdict_turns_it_and_a_smaller_one_does_not():
    turned = turning_weights("2025-10-busan", SOURCED, theories=["each for itself"])
    weight = turned.weights["each for itself", "revenue"]
    words = []
    for factor in (0.95, 1.0):
        there = weighing(SOURCED, "tariff", "revenue", factor * weight)
        rows = verdict("2025-10-busan", there, theories=["each for itself"])
        words += [row.word for row in rows if row.leg == "tariff"]
    assert words[0] == "holds" != words[1]
