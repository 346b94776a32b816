"""What was public before a day: the record truncated, and nothing else.

A predictor is handed a `Past` and no other source of history, so that it cannot look ahead: rows announced on
the day or later are not in it, nor agreements signed on it or later. A row whose date is known only to a
month or a week counts from the day after the last on which it can have been announced.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from negotiation.truces.record.agreement_text import AgreementText, agreements_of
from negotiation.truces.record.moves import MoveRecord, load_moves
from negotiation.truces.record.timeline import Anchor, anchors, record_level
from negotiation.truces.record.until_changed import kept_until_record_changes
from negotiation.world import Postures, Scenario

T = TypeVar("T")
_HASH = "hash"


@dataclass(frozen=True)
class Step:
    """A row of the record as a predictor sees it."""

    move: MoveRecord
    # Last day on which it can have been announced.
    day: date
    # The level that it sets; `None` where it sets none.
    level: str | None


@dataclass(frozen=True)
class Past:
    """Everything public before a day. Make one with `past_of`."""

    # The first day that is not in it.
    as_of: date
    steps: tuple[Step, ...]
    agreements: tuple[AgreementText, ...]
    # Levels on the day from which the record is followed to the end of the past.
    opening: Postures
    begins: date
    # Levels from which it was followed before that day.
    earlier: tuple[Anchor, ...] = ()
    _found: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        # Asked for at every look into a cache; hashing some hundred rows each time is most of the work there.
        if _HASH not in self._found:
            parts = self.as_of, self.steps, self.agreements, self.opening, self.begins, self.earlier
            self._found[_HASH] = hash(parts)
        found: int = self._found[_HASH]
        return found

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is made of this past under a key; it is made when first asked for."""
        if key not in self._found:
            self._found[key] = make()
        found: T = self._found[key]
        return found

    def until(self, day: date) -> Past:
        """Return what was public before an earlier day, as `past_of` would give it for that day."""
        first, *later = (*self.earlier, Anchor(self.begins, self.opening))
        passed = [first, *(one for one in later if one.day < day)]
        return replace(
            self,
            as_of=day,
            steps=tuple(step for step in self.steps if step.day < day),
            agreements=tuple(one for one in self.agreements if one.signed < day),
            opening=passed[-1].postures,
            begins=passed[-1].day,
            earlier=tuple(passed[:-1]),
        )

    def postures(self, before: date | None = None) -> Postures:
        """Return the levels as last announced, before an earlier day if one is given.

        Levels count from their announcement: that is what the other side answers.
        """
        return self.once(("postures", before), lambda: self._postures(before))

    def _postures(self, before: date | None) -> Postures:
        postures, begins = self.opening, self.begins
        if before is not None and before <= begins and self.earlier:
            passed = [one for one in self.earlier if one.day < before]
            one = passed[-1] if passed else self.earlier[0]
            postures, begins = one.postures, one.day
        for step in self.steps:
            applied = step.move.status == "applied" and step.level is not None and step.move.instrument
            if applied and step.day >= begins and (before is None or step.day < before):
                postures = postures.after(step.move.actor, {str(step.move.instrument): str(step.level)})
        return postures

    def agreement(self) -> AgreementText | None:
        """Return the last agreement signed that stands on its own, or `None`.

        One that amends another prolongs or mends it; its terms join those of the one it amends.
        """
        whole = [a for a in self.agreements if a.amends is None]
        return whole[-1] if whole else None

    def amendments(self, agreement: AgreementText) -> tuple[AgreementText, ...]:
        """Return the agreements that amend one, by day."""
        return tuple(a for a in self.agreements if a.amends == agreement.id)


def past_of(
    scenario: Scenario,
    as_of: date,
    moves: Sequence[MoveRecord] | None = None,
    agreements: Sequence[AgreementText] | None = None,
) -> Past:
    """Return what was public before a day.

    Examples
    --------
    >>> from negotiation.world import load_scenario
    >>> before = past_of(load_scenario("us-china-2025"), date(2025, 5, 12))
    >>> before.postures()["USA"]["tariff"], before.agreement()
    ('peak', None)
    """
    steps = _own_steps(scenario) if moves is None else _steps(scenario, moves)
    known = agreements_of(scenario) if agreements is None else agreements
    signed = sorted((a for a in known if a.signed < as_of), key=lambda a: a.signed)
    first, *later = anchors(scenario)
    passed = [first, *(one for one in later if one.day < as_of)]
    return Past(
        as_of,
        tuple(step for step in steps if step.day < as_of),
        tuple(signed),
        passed[-1].postures,
        passed[-1].day,
        tuple(passed[:-1]),
    )


@kept_until_record_changes
def _own_steps(scenario: Scenario) -> tuple[Step, ...]:
    return _steps(scenario, load_moves(scenario))


def _steps(scenario: Scenario, moves: Sequence[MoveRecord]) -> tuple[Step, ...]:
    seen = [
        Step(move, move.announced.latest, record_level(scenario, move))
        for move in moves
        if move.actor in scenario.countries
    ]
    return tuple(sorted(seen, key=lambda step: step.day))
