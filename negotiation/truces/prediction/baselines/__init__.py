"""Baselines that a predictor has to beat, one per file, found by discovery.

Each baseline sees only the past and estimates only from it. No baseline has its own floor: `chances.floored`
gives all predictors the same floor. Every module of this package that defines `BASELINE` is discovered.
Nothing here is public.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from negotiation.errors import UnknownName
from negotiation.truces.prediction.chances import Forecaster

__all__ = ["BASELINES", "baseline", "baselines"]


class UnknownBaseline(UnknownName):
    """Raised if there is no baseline of this name."""

    noun = "baseline"


@cache
def baselines() -> dict[str, Forecaster]:
    """Return the baselines by name, in their order.

    Examples
    --------
    >>> list(baselines())[:3]
    ['hold', 'coin', 'climatology']
    """
    modules = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    found: list[Forecaster] = [module.BASELINE for module in modules if hasattr(module, "BASELINE")]
    return {one.name: one for one in sorted(found, key=lambda baseline: (baseline.order, baseline.name))}


def baseline(name: str) -> Forecaster:
    """Return the baseline of a name, or raise `UnknownBaseline`.

    Examples
    --------
    >>> baseline("mirror").name
    'mirror'
    """
    UnknownBaseline.unless_in(name, tuple(baselines()))
    return baselines()[name]


# All of them, in their order.
BASELINES: tuple[Forecaster, ...] = tuple(baselines().values())
