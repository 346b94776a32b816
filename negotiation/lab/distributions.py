"""Which installed distributions the names that a measure imports come from, and what these need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.metadata import packages_distributions, requires

from negotiation.base.reading.hashes import installed_version

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def installed_below(modules: Iterable[str]) -> frozenset[str]:
    """Return the distributions of top-level modules, with all that they need and that is installed.

    Examples
    --------
    >>> sorted(installed_below(["pydantic"]) & {"pydantic", "pydantic-core"})
    ['pydantic', 'pydantic-core']
    """
    names = set(modules)
    if not names:
        return frozenset()
    homes = _homes()
    found: set[str] = set()
    waiting = [_plain(home) for name in names for home in homes.get(name, ())]
    while waiting:
        name = waiting.pop()
        if name not in found and installed_version(name) != "not installed":
            found.add(name)
            waiting += _needed(name)
    return frozenset(found)


@lru_cache(maxsize=1)
def _homes() -> Mapping[str, list[str]]:
    """Return the distributions of each top-level name; namespaces have several."""
    return packages_distributions()


@lru_cache(maxsize=256)
def _needed(name: str) -> tuple[str, ...]:
    """Return the distributions that one needs, those of its extras left out."""
    found = []
    for text in requires(name) or ():
        needed, _, condition = text.partition(";")
        match = _NAME.match(needed.strip())
        if match and "extra" not in condition:
            found.append(_plain(match.group()))
    return tuple(found)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
