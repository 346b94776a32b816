"""The legs of a replayed truce under every theory of what its text leaves out, beside the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from negotiation.truces.theory_verdicts import TheoryVerdict, TheoryVerdicts
from negotiation.truces.verdicts.legs import LegVerdict


@dataclass(frozen=True)
class LegUnderTheory:
    """What one theory and the record say of one leg.

    Parameters
    ----------
    leg, theory : str
        Which.
    model_holds : bool
        Whether the leg holds under the theory.
    margin : float
        Percent of GDP, at least 0 exactly where it holds.
    record_held : bool
        Whether the record shows no escalation in the leg.
    share : float or None
        Share of parameter draws in which it holds; `None` without draws.
    """

    leg: str
    theory: str
    model_holds: bool
    margin: float
    record_held: bool
    share: float | None

    @property
    def agree(self) -> bool:
        """Whether theory and record agree on whether the leg holds."""
        return self.model_holds == self.record_held

    @property
    def words(self) -> str:
        """Whether it holds, and in what share of draws, for a narrow column."""
        share = "" if self.share is None else f" {self.share:.2f}"
        return f"{'yes' if self.model_holds else 'no'}{share}"


def legs_under_theories(legs: Sequence[LegVerdict], theories: TheoryVerdicts) -> tuple[LegUnderTheory, ...]:
    """Return the rows of leg and theory, each beside the record.

    Parameters
    ----------
    legs : sequence of LegVerdict
        With the record.
    theories : TheoryVerdicts
        The verdicts of the theories.
    """
    of = {leg.leg: leg for leg in legs}
    return tuple(_row(row, of[row.leg]) for row in theories)


def _row(row: TheoryVerdict, leg: LegVerdict) -> LegUnderTheory:
    """Return one row; what the replay itself asks is counted over all its draws, and is taken from there."""
    share = leg.share if row.theory == leg.theory else row.share
    return LegUnderTheory(row.leg, row.theory, row.holds, row.margin, leg.record_held, share)
