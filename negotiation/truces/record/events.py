"""The record as events: each applied move with its country, instrument, direction, and what it changed.

A move across levels is an event in the direction in which its level changes; a move within a level is an
event in the direction that its row states. Levels are taken from the record as last announced, including
earlier rows of the same day. Before the first day with levels on record, the stated direction is used. Events
are made only from a `Past`, so that nothing later can enter.

A row whose date is known only to a month or a week is an event of the last day on which it can have been
announced. Rows of one day, country, instrument and direction are one event.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, IntArray, read_only
from negotiation.base.status import Status
from negotiation.disputes import Scenario
from negotiation.disputes.instrument import Pair
from negotiation.truces.record.past import Past, Step
from negotiation.truces.record.timeline import Anchor, expect_held, record_begins

UP, DOWN, NONE = 0, 1, 2
DIRECTIONS = ("up", "down")


def pairs_of(scenario: Scenario) -> tuple[Pair, ...]:
    """Return the pairs of country and instrument, in the order of `Cells.pairs`."""
    return tuple((c, name) for c in scenario.countries for name in scenario.held(c))


def is_move(step: Step) -> bool:
    """Return whether a row of the record is an applied move of an instrument up or down."""
    move = step.move
    return move.instrument is not None and move.status == "applied" and move.direction != "hold"


@dataclass(frozen=True)
class Event:
    """One move."""

    # Last day on which it can have been announced.
    day: date
    # First day on which it can have been.
    first: date
    # Position of its country and instrument in `EventRecord.pairs`.
    pair: int
    direction: int
    # before, after: Positions of the levels; of equal ones the move is within a level.
    before: int
    after: int
    ids: tuple[str, ...]

    @property
    def within(self) -> bool:
        """Whether the move leaves the level unchanged."""
        return self.before == self.after


@dataclass(frozen=True, eq=False)
class EventRecord(Tabular):
    """The moves before a day. Make one with `events_of`."""

    # First day on which moves are on record: of the month of the first row.
    begins: date
    # First day that is not in it.
    as_of: date
    pairs: tuple[Pair, ...]
    legs: tuple[str, ...]
    # By day, those of a day in the order of the record.
    events: tuple[Event, ...]
    status: Status = "complete"

    @property
    def exposure(self) -> float:
        """Number of days from `begins` to `as_of`, at least 0."""
        return float(max((self.as_of - self.begins).days, 0))

    @cached_property
    def times(self) -> FloatArray:
        """Days from the beginning to each event, shape (events,)."""
        days = np.array([(event.day - self.begins).days for event in self.events], dtype=np.float64)
        read_only(days)
        return days

    @cached_property
    def series(self) -> IntArray:
        """Series of each event: twice its pair, one more for a move down, shape (events,)."""
        series = np.array([2 * event.pair + event.direction for event in self.events], dtype=np.intp)
        read_only(series)
        return series

    @cached_property
    def counts(self) -> FloatArray:
        """Number of events of each series, shape (2 pairs,)."""
        counts = np.bincount(self.series, minlength=2 * len(self.pairs)).astype(np.float64)
        read_only(counts)
        return counts

    def table(self) -> Table:
        """Return one row for each event."""
        rows = tuple(
            (
                str(event.day), *self.pairs[event.pair], DIRECTIONS[event.direction],
                "within" if event.within else "across",
            )
            for event in self.events
        )  # fmt: skip
        title = f"{len(rows)} moves from {self.begins} to before {self.as_of}"
        return Table(title, ("day", "country", "instrument", "direction", "level"), rows)


def events_of(scenario: Scenario, past: Past) -> EventRecord:
    """Return the moves in a past, as events."""
    return past.once(("events", scenario), lambda: _events(scenario, past))


def _events(scenario: Scenario, past: Past) -> EventRecord:
    pairs, paths = pairs_of(scenario), level_paths(scenario, past)
    events: dict[tuple[date, int, int], Event] = {}
    known = record_begins(scenario)
    # Rows are looked at in the order of the past: of two on one day the second begins where the first ended.
    for place, step in enumerate(past.steps):
        if not is_move(step):
            continue
        expect_held(scenario, step.move)
        pair = pairs.index((step.move.actor, str(step.move.instrument)))
        before, after = paths.around(pair, step.day, place)
        # Before the first day with levels on record, the levels are unknown, and the stated direction counts.
        direction = UP if step.move.direction == "escalate" else DOWN
        if step.day >= known and after != before:
            direction = UP if after > before else DOWN
        # Rows of one day and direction are one event, from the level before the first to that after the last.
        key, first = (step.day, pair, direction), step.move.announced.earliest
        ids: tuple[str, ...] = ()
        if key in events:
            first, before, ids = min(events[key].first, first), events[key].before, events[key].ids
        events[key] = Event(step.day, first, pair, direction, before, after, (*ids, step.move.id))
    begins = min((step.move.announced.earliest for step in past.steps), default=known).replace(day=1)
    legs = tuple(scenario.instruments[name].leg for _, name in pairs)
    return EventRecord(min(begins, known), past.as_of, pairs, legs, tuple(events.values()))


@dataclass(frozen=True, eq=False)
class LevelPaths:
    """Positions of the levels of each pair, as last announced before any day of a past."""

    # Levels from which the record is followed, by day.
    anchors: tuple[Anchor, ...]
    # (anchors, pairs): their positions.
    opening: IntArray
    # Of each pair: when a row set a level, and which.
    changes: tuple[tuple[list[tuple[date, int]], list[int]], ...]

    def before(self, day: date) -> IntArray:
        """Return the position of each pair's level as last announced before a day, shape (pairs,)."""
        # An anchor holds from its own day on; what was announced before a day sees those of earlier days.
        at = max(sum(anchor.day < day for anchor in self.anchors) - 1, 0)
        return np.array([self._last(pair, at, (day, -1)) for pair in range(len(self.changes))], dtype=np.intp)

    def around(self, pair: int, day: date, place: int) -> tuple[int, int]:
        """Return the positions of a pair's level before and after a row at a place in a past's steps."""
        at = max(sum(anchor.day <= day for anchor in self.anchors) - 1, 0)
        return self._last(pair, at, (day, place)), self._last(pair, at, (day, place + 1))

    def _last(self, pair: int, anchor: int, limit: tuple[date, int]) -> int:
        # The last row before the limit, unless a later anchor states the level.
        keys, levels = self.changes[pair]
        last = bisect_left(keys, limit) - 1
        if last >= 0 and keys[last][0] >= self.anchors[anchor].day:
            return levels[last]
        return int(self.opening[anchor, pair])


def level_paths(scenario: Scenario, past: Past) -> LevelPaths:
    """Return the positions of the levels of each pair over a past."""
    return past.once(("levels", scenario), lambda: _level_paths(scenario, past))


def _level_paths(scenario: Scenario, past: Past) -> LevelPaths:
    pairs = pairs_of(scenario)
    opening = [
        [scenario.instruments[name].position(c, anchor.postures[c][name]) for c, name in pairs]
        for anchor in past.anchors
    ]
    changes: tuple[tuple[list[tuple[date, int]], list[int]], ...] = tuple(([], []) for _ in pairs)
    for place, step in enumerate(past.steps):
        move = step.move
        if move.status != "applied" or step.level is None or move.instrument is None:
            continue
        keys, levels = changes[pairs.index((move.actor, move.instrument))]
        keys.append((step.day, place))
        levels.append(scenario.instruments[move.instrument].position(move.actor, step.level))
    return LevelPaths(past.anchors, np.array(opening, dtype=np.intp), changes)
