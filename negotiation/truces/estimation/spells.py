"""The record in spells: from an agreement's signing to the next one, or to the day until which it is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from negotiation.disputes import Postures, Scenario
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.past import Past, past_of


class LevelMove(NamedTuple):
    """A move of the record that changed a level."""

    # Last day on which it can have been announced.
    day: date
    id: str
    # country, instrument, level: Who set what to which level.
    country: str
    instrument: str
    level: str


@dataclass(frozen=True, eq=False)
class Spell:
    """What was done under one agreement."""

    # Which; those that amend it begin no spell.
    agreement: AgreementText
    # begins, ends: From its signing up to the day before `ends`.
    begins: date
    ends: date
    # Levels in force when it was signed.
    opening: Postures
    # By day, those of one day in the order of the record.
    moves: tuple[LevelMove, ...]


def spells_of(scenario: Scenario, until: date, since: date | None = None) -> tuple[Spell, ...]:
    """Return the spells of a dispute's record.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> found = spells_of(load_scenario("us-china-2025"), date(2025, 12, 1), since=date(2025, 1, 1))
    >>> [(spell.agreement.id, len(spell.moves)) for spell in found]
    [('2025-05-geneva', 13), ('2025-10-busan', 9)]
    """
    past = past_of(scenario, until)
    signed = [a for a in past.agreements if a.amends is None and (since is None or a.signed >= since)]
    ends = [later.signed for later in signed[1:]] + [until] * bool(signed)
    return tuple(_spell(past, a, end) for a, end in zip(signed, ends, strict=True))


def _spell(past: Past, agreement: AgreementText, ends: date) -> Spell:
    opening = past.postures(before=agreement.signed)
    return Spell(agreement, agreement.signed, ends, opening, tuple(_moves(past, opening, agreement, ends)))


def _moves(past: Past, opening: Postures, agreement: AgreementText, ends: date) -> Iterable[LevelMove]:
    now = opening
    for step in past.steps:
        move, level = step.move, step.level
        if not agreement.signed <= step.day < ends or move.status != "applied":
            continue
        if level is None or move.instrument is None or now[move.actor][move.instrument] == level:
            continue
        now = now.after(move.actor, {move.instrument: level})
        yield LevelMove(step.day, move.id, move.actor, move.instrument, level)
