"""The legs of a replayed truce under every theory of what its text leaves out, beside the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from negotiation.base.labelled import Table
from negotiation.truces.verdicts.legs import Verdicts
from negotiation.truces.verdicts.rows import ByLegAndTheory
from negotiation.truces.verdicts.theory_verdicts import BREAKS, HOLDS, TheoryVerdict, TheoryVerdicts


@dataclass(frozen=True)
class LegUnderTheory:
    """What one theory and the record say of one leg."""

    verdict: TheoryVerdict
    # Whether the record shows no escalation in the leg.
    record_held: bool

    @property
    def leg(self) -> str:
        """The leg."""
        return self.verdict.leg

    @property
    def theory(self) -> str:
        """The theory."""
        return self.verdict.theory

    @property
    def word(self) -> str:
        """The theory's verdict: holds, breaks, open, or not rational."""
        return self.verdict.word

    @property
    def agree(self) -> bool | None:
        """Whether theory and record agree on whether the leg holds; `None` where the theory does not say."""
        return (self.word == HOLDS) == self.record_held if self.word in (HOLDS, BREAKS) else None

    @property
    def recorded(self) -> str:
        """What the record shows, in a word or two."""
        return "held" if self.record_held else "moved on"


@dataclass(frozen=True)
class LegsUnderTheories(ByLegAndTheory[LegUnderTheory]):
    """Each leg of a replayed truce under each theory, beside the record."""

    agreement: str
    rows: tuple[LegUnderTheory, ...]
    # What the identifiers in it are called in print.
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def table(self) -> Table:
        """Return one row for each leg and theory."""
        columns = ("leg", "theory", "verdict", "margin, % GDP", "share that holds", "the record", "agree")
        rows = tuple(
            (row.leg, row.theory, row.word, row.verdict.margin, row.verdict.share, row.recorded, row.agree)
            for row in self.rows
        )
        return Table(f"{self.agreement}: each leg under each theory", columns, rows, self.names)

    def by_theory(self) -> Table:
        """Return one row for each leg, a column for each theory: its verdict, and the share that holds."""
        theories = tuple(dict.fromkeys(row.theory for row in self.rows))
        rows = tuple(
            (leg, own[0].recorded, *(row.verdict.words for row in own)) for leg, own in self._by_leg().items()
        )
        title = f"{self.agreement}: does a leg hold under each theory?"
        return Table(title, ("leg", "the record", *theories), rows, self.names)


def legs_under_theories(agreement: str, legs: Verdicts, theories: TheoryVerdicts) -> LegsUnderTheories:
    """Return the rows of leg and theory, each beside the record."""
    rows = tuple(LegUnderTheory(row, legs[row.leg].record_held) for row in theories)
    return LegsUnderTheories(agreement, rows, legs.names)
