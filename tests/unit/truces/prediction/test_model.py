"""What a breach costs in the model of the week."""

from datetime import date

import numpy as np
import pytest

from negotiation.truces.prediction.agreement_in_force import agreement_in_force, noise_in_force
from negotiation.truces.prediction.model import MechanismModel, _Situation
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.prediction.stakes import SolvedTerms
from negotiation.truces.record.past import past_of
from negotiation.world import load_scenario

SCENARIO = load_scenario("us-china-2025")
PAST = past_of(SCENARIO, date(2025, 11, 24))
PAST_STATE = SCENARIO.default_state


@pytest.mark.parametrize("country", SCENARIO.countries)
def test_a_breach_forfeits_the_stake_as_far_as_it_adds_to_the_chance_of_an_alarm(country, monkeypatch):
    model = MechanismModel(["coverage", "noise", "weights"])
    agreements = {c: agreement_in_force(SCENARIO, PAST, model.rules, c) for c in SCENARIO.countries}
    state = SCENARIO.default_state
    solved = SolvedTerms(dict.fromkeys(SCENARIO.countries, 2.0), {})
    monkeypatch.setattr(MechanismModel, "_solved", lambda *_: solved)
    situation = _Situation(SCENARIO, PAST, state, PAST.postures(), agreements)
    agreement, pair = agreements[country], (country, "tariff")
    level = agreement.terms[pair]
    limit = SCENARIO.instruments["tariff"].position(country, level)
    positions = np.array([limit, limit, limit + 1])
    kept, within, beyond = model._contract(situation, *pair, positions, np.array([0, 1, 1]))
    noise = noise_in_force(SCENARIO, agreement.papers, model.rules, *pair, level)
    answered = 1.0 - model._cause(agreement, "tariff")
    cost = answered * agreement.weight * 2.0 * (noise.detection - noise.false_alarm)
    assert kept == 0.0
    assert within == beyond == pytest.approx(-cost, rel=1e-12)
    assert cost > 0.0
    assert noise.false_alarm > 0.0


def chances(scenario, *on):
    return MechanismModel(["static", *on]).predict(scenario, PAST)


def test_domestic_weights_say_nothing_where_nobody_weighs_more_than_another():
    # At the central values security weighs as much as business, and protected producers as everybody else.
    np.testing.assert_array_equal(chances(SCENARIO, "weights"), chances(SCENARIO))


@pytest.mark.parametrize(("name", "value"), [("security_weight", 0.8), ("tariff.rent_weight.USA", 0.5)])
def test_domestic_weights_count_where_one_side_at_home_weighs_more(name, value):
    leaning = SCENARIO.with_parameters({name: value})
    np.testing.assert_array_equal(chances(leaning), chances(SCENARIO))
    assert not np.array_equal(chances(leaning, "weights"), chances(leaning))


def test_leaving_weights_out_does_not_turn_what_a_control_is_worth():
    neutral = MechanismModel(["static"])._world(SCENARIO.with_parameters({"security_weight": 0.2}))
    gains = [world.effects("USA", "chip_control", PAST_STATE).holder for world in (neutral, SCENARIO)]
    np.testing.assert_array_equal(*gains)


def test_months_ahead_have_the_chances_of_the_next_week_over_and_over():
    model, windows = (
        MechanismModel(["coverage", "clock"]),
        month_windows(PAST.as_of.replace(month=12, day=1), 3),
    )
    week, found = model.predict(SCENARIO, PAST), model.ahead(SCENARIO, PAST, windows)
    for (first, end), row in zip(windows, found, strict=True):
        none = (1.0 - week[:, :2]) ** ((end - first).days / 7)
        assert row == pytest.approx(1.0 - none)
