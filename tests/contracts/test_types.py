"""What type checkers of users see: everything public is annotated, and says what it is."""

import inspect
import re
from pathlib import Path

import pytest

import negotiation
from tests.command import python
from tests.contracts.docstrings import documented

SIGNED = {
    name: found
    for name, (found, _) in documented().items()
    if not (inspect.isclass(found) and issubclass(found, BaseException))
}
ANYTHING = re.compile(r"\bAny\b")


def open_places(found):
    """Yield where a signature has no annotation, or one that says nothing."""
    signature = inspect.signature(found)
    for parameter in signature.parameters.values():
        if parameter.name not in ("self", "cls"):
            yield from says_nothing(parameter.name, parameter.annotation)
    if not inspect.isclass(found):
        yield from says_nothing("what it returns", signature.return_annotation)


def says_nothing(where, annotation):
    if annotation is inspect.Parameter.empty or ANYTHING.search(str(annotation)):
        yield where


def test_every_public_signature_says_what_it_takes_and_returns():
    assert {name: places for name, one in SIGNED.items() if (places := [*open_places(one)])} == {}


def test_the_package_says_that_it_is_typed():
    assert (Path(negotiation.__file__).parent / "py.typed").exists()


USE = """
import negotiation as ng

stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
grim = ng.strategies.grim_trigger(stage, ("0", "0"), ("1", "1"))
reveal_type(ng.solve(stage)[0])
reveal_type(ng.equilibrium_payoffs(ng.RepeatedGame(stage, 0.5)).contains((9, 9)))
reveal_type(ng.critical_discount_factor(ng.RepeatedGame(stage, 0.5), grim).value)
reveal_type(ng.verify(stage, ng.solve(stage)[0]).holds)
reveal_type(ng.truce("2025-10-busan").with_clause("USA", "chip_control", "h20_stopped").survival())
reveal_type(ng.load_scenario("us-china-2025").with_parameters({}).stage_game())
reveal_type(ng.replay("2025-10-busan").legs["tariff"])
"""
SEEN = [
    "negotiation.game_theory.solvers.nash.solution.Equilibrium",
    "bool | None",
    "float | fractions.Fraction | None",
    "bool",
    "negotiation.truces.verdicts.lifetime.TruceLifetime",
    "negotiation.game_theory.games.stage.StageGame",
    "negotiation.truces.verdicts.legs.RecordedLeg",
]


@pytest.mark.slow
def test_a_type_checker_sees_through_the_lazy_names(tmp_path):
    pytest.importorskip("mypy")
    (tmp_path / "use.py").write_text(USE)
    words = ("-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "use.py")
    path = {"MYPYPATH": str(Path(negotiation.__file__).parents[1]), "PATH": "/usr/bin"}
    found = python(*words, cwd=tmp_path, env=path)
    lines = re.findall(r'use\.py:\d+: note: Revealed type is "(.*)"', found.stdout)
    assert [line.removeprefix("int | ") for line in lines] == SEEN, found.stdout
    assert "use.py:" not in re.sub(r"use\.py:\d+: note", "", found.stdout)
