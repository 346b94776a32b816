"""All draws at once say what the games built one by one say."""

from datetime import timedelta

import numpy as np
import pytest

import negotiation as ng
from negotiation.numeric import KNIFE_EDGE
from negotiation.truces.compiling.coverage_game import agreement_profiles
from negotiation.truces.record.timeline import postures_on
from negotiation.truces.replay.replay import coverages_of
from negotiation.truces.verdicts.incentives import incentives_of
from negotiation.truces.verdicts.legs import LEGS, model_breaks
from negotiation.truces.verdicts.shares_of_draws import legs_holding, punishments
from negotiation.world import State

SCENARIO = ng.load_scenario("us-china-2025")


@pytest.mark.parametrize("name", ng.truce_names())
@pytest.mark.parametrize("state", [SCENARIO.default_state, State(stocks=2, authority=0)])
def test_each_draw_has_the_verdict_of_its_own_games(name, state):
    agreement = ng.truce(name)
    in_force = postures_on(SCENARIO, agreement.signed - timedelta(days=1))
    generator = np.random.default_rng(11)
    drawn = [SCENARIO.draw(generator) for _ in range(12)]
    for terms in coverages_of(agreement, SCENARIO, in_force).values():
        central = incentives_of(SCENARIO, terms, in_force, state)
        found = legs_holding(drawn, central, in_force, state)
        for k, one in enumerate(drawn):
            own = incentives_of(one, terms, in_force, state)
            for leg in LEGS:
                assert found[leg][k] == (not model_breaks(one, own, leg, KNIFE_EDGE)), (leg, k)


def test_one_setting_and_none_are_allowed():
    agreement = ng.truce("2025-10-busan")
    in_force = postures_on(SCENARIO, agreement.signed - timedelta(days=1))
    terms = coverages_of(agreement, SCENARIO, in_force)["as written"]
    central = incentives_of(SCENARIO, terms, in_force, SCENARIO.default_state)
    one = legs_holding([SCENARIO], central, in_force, SCENARIO.default_state)
    assert {leg: bool(v[0]) for leg, v in one.items()} == {
        leg: not model_breaks(SCENARIO, central, leg, KNIFE_EDGE) for leg in LEGS
    }
    assert legs_holding([], central, in_force, SCENARIO.default_state)["tariff"].shape == (0,)


def test_punishments_are_those_of_each_game():
    generator = np.random.default_rng(4)
    # Whole numbers make ties, and some games without a pure equilibrium.
    payoffs = generator.integers(0, 4, size=(60, 3, 4, 2)).astype(float)
    found = punishments(payoffs)
    for one, off in zip(payoffs, found.tolist(), strict=True):
        assert tuple(off) == agreement_profiles(ng.StageGame(one))[1]
