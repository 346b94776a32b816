import ast
from pathlib import Path

import pytest

import negotiation as ng

SOURCE = Path(ng.__file__).read_text()


@pytest.mark.parametrize("name", ng.__all__)
def test_every_public_name_is_found_and_documented(name):
    assert getattr(ng, name).__doc__
    assert name in dir(ng)


def test_names_for_the_type_checker_are_those_that_are_loaded():
    guard = next(node for node in ast.parse(SOURCE).body if isinstance(node, ast.If))
    imported = {alias.name for statement in guard.body for alias in statement.names}
    assert imported == set(ng.__all__)


def test_there_are_few_enough_to_remember_and_no_others():
    assert len(ng.__all__) == len(set(ng.__all__)) <= 55
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = ng.nonsense
