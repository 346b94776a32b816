"""Rules, and the smallest example that breaks one.

A contract is a list of rules. Each has a sentence, a strategy for examples, and a function that returns what
is wrong with an example, or None. Rules are tried one after another, so that shrinking an example that breaks
one rule cannot end in an example that breaks another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from negotiation.base.labelled import Tabular
from negotiation.disputes import Scenario
from negotiation.errors import BrokenContract

Example = TypeVar("Example")

# How many examples a rule is tried on where the caller does not say.
EXAMPLES = 60


@dataclass(frozen=True)
class Rule(Generic[Example]):
    """A rule that every example has to keep."""

    # The rule, as a clause after "that".
    says: str
    # What it is tried on; once, on `None`, if not given.
    examples: st.SearchStrategy[Example] | None
    # From an example to what is wrong with it, or `None`. Any exception counts as a fault, and its type and
    # text as what is wrong.
    fault: Callable[[Example], str | None]


def require(subject: str, rules: Iterable[Rule[Any]], examples: int = EXAMPLES) -> None:
    """Try the rules in order, and raise `BrokenContract` for the first rule that is broken."""
    for rule in rules:
        if rule.examples is None:
            fault = _fault_of(rule, None)
            if fault is not None:
                raise BrokenContract(f"{subject} breaks the rule that {rule.says}: {fault}.")
            continue
        try:
            # `find` returns the smallest example for which the condition holds: here the smallest breach.
            smallest = find(rule.examples, partial(_is_broken, rule), settings=_settings(examples))
        except NoSuchExample:
            continue
        raise BrokenContract(
            f"{subject} breaks the rule that {rule.says}: {_fault_of(rule, smallest)}.\n"
            f"Smallest example found:\n{shown(smallest)}"
        )


def require_all(
    solver: object,
    examples: st.SearchStrategy[Example],
    rules: Iterable[tuple[str, Callable[[Example], str | None]]],
    count: int,
) -> None:
    """Try rules of a solver, pairs of a sentence and a function that returns a fault, on random examples."""
    name = f"the solver {getattr(solver, '__name__', solver)!r}"
    require(name, [Rule(says, examples, fault) for says, fault in rules], count)


def _is_broken(rule: Rule[Any], example: object) -> bool:
    return _fault_of(rule, example) is not None


def _settings(examples: int) -> settings:
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        # No database and no explicit examples: the same examples on every machine.
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


def _fault_of(rule: Rule[Any], example: Any) -> str | None:
    try:
        return rule.fault(example)
    except Exception as error:  # noqa: BLE001 - whatever a user's function raises is the finding
        return f"{type(error).__name__} was raised ({error})"


def shown(example: object) -> str:
    """Return an example as text: its table if it has one, and the parts of a tuple on lines of their own.

    Examples
    --------
    >>> print(shown((1, "two")))
    1
    'two'
    """
    if isinstance(example, tuple) and not hasattr(example, "_fields"):
        return "\n".join(shown(part) for part in example)
    # Of a scenario it matters which of its parameters are moved, and its representation says that.
    whole = isinstance(example, Tabular) and not isinstance(example, Scenario)
    return str(example) if whole else repr(example)


def first_fault(*faults: str | None) -> str | None:
    """Return the first fault of several, or `None`."""
    return next((fault for fault in faults if fault is not None), None)
