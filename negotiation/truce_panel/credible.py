"""Whether a part of a truce has a credible answer in kind, coded from its card by a rule of decision 69.

Nothing here sees what became of a truce.
"""

from __future__ import annotations

from pathlib import Path

from negotiation.base.reading.models import FileModel, load_csv
from negotiation.truce_panel.spells import Card
from negotiation.truce_panel.tables import Leg, Measure, Tables

CODINGS = Path(__file__).parent / "data" / "credible_answers.csv"


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
