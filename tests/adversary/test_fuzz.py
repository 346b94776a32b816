"""A hundred calls with numbers that are no game's; `make release` tries fifteen thousand."""

import ast
import inspect

import pytest

import negotiation as ng
from tests.adversary import fuzz

READ = {"read_nfg", "write_nfg", "catalogue"}
"""What takes no numbers; files have suites of their own."""


def test_every_entry_point_is_asked():
    lists = [block for block in ast.parse(inspect.getsource(ng)).body if isinstance(block, ast.If)]
    imports = [found for block in lists for found in block.body if isinstance(found, ast.ImportFrom)]
    theory = {alias.name for found in imports if "game_theory" in found.module for alias in found.names}
    asked = {name.split(",")[0] for name in fuzz.NAMES}
    assert {name for name in theory if inspect.isfunction(getattr(ng, name))} - READ == asked


def test_a_hundred_calls_are_answered_or_refused():
    assert fuzz.faults(20_251_126, range(100)) == []


@pytest.mark.slow
def test_fifteen_thousand_calls_are_answered_or_refused():
    assert fuzz.main(["--calls", "15000", "--seed", "2"]) == 0


def test_another_error_is_wrong(monkeypatch):
    def broken(_):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setitem(fuzz.CALLS, fuzz.NAMES[0], broken)
    assert fuzz.faults(1, range(1)) == [f"{fuzz.NAMES[0]}, call 0: ZeroDivisionError: division by zero"]
