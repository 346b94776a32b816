from itertools import product

import pytest

from negotiation.testing.contracts import check_instrument
from negotiation.testing.contracts.instrument_effects import recorded
from negotiation.world import State, discovered_instruments, load_scenario, loading, scenario_names
from negotiation.world.observation import OBSERVATION_PARAMETERS
from negotiation.world.setup import TIME_PARAMETERS
from negotiation.world.state import STATE_PARAMETERS

INSTRUMENTS = discovered_instruments()
SCENARIOS = [load_scenario(name) for name in scenario_names()]
STATES = [State(d, c, i) for d, c, i in product(range(3), repeat=3)]


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_the_file_has_the_name(name):
    assert INSTRUMENTS[name].name == name
    assert (loading.HERE / "instruments" / f"{name}.py").is_file()
    assert INSTRUMENTS[name].title
    assert INSTRUMENTS[name].leg in ("tariff", "control", "other")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
@pytest.mark.parametrize("name", INSTRUMENTS)
def test_an_instrument_keeps_its_contract(name, scenario):
    check_instrument(INSTRUMENTS[name], scenario=scenario, examples=15)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
@pytest.mark.parametrize("name", INSTRUMENTS)
def test_the_harshest_level_hurts_and_some_parameter_is_read(name, scenario):
    for country in scenario.countries:
        if country in INSTRUMENTS[name].levels:
            watched, recorder = recorded(scenario)
            assert watched.effects(country, name, scenario.default_state).other[-1] < 0
            assert recorder.read


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_parameter_that_is_declared_is_read(scenario):
    watched, recorder = recorded(scenario)
    for state in STATES:
        watched.stage_game(instruments=["tariff", "rare_earth_curb"], state=state)
    declared = {
        parameter
        for country in scenario.countries
        for name in scenario.held(country)
        for parameter in INSTRUMENTS[name].parameters(country)
    }
    read_elsewhere = {*STATE_PARAMETERS, *TIME_PARAMETERS, *OBSERVATION_PARAMETERS}
    assert declared <= recorder.read
    assert set(scenario.calibration.parameters) <= declared | read_elsewhere
