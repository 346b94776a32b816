"""Every public name, its methods, and the results that they return say what they take and return."""

import inspect
import pkgutil
from dataclasses import fields, is_dataclass
from importlib import import_module

import pytest

import negotiation
from tests.contracts.docstrings import described, documented, faults, sections

DOCUMENTED = documented()


@pytest.mark.parametrize("name", DOCUMENTED)
def test_nothing_public_is_left_unsaid(name):
    found, shown = DOCUMENTED[name]
    assert list(faults(found, shown=shown)) == []


def test_what_is_looked_at_are_names_methods_and_results():
    assert {"solve", "StageGame", "strategies.grim_trigger", "space.linspace"} <= DOCUMENTED.keys()
    assert "negotiation.games.stage.StageGame.payoff" in DOCUMENTED
    assert "negotiation.solvers.nash.solution.NashSolution.only" in DOCUMENTED


def nothing(a, *rest, b=1):
    """Return nothing of use."""


def all_of_it(a, b) -> int:
    """Return a sum.

    Parameters
    ----------
    a, b : int
        What is added.

    Returns
    -------
    int
        The sum.

    Examples
    --------
    >>> all_of_it(1, 2)
    3
    """
    return a + b


def half(a, b) -> int:
    """Return a sum.

    Parameters
    ----------
    a : int
        What is added.
    b : int

    Examples
    --------
    An example that does not run.
    """


def bare(a): ...


def test_what_is_missing_is_found():
    assert list(faults(all_of_it, shown=True)) == []
    assert list(faults(nothing, shown=False)) == ["does not describe a, rest, b"]
    assert list(faults(half, shown=True)) == [
        "does not describe b",
        "does not say what it returns",
        "has no example that runs",
    ]
    assert list(faults(bare, shown=False)) == ["has no summary", "does not describe a"]


def test_sections_are_told_apart():
    summary, parts = sections(all_of_it.__doc__.replace("\n    ", "\n"))
    assert summary == "Return a sum."
    assert list(parts) == ["Parameters", "Returns", "Examples"]


def test_parameters_are_told_in_their_order():
    text = "a, *b : int\n    What.\nnone : int\nc : int\n    What."
    assert described(text) == ["a", "b", "c"]


# Those whose fields with a default stand last, and are described before others.
OTHERWISE = {
    "CorrelatedEquilibrium", "CriticalDiscountFactor", "Level", "Minmax", "PayoffBounds", "ReadingVerdict",
    "RenegotiationProofSet", "TheoryVerdict",
}  # fmt: skip


def test_what_is_made_has_its_fields_in_the_order_in_which_they_are_described():
    # They are given by place: two of one kind that changed places would be taken for one another.
    compared, otherwise = 0, set()
    for found in pkgutil.walk_packages(negotiation.__path__, "negotiation."):
        for kind in vars(import_module(found.name)).values():
            if not inspect.isclass(kind) or not is_dataclass(kind) or kind.__module__ != found.name:
                continue
            told = described(sections(inspect.cleandoc(kind.__doc__ or ""))[1].get("Parameters", ""))
            names = [field.name for field in fields(kind)]
            compared += bool(told)
            if [name for name in told if name in names] != [name for name in names if name in told]:
                otherwise.add(kind.__name__)
    assert compared > 280
    assert otherwise == OTHERWISE
