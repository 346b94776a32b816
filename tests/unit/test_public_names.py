from importlib import import_module
from pathlib import Path

import pytest

import negotiation as ng

PACKAGE = Path(ng.__file__).parent


def shown():
    return {name for name in dir(ng) if not name.startswith("__")}


def test_every_public_name_is_found_documented_and_shown():
    assert [name for name in ng.__all__ if not getattr(ng, name).__doc__] == []
    assert shown() == set(ng.__all__)
    assert {"__all__", "__doc__", "__version__"} <= set(dir(ng))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = ng.nonsense


@pytest.mark.parametrize(("name", "home"), ng._MOVED.items())
def test_a_name_that_moved_warns_where_it_is_used_and_is_the_same_thing(name, home):
    with pytest.warns(DeprecationWarning, match=f"from {home} import {name}`") as warned:
        found = getattr(ng, name)
    assert found is getattr(import_module(home), name)
    assert warned[0].filename == __file__
    assert name not in shown()


DOORS = ["solvers", "strategies", "errors", "testing", "truces", "lab", "game_theory.solvers.nash.solve"]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("module", DOORS)
def test_modules_below_are_still_imported_by_their_names(module):
    found = import_module(f"negotiation.{module}")
    assert found.__name__ == f"negotiation.{module}"
    assert shown() == set(ng.__all__)


def test_the_doors_hold_what_lies_behind_them():
    from negotiation import strategies
    from negotiation.game_theory import strategies as behind

    assert {name: getattr(strategies, name) for name in behind.__all__} == {
        name: getattr(behind, name) for name in behind.__all__
    }
    assert {"solve", "solve_many"} <= set(ng.solvers.nash.__all__)
    assert ng.solvers.nash.solve_many is ng.solve_many
    with pytest.raises(AttributeError, match="there are bargaining, best_response, closed_forms"):
        _ = ng.solvers.nonsense
    with pytest.raises(AttributeError, match=r"solvers\.nash has no 'minmax'; there are .*solve, solve_many"):
        _ = ng.solvers.nash.minmax


def test_no_package_or_module_has_the_name_of_a_public_function_of_its_parent():
    inside = {path.stem for path in PACKAGE.glob("*") if path.suffix in ("", ".py")}
    functions = {name for name in ng.__all__ if callable(getattr(ng, name))}
    assert not inside & functions
