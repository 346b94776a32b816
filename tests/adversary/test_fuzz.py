"""A hundred calls with numbers that are no game's; `make release` tries fifteen thousand."""

import ast
import contextlib
import inspect
from fractions import Fraction
from pathlib import Path

import pytest

import negotiation as ng
from tests.adversary import fuzz
from tests.us_china import SCENARIO

READ = {"read_nfg", "write_nfg", "as_game", "catalogue", "load", "save", "certificate"}
"""What takes no numbers; files have suites of their own."""


def test_every_entry_point_is_asked():
    stub = ast.parse(Path(ng.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    imports = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    theory = {alias.name for node in imports if "game_theory" in (node.module or "") for alias in node.names}
    asked = {name.split(",")[0] for name in fuzz.NAMES}
    assert {name for name in theory if inspect.isfunction(getattr(ng, name))} - READ <= asked


def test_a_hundred_calls_are_answered_or_refused():
    assert fuzz.faults(20_251_126, range(100)) == []


@pytest.mark.long
def test_forty_fits_are_answered_or_refused():
    first, step = fuzz.NAMES.index("fit"), len(fuzz.NAMES)
    assert fuzz.faults(20_261_201, range(first, first + 40 * step, step)) == []


@pytest.mark.slow
def test_fifteen_thousand_calls_are_answered_or_refused():
    assert fuzz.main(["--calls", "15000", "--seed", "2"]) == 0


METHODS = {
    "usd_bn": lambda x: SCENARIO.usd_bn("USA", x),
    "with_parameters": lambda x: SCENARIO.with_parameters({"chip_control.security_value": x}).stage_game(),
    "precision": lambda x: SCENARIO.continuous_game("small", moving=[], precision=x),
    "adjustment": lambda x: SCENARIO.continuous_game("small", moving=[], adjustment=x),
    "punishment_periods": lambda x: ng.truce("2025-05-geneva").punishment_periods(x),
    "mean_life": lambda x: ng.clock_values(1, 6, 3, 0.9, renewal=x).mean_life,
    "limit": lambda x: ng.bounded_payoffs(ng.RepeatedGame(ng.StageGame([[[1, 1]]]), 0.5), limit=x),
    "deadline": lambda x: ng.solve(ng.StageGame([[[1, 1]]]), deadline=x),
}


@pytest.mark.parametrize("name", METHODS)
def test_methods_answer_or_refuse(name):
    for odd in (*fuzz.ODD, 2**63, Fraction(10**400 + 1, 10**400)):
        with contextlib.suppress(ng.NegotiationError):
            METHODS[name](odd)


def test_another_error_is_wrong(monkeypatch):
    def broken(_):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setitem(fuzz.CALLS, fuzz.NAMES[0], broken)
    assert fuzz.faults(1, range(1)) == [f"{fuzz.NAMES[0]}, call 0: ZeroDivisionError: division by zero"]
