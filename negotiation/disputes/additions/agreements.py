"""Agreements that a scenario is given: what has to be known of one on this floor, and whether it may join."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from negotiation.errors import InvalidFile


@runtime_checkable
class Signed(Protocol):
    """An agreement, as far as a scenario has to know it; `negotiation.truce` makes them."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def signed(self) -> date:
        """The day of the signing."""

    def joining(self, scenario: Any) -> Signed:
        """Return it as it stands in a scenario, or raise where it does not fit."""

    def model_dump(self, *, mode: str) -> dict[str, object]:
        """Return its content, for hashes."""


def with_one_agreement(known: Mapping[str, Signed], agreement: object, scenario: Any) -> dict[str, Signed]:
    """Return the agreements with one more."""
    if isinstance(agreement, str | Path) or not isinstance(agreement, Signed):
        raise InvalidFile(
            f"an agreement is what `negotiation.truce` returns, of a name or of the path of a file; got "
            f"{type(agreement).__name__}: give `truce(...)` of it"
        )
    if agreement.id in known:
        raise InvalidFile(f"{agreement.id!r} was given before; give the second another `id`")
    return {**known, agreement.id: agreement.joining(scenario)}
