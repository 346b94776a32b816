"""The public record before a day, and nothing else.

A predictor gets a `Past` and no other source of history, so that it cannot look ahead: it has no rows
announced and no agreements signed on the day or later. A row whose date is known only to a month or a week
counts from the day after the last on which it can have been announced.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from negotiation.disputes import Postures, Scenario
from negotiation.truces.record.agreement_text import AgreementText, agreements_of
from negotiation.truces.record.moves import MoveRecord
from negotiation.truces.record.timeline import Anchor, anchors, anchors_before, load_moves, record_level
from negotiation.truces.record.until_changed import kept_until_record_changes

T = TypeVar("T")


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
    # Levels from which the record is followed, by day; from the last of them to the end of the past.
    anchors: tuple[Anchor, ...]
    _made: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        # Asked for at every look into a cache; hashing some hundred rows each time is most of the work there.
        return self.once("hash", lambda: hash((self.as_of, self.steps, self.agreements, self.anchors)))

    @property
    def opening(self) -> Postures:
        """Levels on the day from which the record is followed to the end of the past."""
        return self.anchors[-1].postures

    @property
    def begins(self) -> date:
        """Day from which the record is followed to the end of the past."""
        return self.anchors[-1].day

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the cached value of a key for this past, or compute and cache it."""
        if key not in self._made:
            self._made[key] = make()
        made: T = self._made[key]
        return made

    def until(self, day: date) -> Past:
        """Return the past before an earlier day, as `past_of` would return it for that day."""
        return Past(
            day,
            tuple(step for step in self.steps if step.day < day),
            tuple(a for a in self.agreements if a.signed < day),
            anchors_before(self.anchors, day),
        )

    def postures(self, before: date | None = None) -> Postures:
        """Return the levels as last announced, before an earlier day if one is given.

        Levels count from their announcement, since the other side answers announcements.
        """
        return self.once(("postures", before), lambda: self._postures(before))

    def _postures(self, before: date | None) -> Postures:
        # An anchor states all levels: earlier rows no longer count.
        end = self.as_of if before is None else before
        anchor = anchors_before(self.anchors, end)[-1]
        postures = anchor.postures
        for step in self.steps:
            applied = step.move.status == "applied" and step.level is not None and step.move.instrument
            if applied and anchor.day <= step.day < end:
                postures = postures.after(step.move.actor, {str(step.move.instrument): str(step.level)})
        return postures

    def agreement(self) -> AgreementText | None:
        """Return the last agreement signed that stands on its own, or `None`.

        An agreement that amends another prolongs or changes it; its terms are added to the amended ones.
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
    """Return the public record before a day.

    `moves` and `agreements`, if given, replace those of the dispute.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> before = past_of(load_scenario("us-china-2025"), date(2025, 5, 12))
    >>> before.postures()["USA"]["tariff"], before.agreement()
    ('peak', None)
    """
    # The steps of the scenario's own rows are cached; other rows are given to try another history.
    steps = _own_steps(scenario) if moves is None else _steps(scenario, moves)
    known = agreements_of(scenario) if agreements is None else agreements
    signed = sorted((a for a in known if a.signed < as_of), key=lambda a: a.signed)
    public = tuple(step for step in steps if step.day < as_of)
    return Past(as_of, public, tuple(signed), anchors_before(anchors(scenario), as_of))


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
