"""Whether a part of a truce has a credible answer in kind, coded from its card by a rule of decision 69.

Nothing here sees what became of a truce.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from negotiation.base.reading.models import FileModel, load_csv
from negotiation.truce_panel.spells import Card
from negotiation.truce_panel.tables import Leg, Measure, Tables

CODINGS = Path(__file__).parent / "data" / "credible_answers.csv"

# Who codes; the first is the primary one.
CODERS = ("rule", "strict", "reader", "second_reader")


class Coding(FileModel):
    """A row of the file of codings: by the rule, by its strict form, and by two readers of summaries."""

    truce_id: str
    leg: Leg
    covered: bool
    rule: bool
    strict: bool
    reader: bool
    second_reader: bool


def codings() -> dict[tuple[str, str, bool], Coding]:
    """Return the codings of the package's truces, by truce, leg and coverage."""
    return {(one.truce_id, one.leg, one.covered): one for one in load_csv(CODINGS, Coding)}


def answer_in_kind(tables: Tables, card: Card, *, strict: bool = False) -> bool:
    """Return whether each side that could break the part would meet a measure of the same leg.

    Strictly, with one that serves its owner by itself, so that using it needs no further threat.
    """
    leg = [one for one in tables.instruments if (one.truce_id, one.leg) == (card.truce_id, card.leg)]
    part = [one for one in leg if one.covered == card.covered]
    # What is not seen is not answered.
    seen = any(one.verifiability != "low" for one in part)
    ready = [one for one in leg if has_room(one) and not (strict and one.own_benefit == "leverage_only")]
    return seen and all(any(one.side != side for one in ready) for side in {one.side for one in part})


def has_room(measure: Measure) -> bool:
    """Return whether a measure can be made harsher than it stands under the truce."""
    return (measure.agreed or measure.at_signing) != measure.levels[-1]


def kappa(one: str, other: str) -> tuple[int, float]:
    """Return on how many parts two codings agree, and Cohen's kappa.

    Examples
    --------
    >>> same, found = kappa("rule", "reader")
    >>> same, round(found, 2)
    (127, 0.45)
    """
    a, b = np.array([[getattr(row, coder) for row in codings().values()] for coder in (one, other)])
    same, chance = a == b, a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean())
    return int(same.sum()), float((same.mean() - chance) / (1 - chance))
