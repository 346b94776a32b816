"""The legs of a replayed truce under every theory of what its text leaves out, beside the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from negotiation.base.labelled import Table
from negotiation.truces.verdicts.legs import LegVerdict, Verdicts
from negotiation.truces.verdicts.rows import ByLegAndTheory
from negotiation.truces.verdicts.theory_verdicts import TheoryVerdict, TheoryVerdicts


@dataclass(frozen=True)
class LegUnderTheory:
    """What one theory and the record say of one leg."""

    leg: str
    theory: str
    # Whether the leg holds under the theory.
    model_holds: bool
    # Percent of GDP, at least 0 exactly where it holds.
    margin: float
    # Whether the record shows no escalation in the leg.
    record_held: bool
    # Share of parameter draws in which it holds; `None` without draws.
    share: float | None

    @property
    def agree(self) -> bool:
        """Whether theory and record agree on whether the leg holds."""
        return self.model_holds == self.record_held

    @property
    def recorded(self) -> str:
        """What the record shows, in a word or two."""
        return "held" if self.record_held else "moved on"

    @property
    def words(self) -> str:
        """Whether it holds, and in what share of draws, for a narrow column."""
        share = "" if self.share is None else f" {self.share:.2f}"
        return f"{'yes' if self.model_holds else 'no'}{share}"


@dataclass(frozen=True)
class LegsUnderTheories(ByLegAndTheory[LegUnderTheory]):
    """Each leg of a replayed truce under each theory, beside the record."""

    agreement: str
    rows: tuple[LegUnderTheory, ...]
    # What the identifiers in it are called in print.
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def table(self) -> Table:
        """Return one row for each leg and theory."""
        columns = ("leg", "theory", "holds", "margin, % GDP", "share", "the record", "agree")
        rows = tuple(
            (row.leg, row.theory, row.model_holds, row.margin, row.share, row.recorded, row.agree)
            for row in self.rows
        )
        return Table(f"{self.agreement}: each leg under each theory", columns, rows, self.names)

    def by_theory(self) -> Table:
        """Return one row for each leg, a column for each theory: whether it holds, in what share of draws."""
        theories = tuple(dict.fromkeys(row.theory for row in self.rows))
        rows = tuple(
            (leg, own[0].recorded, *(row.words for row in own)) for leg, own in self._by_leg().items()
        )
        title = f"{self.agreement}: does a leg hold under each theory?"
        return Table(title, ("leg", "the record", *theories), rows, self.names)


def legs_under_theories(agreement: str, legs: Verdicts, theories: TheoryVerdicts) -> LegsUnderTheories:
    """Return the rows of leg and theory, each beside the record."""
    return LegsUnderTheories(agreement, tuple(_row(row, legs[row.leg]) for row in theories), legs.names)


def _row(row: TheoryVerdict, leg: LegVerdict) -> LegUnderTheory:
    """Return one row; what the replay itself asks is counted over all its draws, and is taken from there."""
    share = leg.share if row.theory == leg.theory else row.share
    return LegUnderTheory(row.leg, row.theory, row.holds, row.margin, leg.record_held, share)
