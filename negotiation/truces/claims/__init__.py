"""Claims about the truces, one a file: what the model says, in what share of the parameter draws.

A module of this package with a `CLAIM` is found by its name; there is no list to extend. The statements and
their thresholds were written down before any share was computed, in docs/decisions/0013.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from negotiation.errors import UnknownName
from negotiation.truces.claims.definition import Claim

__all__ = ["Claim", "UnknownClaim", "claim", "claims"]


class UnknownClaim(UnknownName):
    """No claim of this name."""

    noun = "claim"


@cache
def claims() -> dict[str, Claim]:
    """Return the claims by name, in the order of their questions.

    Examples
    --------
    >>> list(claims())[0], claims()["leverage_outweighs_gain"].number
    ('tariffs_above_short_run_nash', 3)
    """
    found: list[Claim] = []
    for module in pkgutil.iter_modules(__path__):
        loaded = import_module(f"{__name__}.{module.name}")
        if hasattr(loaded, "CLAIM"):
            found.append(loaded.CLAIM)
    return {c.name: c for c in sorted(found, key=lambda c: (c.number, c.order, c.name))}


def claim(name: str) -> Claim:
    """Return a claim by its name.

    Raises
    ------
    UnknownClaim
        If there is none of this name.

    Examples
    --------
    >>> claim("clocks_honest").number
    7
    """
    if name not in claims():
        raise UnknownClaim(name, claims())
    return claims()[name]
