"""What is read of a record once for all values of the parameters.

Estimation and draws ask for the levels of one day at thousands of settings, each a scenario of its own. The
record does not hang on them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import lru_cache, wraps
from typing import TypeVar, TypeVarTuple

from negotiation.truces.record.until_changed import Stamp, folder_stamp
from negotiation.world import Scenario

Given = TypeVarTuple("Given")
Found = TypeVar("Found")
PARAMETERS = "parameters"
KEPT = 64
"""Answers that are kept of a function: some days of some disputes."""


@dataclass(frozen=True)
class _ButParameters:
    """A scenario as what it is but for its parameters: equal to one that has the same parts and record."""

    parts: tuple[int, ...]
    stamp: Stamp
    scenario: Scenario = field(compare=False)  # kept, so that the identities of its parts stay their own

    @classmethod
    def of(cls, scenario: Scenario) -> _ButParameters:
        """Return it for a scenario."""
        names = (one.name for one in fields(scenario) if one.init and one.name != PARAMETERS)
        parts = tuple(id(getattr(scenario, name)) for name in names)
        return cls(parts, folder_stamp(scenario), scenario)


def but_for_parameters(
    function: Callable[[Scenario, *Given], Found],
) -> Callable[[Scenario, *Given], Found]:
    """Keep what a function of a scenario returns, for that scenario at any parameters."""

    @lru_cache(maxsize=KEPT)
    def kept(key: _ButParameters, given: tuple[*Given]) -> Found:
        return function(key.scenario, *given)

    @wraps(function)
    def asked(scenario: Scenario, /, *given: *Given) -> Found:
        return kept(_ButParameters.of(scenario), given)

    return asked
