"""All draws at once say what the games built one by one say."""

from datetime import timedelta

import numpy as np
import pytest

import negotiation as ng
from negotiation.strategies import grim_trigger
from negotiation.truces.record.timeline import postures_on
from negotiation.truces.replay.replay import coverages_of
from negotiation.truces.verdicts.incentives import incentives_of
from negotiation.truces.verdicts.shares_of_draws import legs_holding
from negotiation.world import State
from negotiation.world.observation import LEGS

SCENARIO = ng.load_scenario("us-china-2025")


@pytest.mark.parametrize("name", ng.truce_names("us-china-2025"))
@pytest.mark.parametrize("state", [SCENARIO.default_state, State(stocks=2, authority=0)])
def test_each_draw_has_the_verdict_of_its_own_games(name, state):
    agreement = ng.truce(name)
    in_force = postures_on(SCENARIO, agreement.signed - timedelta(days=1))
    generator = np.random.default_rng(11)
    drawn = [SCENARIO.draw(generator) for _ in range(12)]
    for terms in coverages_of(agreement, SCENARIO, in_force).values():
        found = legs_holding(drawn, terms, in_force, state)
        for k, one in enumerate(drawn):
            own = incentives_of(one, terms, in_force, state)
            for leg in LEGS:
                assert found[leg][k] == (not own.leg(leg).breaks()), (leg, k)


@pytest.mark.parametrize("name", ng.truce_names("us-china-2025"))
def test_what_is_covered_is_kept_where_the_check_of_the_trigger_says_so(name):
    agreement = ng.truce(name)
    in_force = postures_on(SCENARIO, agreement.signed - timedelta(days=1))
    terms = coverages_of(agreement, SCENARIO, in_force)["as written"]
    generator, outcomes = np.random.default_rng(5), []
    for _ in range(12):
        one = SCENARIO.draw(generator)
        found = incentives_of(one, terms, in_force, one.default_state)
        trigger = grim_trigger(found.stage, found.kept, found.off)
        verdict = ng.verify(ng.RepeatedGame(found.stage, one.discount_factor), trigger)
        outcomes.append(not any(d.gains[0] for d in found.departures if d.covered))
        assert outcomes[-1] == verdict.holds
    assert any(outcomes)


def test_one_setting_and_none_are_allowed():
    agreement = ng.truce("2025-10-busan")
    in_force = postures_on(SCENARIO, agreement.signed - timedelta(days=1))
    terms = coverages_of(agreement, SCENARIO, in_force)["as written"]
    central = incentives_of(SCENARIO, terms, in_force, SCENARIO.default_state)
    one = legs_holding([SCENARIO], terms, in_force, SCENARIO.default_state)
    assert {leg: bool(v[0]) for leg, v in one.items()} == {leg: not central.leg(leg).breaks() for leg in LEGS}
    assert legs_holding([], terms, in_force, SCENARIO.default_state)["tariff"].shape == (0,)
