"""Theories of what an agreement's text leaves out, one per file, found by discovery.

A text does not say what happens outside it or after a breach. Each theory is a rule for both, and all
theories judge the same game of an agreement. A module of this package with a `THEORY` is discovered. Public:
`ng.theories` and its result. The rest may change.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from negotiation.base.labelled import Table, Tabular
from negotiation.errors import UnknownName
from negotiation.truces.theories.common.theory import Theory

__all__ = ["Theories", "Theory", "UnknownTheory", "theories", "theories_by_name", "theory"]


class UnknownTheory(UnknownName):
    """Raised if there is no theory of this name."""

    noun = "theory"


@cache
def theories_by_name() -> dict[str, Theory]:
    """Return the theories by name, in their order.

    Examples
    --------
    >>> list(theories_by_name())[:2]
    ['each for itself', 'moment']
    """
    modules = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    found = [one for module in modules if isinstance(one := getattr(module, "THEORY", None), Theory)]
    return {one.name: one for one in sorted(found, key=lambda theory: (theory.order, theory.name))}


def theory(name: str) -> Theory:
    """Return the theory of a name, or raise `UnknownTheory`.

    Examples
    --------
    >>> theory("moment").outside
    'the stage equilibrium of what is left out'
    """
    known = theories_by_name()
    if name not in known:
        raise UnknownTheory(name, known)
    return known[name]


@dataclass(frozen=True)
class Theories(Tabular):
    """All theories of what an agreement's text leaves out. Get them with `theories`.

    Parameters
    ----------
    found : tuple of Theory
        The theories, in the order in which tables show them.

    Examples
    --------
    >>> theories()["custom in kind"].phases
    'one for each issue'
    """

    found: tuple[Theory, ...]

    def __iter__(self) -> Iterator[Theory]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, name: str) -> Theory:
        return theory(name)

    def table(self) -> Table:
        """Return one row for each theory.

        Returns
        -------
        Table
            The name of the theory and, in words, its phases, what happens outside the text, and what follows
            a departure.
        """
        rows = tuple((entry.name, entry.phases, entry.outside, entry.off_path) for entry in self.found)
        columns = ("theory", "phases", "outside the text", "after a departure")
        return Table("what a text leaves out: theories", columns, rows)


def theories() -> Theories:
    """Return the theories of what happens outside an agreement's text and after a breach.

    Returns
    -------
    Theories
        `theories()[name]` returns the theory of that name. By default, `verdict` applies all theories.

    Examples
    --------
    >>> [one.name for one in theories()][:3]
    ['each for itself', 'moment', 'custom in kind']
    """
    return Theories(tuple(theories_by_name().values()))
