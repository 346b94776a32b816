from importlib import import_module

import pytest

import negotiation as ng


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


@pytest.mark.parametrize("module", ["solvers.nash.solve", "truces", "errors", "strategies", "lab"])
def test_modules_below_are_still_imported_by_their_names(module):
    found = import_module(f"negotiation.{module}")
    assert found.__name__ == f"negotiation.{module}"
    assert {name for name in dir(ng) if not name.startswith("__")} == set(ng._HOMES)
