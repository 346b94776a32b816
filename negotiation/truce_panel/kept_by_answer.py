"""Shares of parts kept for a year by credible answer in kind and coverage, under each coding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import NamedTuple

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.errors import InvalidOptions
from negotiation.truce_panel.credible import CODERS, codings, kappa
from negotiation.truce_panel.scores import PRIMARY
from negotiation.truce_panel.spells import Spell
from negotiation.truce_panel.survival import SurvivalCurves
from negotiation.truce_panel.tables import LEGS

# A share of fewer disputes has no interval: resampling them says nothing.
LEAST_DISPUTES = 3


class Cell(NamedTuple):
    """Parts of one leg (or of all), bound or left out, with or without an answer by one coding."""

    coding: str
    leg: str
    covered: bool
    answer: bool
    parts: int
    steps: int
    kept: float
    # Ends of nine tenths of the resamplings of disputes.
    low: float | None
    high: float | None


@dataclass(frozen=True)
class KeptByAnswer(Tabular, Drawable):
    """Shares of parts kept for a year: legs by the rule, and all legs by each coding."""

    _figure = "truces.answers:kept_by_answer_figure"

    cells: tuple[Cell, ...]
    # Cohen's kappa of each pair of codings.
    kappas: dict[tuple[str, str], float]

    def table(self) -> Table:
        """Return one row a cell that has parts."""
        return Table(f"parts kept for {PRIMARY} days", Cell._fields, tuple(tuple(one) for one in self.cells))


def kept_by_answer(spells: Sequence[Spell]) -> KeptByAnswer:
    """Return shares kept by answer and coverage, of truces of the package.

    Examples
    --------
    >>> import negotiation as ng
    >>> from negotiation.truce_panel.spells import spells_of
    >>> found = kept_by_answer(spells_of(ng.panel().tables))
    >>> found.cells[0][:6], round(found.kappas["rule", "reader"], 2)
    (('rule', 'tariff', True, True, 24, 16), 0.45)
    """
    known = codings()
    if missing := {one.card.truce_id for one in spells} - {truce_id for truce_id, _, _ in known}:
        raise InvalidOptions(
            f"answers in kind are coded for the package's truces; {', '.join(sorted(missing))} came: code a "
            "truce of your own with `answer_in_kind`"
        )
    rows = [(CODERS[0], leg) for leg in LEGS] + [(coder, "all") for coder in CODERS]
    cells = []
    for (coder, leg), covered, answer in product(rows, (True, False), (True, False)):
        own = tuple(
            one
            for one in spells
            if leg in ("all", one.card.leg)
            and one.card.covered == covered
            and getattr(known[one.card.truce_id, one.card.leg, covered], coder) == answer
        )
        if own:
            kept = SurvivalCurves("", {leg: own}).kept(leg, [PRIMARY])[:, 0].tolist()
            few = len({one.card.dispute_id for one in own}) < LEAST_DISPUTES
            ends = (None, None) if few else kept[1:]
            cells.append(
                Cell(coder, leg, covered, answer, len(own), sum(s.event for s in own), kept[0], *ends)
            )
    return KeptByAnswer(tuple(cells), {pair: kappa(*pair)[1] for pair in combinations(CODERS, 2)})
