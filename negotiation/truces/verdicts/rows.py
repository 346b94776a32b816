"""Results by leg, and by leg and theory: how a row of one is found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from negotiation.base.labelled import Tabular
from negotiation.errors import UnknownLeg


class OfLeg(Protocol):
    """What is said of one leg."""

    @property
    def leg(self) -> str:
        """The leg."""


class OfLegAndTheory(OfLeg, Protocol):
    """What is said of one leg under one theory."""

    @property
    def theory(self) -> str:
        """The theory."""


Leg = TypeVar("Leg", bound=OfLeg)
Row = TypeVar("Row", bound=OfLegAndTheory)


class ByLeg(Tabular, Generic[Leg]):
    """A result with one row for each leg."""

    legs: tuple[Leg, ...]

    def __iter__(self) -> Iterator[Leg]:
        return iter(self.legs)

    def __len__(self) -> int:
        return len(self.legs)

    def __getitem__(self, leg: str) -> Leg:
        for row in self.legs:
            if row.leg == leg:
                return row
        raise UnknownLeg(leg, [row.leg for row in self.legs])


class ByLegAndTheory(Tabular, Generic[Row]):
    """A result with one row for each leg and theory."""

    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def find(self, leg: str, theory: str) -> Row:
        """Return the row of one leg under one theory.

        Parameters
        ----------
        leg, theory : str
            Which.

        Returns
        -------
        TheoryVerdict, ComparedVerdict or LegUnderTheory
            What the result says of the leg under the theory.

        Raises
        ------
        UnknownLeg
            If the pair was not asked for.
        """
        for row in self.rows:
            if (row.leg, row.theory) == (leg, theory):
                return row
        raise UnknownLeg(f"{leg} under {theory}", [f"{row.leg} under {row.theory}" for row in self.rows])

    def _by_leg(self) -> dict[str, list[Row]]:
        """Return the rows of each leg."""
        legs: dict[str, list[Row]] = {}
        for row in self.rows:
            legs.setdefault(row.leg, []).append(row)
        return legs
