from itertools import pairwise

import pytest

from negotiation.world import load_scenario, loading, scenario_names
from negotiation.world.domains import domain_faults
from negotiation.world.state import DEPENDENCE_STEPS

SCENARIOS = {name: load_scenario(name) for name in scenario_names()}
NUMBERS = [
    pytest.param(scenario, quantity, id=f"{name}-{parameter}")
    for name, scenario in SCENARIOS.items()
    for parameter, quantity in scenario.calibration.parameters.items()
]


def test_every_file_is_found():
    assert set(SCENARIOS) == {path.stem for path in (loading.HERE / "calibrations").iterdir()}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_calibration_has_the_name_of_its_file(name):
    assert SCENARIOS[name].name == name


@pytest.mark.parametrize(("scenario", "quantity"), NUMBERS)
def test_a_number_has_a_source_a_date_and_a_range(scenario, quantity):
    assert quantity.source or quantity.assumption
    assert quantity.low < quantity.high
    assert quantity.low <= quantity.value <= quantity.high
    assert quantity.unit
    assert not quantity.date.never_applied
    assert quantity.date.earliest <= scenario.calibration.date
    assert not quantity.source_url or quantity.source_url.startswith("http")
    assert bool(quantity.source_url) <= bool(quantity.source)


@pytest.mark.parametrize("name", SCENARIOS)
def test_ranges_lie_where_the_equations_make_sense(name):
    assert list(domain_faults(SCENARIOS[name].quantities)) == []


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("kind", ["rare_earth_dependence", "chip_dependence"])
def test_steps_of_dependence_never_cross(name, kind):
    steps = [SCENARIOS[name].quantities[f"state.{kind}.{step}"] for step in DEPENDENCE_STEPS]
    for lower, higher in pairwise(steps):
        assert lower.value < higher.value
        assert lower.high <= higher.low


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_period_is_shorter_than_what_is_measured_in_periods(name):
    scenario = SCENARIOS[name]
    longest_lag = scenario.quantities["reaction_lag_days"].high
    assert 3 * longest_lag <= scenario.quantities["state.truce_days"].low
    for days in ("state.stock_days", "state.fill_days"):
        assert 2 * longest_lag <= scenario.quantities[days].low


@pytest.mark.parametrize("name", SCENARIOS)
def test_laws_have_levels_that_rest_on_them(name):
    scenario = SCENARIOS[name]
    laws = [law.name for law in scenario.calibration.authorities]
    used = {
        level.authority
        for country in scenario.countries
        for held in scenario.held(country)
        for level in scenario.instruments[held].held_by(country)
    }
    assert len(set(laws)) == len(laws)
    assert set(laws) <= used
    assert all(law.since <= scenario.calibration.date for law in scenario.calibration.authorities)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_small_game_offers_two_levels_calmest_first(name):
    scenario = SCENARIOS[name]
    for country, menu in scenario.calibration.small.items():
        assert len(menu) == 2
        for instrument, labels in menu.items():
            positions = [scenario.instruments[instrument].position(country, label) for label in labels]
            assert len(positions) == 2
            assert positions == sorted(positions)
    assert scenario.stage_game("small").n_actions == (4, 4)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_range_can_be_played_at_its_ends(name):
    scenario = SCENARIOS[name]
    for end in ("low", "high"):
        values = {parameter: getattr(q, end) for parameter, q in scenario.quantities.items()}
        at_end = scenario.with_parameters(values)
        assert at_end.stage_game("core").n_actions == scenario.stage_game("core").n_actions
        assert 0 < at_end.discount_factor < 1
