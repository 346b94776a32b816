"""Cells: what is predicted and scored. A week, a country, an instrument; the outcome up, down or none.

Weeks run from Monday to Sunday. The outcome is that of the rows announced in the week, threats left out: up
or down by the change of level over the week, or where the level stays by the direction of the last row that
is not a hold. A row whose date is known only to more than a week cannot be placed: it is in no cell, and is
listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from negotiation.errors import InvalidDate
from negotiation.labelled import Table, Tabular
from negotiation.numeric import IntArray, read_only
from negotiation.status import Status
from negotiation.truces.record.moves import MoveRecord, load_moves
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import expect_held, record_begins, record_ends, record_level
from negotiation.world import Scenario
from negotiation.world.instrument import Pair

UP, DOWN, NONE = 0, 1, 2
OUTCOMES = ("up", "down", "none")
WEEK = timedelta(days=7)


@dataclass(frozen=True, eq=False)
class Cells(Tabular):
    """Outcomes by week, country and instrument.

    Parameters
    ----------
    weeks : tuple of date
        Mondays.
    pairs : tuple of (str, str)
        Country and instrument.
    legs : tuple of str
        The leg of each pair: tariff, control or other.
    outcomes : array of int, shape (weeks, pairs)
        Positions in `OUTCOMES`.
    unplaced : tuple of str
        Ids of rows that no week can hold.
    """

    weeks: tuple[date, ...]
    pairs: tuple[Pair, ...]
    legs: tuple[str, ...]
    outcomes: IntArray
    unplaced: tuple[str, ...]
    status: Status = "complete"

    @property
    def moved(self) -> int:
        """Number of cells that are not quiet."""
        return int((self.outcomes != NONE).sum())

    def table(self) -> Table:
        """Return one row for each cell that is not quiet."""
        rows = tuple(
            (str(self.weeks[w]), *self.pairs[k], self.legs[k], OUTCOMES[self.outcomes[w, k]])
            for w, k in np.argwhere(self.outcomes != NONE).tolist()
        )
        title = f"{self.moved} of {self.outcomes.size} cells with a move"
        return Table(title, ("week", "country", "instrument", "leg", "outcome"), rows)


def first_week(scenario: Scenario) -> date:
    """Return the Monday of the first week that is scored: the first of the month in which the record begins.

    Examples
    --------
    >>> from negotiation.world import load_scenario
    >>> str(first_week(load_scenario("us-china-2025")))
    '2025-01-06'
    """
    first = record_begins(scenario).replace(day=1)
    return first + timedelta(days=-first.weekday() % 7)


def pairs_of(scenario: Scenario) -> tuple[Pair, ...]:
    """Return the pairs of country and instrument, in the order of `Cells.pairs`."""
    return tuple((c, name) for c in scenario.countries for name in scenario.held(c))


def cells_of(
    scenario: Scenario,
    start: date | None = None,
    end: date | None = None,
    moves: Sequence[MoveRecord] | None = None,
) -> Cells:
    """Return the cells of a stretch of weeks and what happened in them.

    Parameters
    ----------
    scenario : Scenario
        Its countries and instruments.
    start : date, optional
        A Monday; the first of the record if not given.
    end : date, optional
        Last day; the last week ends on it or before. The record's last if not given.
    moves : sequence of MoveRecord, optional
        The record; the dispute's own if not given.

    Raises
    ------
    InvalidDate
        If the start is no Monday or not a week before the end.
    InvalidGame
        If a row is of a country that does not hold its instrument.

    Examples
    --------
    >>> from negotiation.world import load_scenario
    >>> found = cells_of(load_scenario("us-china-2025"))
    >>> len(found.weeks), len(found.pairs), found.moved
    (47, 12, 49)
    """
    start = first_week(scenario) if start is None else start
    end = record_ends(scenario) if end is None else end
    if start.weekday() != 0 or end - start < WEEK - timedelta(days=1):
        raise InvalidDate(f"weeks run from a Monday and at least one must end by {end}; got {start}")
    count = ((end - start).days + 1) // 7
    weeks = tuple(start + k * WEEK for k in range(count))
    pairs = pairs_of(scenario)
    outcomes = np.full((count, len(pairs)), NONE, dtype=np.intp)
    rows = [m for m in (load_moves(scenario) if moves is None else moves) if m.actor in scenario.countries]
    placed: dict[tuple[int, int], list[MoveRecord]] = {}
    unplaced: list[str] = []
    for move in rows:
        if move.instrument is None or move.status != "applied" or move.direction == "hold":
            continue
        first, last = move.announced.earliest, move.announced.latest
        if last < start or first >= start + count * WEEK:
            continue
        expect_held(scenario, move)
        week = (first - start).days // 7
        if (last - start).days // 7 != week:
            unplaced.append(move.id)
            continue
        placed.setdefault((week, pairs.index((move.actor, move.instrument))), []).append(move)
    for (week, k), group in placed.items():
        outcomes[week, k] = _outcome(scenario, weeks[week], pairs[k], group, rows)
    read_only(outcomes)
    legs = tuple(scenario.instruments[name].leg for _, name in pairs)
    return Cells(weeks, pairs, legs, outcomes, tuple(unplaced))


def _outcome(
    scenario: Scenario,
    week: date,
    pair: Pair,
    group: list[MoveRecord],
    rows: Sequence[MoveRecord],
) -> int:
    """Return the direction of a week's rows: of the level over the week, else of the last row."""
    country, name = pair
    instrument = scenario.instruments[name]
    last = max(group, key=lambda move: move.announced.earliest)
    before = past_of(scenario, week, rows, ()).postures()[country][name]
    if last.announced.latest < record_begins(scenario):
        # No level of that time is known: those of the record's first day are later than the row.
        return UP if last.direction == "escalate" else DOWN
    after = record_level(scenario, last) or before
    change = instrument.position(country, after) - instrument.position(country, before)
    if change:
        return UP if change > 0 else DOWN
    return UP if last.direction == "escalate" else DOWN
