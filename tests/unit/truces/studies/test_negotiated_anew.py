from dataclasses import replace

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame
from negotiation.truces.studies.negotiated_anew import negotiated_anew
from negotiation.world import load_scenario

SCENARIO = load_scenario("us-china-2025")


@pytest.fixture(scope="module")
def found():
    return negotiated_anew(SCENARIO, chances=[0.0, 0.04, 1.0])


def test_where_nothing_agreed_lasts_it_does_not_matter_what_is_agreed_on(found):
    last = found.rows[-1]
    assert last.chance == 1.0
    assert np.abs(last.gains).max() < 1e-9


def test_controls_in_the_bargain_never_make_both_poorer(found):
    for row in found:
        assert (row.gains.sum(axis=1) >= -1e-9).all()


def test_without_bargaining_anew_these_are_the_subgame_perfect_payoffs(found):
    state = replace(SCENARIO.default_state, stocks=2)
    names = ["tariff", "rare_earth_curb", "chip_control", "entity_list"]
    game = SCENARIO.stochastic_game(state=state, moving=["curb_dependence", "stocks"], instruments=names)
    billions = np.array([SCENARIO.parameters[f"{c}.gdp"] / 100 for c in SCENARIO.countries])
    stages = {
        label: ng.StageGame(stage.payoffs * billions, players=stage.players, actions=stage.actions)
        for label, stage in zip(game.states, game.stages, strict=True)
    }
    game = ng.StochasticGame.from_stages(stages, game.transitions, game.discount_factor)
    one = ng.equilibrium_payoffs(game, transfers=True)[state.label]
    middle = one.threats + (one.joint - one.threats.sum()) / 2
    assert found.rows[0].on[0] == pytest.approx(middle, abs=1e-6)


def test_it_is_for_two_countries():
    with pytest.raises(InvalidGame, match="two"):
        negotiated_anew(load_scenario("us-china-netherlands-2023"))
