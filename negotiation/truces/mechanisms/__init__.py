"""Mechanisms that may explain the record, one a file, each on or off.

A module of this package with a `MECHANISM` is found by its name; there is no list to extend.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib import import_module

from negotiation.errors import UnknownName
from negotiation.truces.mechanisms.rules import PLAIN, Mechanism, Rules

__all__ = ["Mechanism", "Rules", "UnknownMechanism", "mechanism_names", "mechanisms", "rules_of"]


class UnknownMechanism(UnknownName):
    """No mechanism of this name."""

    noun = "mechanism"


@cache
def mechanisms() -> dict[str, Mechanism]:
    """Return the mechanisms by name, in the order in which they apply.

    Examples
    --------
    >>> list(mechanisms())[:3]
    ['static', 'patience', 'coverage']
    """
    found: list[Mechanism] = []
    for module in pkgutil.iter_modules(__path__):
        loaded = import_module(f"{__name__}.{module.name}")
        if hasattr(loaded, "MECHANISM"):
            found.append(loaded.MECHANISM)
    return {m.name: m for m in sorted(found, key=lambda m: m.order)}


def mechanism_names() -> tuple[str, ...]:
    """Return the names of the mechanisms."""
    return tuple(mechanisms())


def rules_of(on: Iterable[str]) -> Rules:
    """Return the rules under which the game is formed with these mechanisms on and the others off.

    Raises
    ------
    UnknownMechanism
        If a name is not among the mechanisms.

    Examples
    --------
    >>> rules_of(["static", "coverage"]).coverage
    'written'
    """
    wanted = set(on)
    for name in wanted:
        if name not in mechanisms():
            raise UnknownMechanism(name, mechanisms())
    rules = PLAIN
    for mechanism in mechanisms().values():
        if mechanism.name in wanted:
            rules = mechanism.switch(rules)
    return rules
