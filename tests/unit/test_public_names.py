from importlib import import_module
from pathlib import Path

import pytest

import negotiation as ng

PACKAGE = Path(ng.__file__).parent


def test_every_public_name_is_found_and_documented():
    assert [name for name in sorted(ng._HOMES) if not getattr(ng, name).__doc__ or name not in dir(ng)] == []


def test_there_are_few_enough_to_remember_and_no_others():
    first = "StageGame RepeatedGame StochasticGame solve equilibrium_payoffs critical_discount_factor verify"
    assert ng.__all__[:10] == [*first.split(), "load_scenario", "replay", "verdict"]
    assert len(ng.__all__) <= 50
    assert len(ng._HOMES) == len(ng._FIRST) + len(ng._REMEMBERED) + len(ng._SPECIAL)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = ng.nonsense


def test_dir_shows_the_public_names_alone():
    shown = {name for name in dir(ng) if not name.startswith("__")}
    assert shown == set(ng._HOMES)
    assert set(ng.__all__) <= shown
    assert {"__all__", "__doc__", "__version__"} <= set(dir(ng))


DOORS = ["solvers", "strategies", "errors", "testing", "truces", "lab", "game_theory.solvers.nash.solve"]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("module", DOORS)
def test_modules_below_are_still_imported_by_their_names(module):
    found = import_module(f"negotiation.{module}")
    assert found.__name__ == f"negotiation.{module}"
    assert {name for name in dir(ng) if not name.startswith("__")} == set(ng._HOMES)


def test_the_doors_hold_what_lies_behind_them():
    from negotiation import strategies
    from negotiation.game_theory import strategies as behind

    assert {name: getattr(strategies, name) for name in behind.__all__} == {
        name: getattr(behind, name) for name in behind.__all__
    }
    for name, home in ng._HOMES.items():
        if ".solvers." in home:
            assert getattr(getattr(ng.solvers, home.split(".")[3]), name) is getattr(ng, name)
    with pytest.raises(AttributeError, match="there are bargaining, best_response, closed_forms"):
        _ = ng.solvers.nonsense
    with pytest.raises(AttributeError, match=r"solvers\.nash has no 'minmax'; there are solve, solve_many"):
        _ = ng.solvers.nash.minmax


def test_no_package_or_module_has_the_name_of_a_public_function_of_its_parent():
    inside = {path.stem for path in PACKAGE.glob("*") if path.suffix in ("", ".py")}
    functions = {name for name in ng._HOMES if callable(getattr(ng, name))}
    assert not inside & functions
