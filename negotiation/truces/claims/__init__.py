"""Claims about the truces, one file per question: what the model says, and in what share of the draws.

Every `Claim` that a module of this package defines, by itself or in a tuple, is discovered. The statements
and their thresholds were written down in docs/decisions/0013 before their shares were computed.

The public part is the claims that the command prints. Everything else may change.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from negotiation.errors import UnknownName
from negotiation.truces.claims.definition import Claim

__all__ = ["Claim", "UnknownClaim", "claim", "claims"]


class UnknownClaim(UnknownName):
    """Raised if there is no claim of this name."""

    noun = "claim"


@cache
def claims() -> dict[str, Claim]:
    """Return the claims by name, sorted by question and by place within the question.

    Examples
    --------
    >>> list(claims())[0], claims()["leverage_outweighs_gain"].number
    ('tariffs_above_short_run_nash', 3)
    """
    modules = [import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    values = [value for module in modules for value in vars(module).values()]
    several = [part for value in values if isinstance(value, tuple) for part in value]
    defined = {each for each in (*values, *several) if isinstance(each, Claim)}
    return {c.name: c for c in sorted(defined, key=lambda c: (c.number, c.order, c.name))}


def claim(name: str) -> Claim:
    """Return the claim of a name, or raise `UnknownClaim`.

    Examples
    --------
    >>> claim("clocks_honest").number
    7
    """
    UnknownClaim.unless_in(name, tuple(claims()))
    return claims()[name]
