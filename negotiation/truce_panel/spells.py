"""Spells: a leg of a truce, covered or left out, from signing to its first harsher step or the end.

The rules are those of decision 66, written before any rate was computed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidOptions, shown
from negotiation.truce_panel.tables import LEGS, Leg, Measure, Outcome, Tables, Truce

# All rows; bound parts; bound parts and parts left out whose measures were known at signing; truces signed
# before a day, as they stood on it. After this day, one act is the first step in a dozen rows.
ROWS = ("all", "bound", "known at signing", "to 20 January 2025")
# The truces to which the models were first fitted, and those on which these models were then scored.
FIRST, KEPT_BACK = "first 47", "kept back"
CUT = date(2025, 1, 20)
# The first words of the note of a measure that is left out, and their meaning.
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
    """A card, for how many days its part was kept, and whether a harsher step ended the spell."""

    card: Card
    days: int
    event: bool
    # As in the file: until the step, even if the truce had ended before.
    held_days: int
    # 1 divided by the number of steps by the same side on the same day; 1 for a row without a step.
    weight: float
    ended_how: str
    # Day and side of the step: rows with the same act are one event.
    act: str = ""


def cards_of(tables: Tables) -> tuple[Card, ...]:
    """Return the cards of all legs of truces, covered and left out, in the order of truces and legs."""
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
    """Return the days until the step or the end of the truce or window, and whether the step came first."""
    known = [day for day in (truce.ended, truce.window_end) if day is not None]
    last: date | None = min(known, default=None)
    if outcome.first_harsher is not None and (last is None or outcome.first_harsher <= last):
        return (outcome.first_harsher - truce.signed).days, True
    return (outcome.held_days if last is None else (last - truce.signed).days), False


def when_known(tables: Tables) -> dict[tuple[str, str, bool], str]:
    """Return for each part "bound", "known at signing", "known only later" or "not said".

    Parts are keys of a truce, a leg and whether it is covered.
    """
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
    """Return the tables with some of the rows: a name in `ROWS`, or the name of a set of the tables."""
    sets = dict(tables.sets)
    if rows not in (*ROWS, *sets):
        raise InvalidOptions(
            f"`rows` must be one of {', '.join(map(repr, (*ROWS, *sets)))}; got {shown(rows)}"
        )
    if rows in sets:
        return sets[rows]
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
