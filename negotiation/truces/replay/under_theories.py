"""The legs of a replayed truce under every theory of what its text leaves out, beside the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from negotiation.truces.theory_verdicts import TheoryVerdicts
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
    held = {leg.leg: leg.record_held for leg in legs}
    return tuple(
        LegUnderTheory(row.leg, row.theory, row.holds, row.margin, held[row.leg], row.share)
        for row in theories
    )
