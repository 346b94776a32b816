import pytest

from negotiation.testing.contracts import check_scenario
from negotiation.world import load_scenario, loading, scenario_names


def test_every_file_is_found():
    assert set(scenario_names()) == {path.stem for path in (loading.HERE / "calibrations").iterdir()}


@pytest.mark.parametrize("name", scenario_names())
def test_a_calibration_has_the_name_of_its_file(name):
    assert load_scenario(name).name == name


@pytest.mark.parametrize("name", scenario_names())
def test_a_scenario_keeps_its_contract(name):
    check_scenario(name)
