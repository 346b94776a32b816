import ast
from pathlib import Path

import pytest

import negotiation as ng

SOURCE = Path(ng.__file__).read_text()


@pytest.mark.parametrize("name", sorted({*ng.__all__, *ng._HOME_OF}))
def test_every_public_name_is_found_and_documented(name):
    assert getattr(ng, name).__doc__
    assert name in dir(ng)


def test_names_for_the_type_checker_are_those_that_are_loaded():
    guard = next(node for node in ast.parse(SOURCE).body if isinstance(node, ast.If))
    aliases = [alias for statement in guard.body for alias in statement.names]
    assert {alias.name for alias in aliases} == {*ng.__all__, *ng._HOME_OF}
    # A name that is not in `__all__` is exported to type checkers by its alias alone.
    assert {alias.asname for alias in aliases if alias.asname} == set(ng._HOME_OF) - set(ng.__all__)


def test_there_are_few_enough_to_remember_and_no_others():
    assert len(ng.__all__) == len(set(ng.__all__)) <= 52
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = ng.nonsense
