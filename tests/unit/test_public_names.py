from importlib import import_module
from pathlib import Path

import pytest

import negotiation as ng

PACKAGE = Path(ng.__file__).parent


def test_every_public_name_is_found_and_documented():
    assert [name for name in sorted(ng._HOMES) if not getattr(ng, name).__doc__ or name not in dir(ng)] == []


def test_there_are_few_enough_to_remember_and_no_others():
    assert len(ng.__all__) == len(set(ng.__all__)) <= 60
    assert not ng._REMEMBERED.keys() & ng._SPECIAL.keys()
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
    from negotiation import solvers, strategies
    from negotiation.game_theory import strategies as behind

    assert {name: getattr(strategies, name) for name in behind.__all__} == {
        name: getattr(behind, name) for name in behind.__all__
    }
    families = {path.name for path in (PACKAGE / "game_theory" / "solvers").iterdir() if path.is_dir()}
    assert set(solvers.__all__) == families - {"__pycache__"}


def test_no_package_or_module_has_the_name_of_a_public_function_of_its_parent():
    inside = {path.stem for path in PACKAGE.glob("*") if path.suffix in ("", ".py")}
    functions = {name for name in ng._HOMES if callable(getattr(ng, name))}
    assert not inside & functions
