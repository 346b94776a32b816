from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.disputes.posture_payoffs import posture_payoffs
from tests.us_china import SCENARIO

RANGES = {name: q for name, q in SCENARIO.quantities.items() if q.low < q.high}


@pytest.mark.long
@given(st.integers(0, 10_000), st.sets(st.sampled_from(sorted(RANGES)), min_size=1, max_size=6))
def test_many_games_are_the_games_one_by_one_to_the_bit(seed, names):
    rng = np.random.default_rng(seed)
    changes = {name: rng.uniform(RANGES[name].low, RANGES[name].high, 4) for name in sorted(names)}
    many = posture_payoffs(SCENARIO, changes)
    for b in range(4):
        world = SCENARIO.with_parameters({name: float(values[b]) for name, values in changes.items()})
        assert (many[b] == world.stage_game("small").payoffs).all()


def test_every_parameter_at_once_and_the_core_game():
    rng = np.random.default_rng(1)
    changes = {name: rng.uniform(q.low, q.high, 2) for name, q in RANGES.items()}
    world = SCENARIO.with_parameters({name: float(values[1]) for name, values in changes.items()})
    assert (posture_payoffs(SCENARIO, changes, "core")[1] == world.stage_game("core").payoffs).all()


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
