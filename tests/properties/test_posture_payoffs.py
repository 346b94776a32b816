from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.disputes import load_scenario
from negotiation.disputes.posture_payoffs import posture_payoffs
from tests.several_countries import THREE
from tests.us_china import SCENARIO


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.booleans(), st.data())
def test_many_games_are_the_games_one_by_one_to_the_bit(seed, three, data):
    scenario, size = (load_scenario(THREE), "core") if three else (SCENARIO, "small")
    moving = sorted(name for name, quantity in scenario.quantities.items() if quantity.low < quantity.high)
    names = data.draw(st.sets(st.sampled_from(moving), min_size=1, max_size=6) | st.just(moving))
    rng, ranges = np.random.default_rng(seed), scenario.quantities
    changes = {name: rng.uniform(ranges[name].low, ranges[name].high, 3) for name in sorted(names)}
    many = posture_payoffs(scenario, changes, size)
    for b in range(3):
        world = scenario.with_parameters({name: float(values[b]) for name, values in changes.items()})
        assert (many[b] == world.stage_game(size).payoffs).all()


def test_instruments_levels_and_fixed_postures_are_as_in_one_game():
    options = {"instruments": ["chip_control", "rare_earth_curb"], "fixed": {"USA": {"tariff": "geneva"}}}
    changes = {"chip_control.security_ratio": [0.5, 1.0]}
    many = posture_payoffs(SCENARIO, changes, **options)
    world = SCENARIO.with_parameters({"chip_control.security_ratio": 1.0})
    assert (many[1] == world.stage_game(**options).payoffs).all()


def test_in_another_state_other_parameters_count():
    state = replace(SCENARIO.default_state, curb_dependence=1, control_dependence=0)
    changes = {"state.rare_earth_dependence.middle": [0.2, 0.6], "state.chip_dependence.low": [0.3, 0.5]}
    many = posture_payoffs(SCENARIO, changes, state=state)
    for b in range(2):
        world = SCENARIO.with_parameters({name: values[b] for name, values in changes.items()})
        assert (many[b] == world.stage_game("small", state=state).payoffs).all()
    assert not (many[0] == many[1]).all()
