"""Spells: a leg of a truce, covered or left out, from signing to its first harsher step or the end.

The rules come from decision 66, written before any rate was computed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidOptions, shown
from negotiation.truce_panel.tables import LEGS, Leg, Measure, Outcome, Tables, Truce

# Every row; what texts bind; that and what is left out whose measures were known at signing; truces signed
# before a day, as they stood on it. After it one act is the first step in a dozen rows.
ROWS = ("all", "bound", "known at signing", "to 20 January 2025")
# The truces that models were first fitted to, and those that were kept back until these had been scored.
FIRST, KEPT_BACK = "first 47", "kept back"
CUT = date(2025, 1, 20)
# What the note of a measure that is left out begins with, and what it says.
WHEN_KNOWN = {"Known at signing.": "known at signing", "Only later.": "known only later"}

FEATURES = ("measures", "clock", "soft text", "verification", "leverage alone")


@dataclass(frozen=True)
class Card:
    """The card of a leg of a truce, covered or left out: everything that a model may use."""

    truce_id: str
    dispute_id: str
    leg: Leg
    covered: bool
    # In the order of `FEATURES`.
    features: tuple[float, ...]


@dataclass(frozen=True)
class Spell:
    """A card, how long it held, and whether a harsher step ended it."""

    card: Card
    days: int
    event: bool
    # As the file has it: to the step even where the truce had ended before.
    held_days: int
    # One over the steps of the same day by the same side; 1 for a row without a step.
    weight: float
    ended_how: str
    # Day and side of the step: rows of one act are one draw.
    act: str = ""


def cards_of(tables: Tables) -> tuple[Card, ...]:
    """Return one card for each leg of each truce, covered and left out, in the order of truces and legs."""
    cards = []
    for truce in sorted(tables.truces, key=lambda truce: truce.truce_id):
        for leg in LEGS:
            for covered in (True, False):
                own = [
                    measure
                    for measure in tables.instruments
                    if (measure.truce_id, measure.leg, measure.covered) == (truce.truce_id, leg, covered)
                ]
                if own:
                    cards.append(Card(truce.truce_id, truce.dispute_id, leg, covered, _features(truce, own)))
    return tuple(cards)


def _features(truce: Truce, own: list[Measure]) -> tuple[float, ...]:
    return (
        float(np.log(len(own))),
        float(truce.clock_days > 0),
        float(truce.text_form in ("press remarks", "joint statement")),
        float(truce.verification != "none"),
        sum(measure.own_benefit == "leverage_only" for measure in own) / len(own),
    )


def spells_of(tables: Tables) -> tuple[Spell, ...]:
    """Return the spells of a panel with outcomes."""
    truces = {truce.truce_id: truce for truce in tables.truces}
    outcomes = {(outcome.truce_id, outcome.leg, outcome.covered): outcome for outcome in tables.outcomes}
    ends = {key: _end(truces[key[0]], outcome) for key, outcome in outcomes.items()}
    shocks = Counter(
        (outcome.first_harsher, outcome.by_side) for key, outcome in outcomes.items() if ends[key][1]
    )
    spells = []
    for card in cards_of(tables):
        key = (card.truce_id, card.leg, card.covered)
        row, (days, event) = outcomes[key], ends[key]
        weight = 1.0 / shocks[row.first_harsher, row.by_side] if event else 1.0
        how = truces[card.truce_id].ended_how or "alive"
        act = f"{row.first_harsher} {row.by_side}" if event else ""
        spells.append(Spell(card, days, event, row.held_days, weight, how, act))
    return tuple(spells)


def _end(truce: Truce, outcome: Outcome) -> tuple[int, bool]:
    """Return the days to the step, the truce's end or the window's end, and whether the step came first."""
    known = [day for day in (truce.ended, truce.window_end) if day is not None]
    last: date | None = min(known, default=None)
    if outcome.first_harsher is not None and (last is None or outcome.first_harsher <= last):
        return (outcome.first_harsher - truce.signed).days, True
    return (outcome.held_days if last is None else (last - truce.signed).days), False


def when_known(tables: Tables) -> dict[tuple[str, str, bool], str]:
    """Return for each part whether it is bound, known at signing, or known only later."""
    marks: dict[tuple[str, str, bool], set[str | None]] = {}
    for measure in tables.instruments:
        mark = next((when for begin, when in WHEN_KNOWN.items() if measure.note.startswith(begin)), None)
        marks.setdefault((measure.truce_id, measure.leg, measure.covered), set()).add(mark)
    first, later = WHEN_KNOWN.values()
    return {
        key: "bound" if key[2] else first if mark == {first} else later if later in mark else "not said"
        for key, mark in marks.items()
    }


def among(tables: Tables, rows: str) -> Tables:
    """Return the tables whose rows are spells of one kind, a name in `ROWS` or of a set of the tables."""
    sets = dict(tables.sets)
    if rows in sets:
        return sets[rows]
    if rows not in ROWS:
        raise InvalidOptions(f"rows: got {shown(rows)}; allowed: {', '.join((*ROWS, *sets))}")
    truces, marks = tables.truces, dict.fromkeys(when_known(tables), True)
    if rows == ROWS[3]:
        truces = tuple(_until(truce) for truce in tables.truces if truce.signed < CUT)
    elif rows != ROWS[0]:
        allowed = ("bound", *list(WHEN_KNOWN.values())[: ROWS.index(rows) - 1])
        marks = {key: when in allowed for key, when in when_known(tables).items()}
    names = {truce.truce_id for truce in truces}

    def there(row: Measure | Outcome) -> bool:
        """Return whether a row belongs to the chosen truces and rows."""
        return row.truce_id in names and marks[row.truce_id, row.leg, row.covered]

    measures, outcomes = filter(there, tables.instruments), filter(there, tables.outcomes)
    return replace(tables, truces=truces, instruments=tuple(measures), outcomes=tuple(outcomes), sets=())


def _until(truce: Truce) -> Truce:
    """Return a truce as it was on the day of the cut."""
    gone = {"ended": None, "ended_how": None} if truce.ended is not None and truce.ended > CUT else {}
    return truce.model_copy(update={"window_end": min(truce.window_end or CUT, CUT), **gone})


def columns(cards: tuple[Card, ...]) -> FloatArray:
    """Return the features of cards, shape (cards, features)."""
    return np.array([card.features for card in cards], dtype=np.float64).reshape(len(cards), len(FEATURES))
