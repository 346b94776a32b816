"""Cells that are predicted and scored: a week, a country and an instrument, and whether it moved up or down.

Weeks run from Monday to Sunday. The outcome comes from the applied moves announced in the week. It is up or
down by the change of level over the week, or by the direction of the last move if the level stays. A move
whose date fits several weeks is in no cell, and is listed in `Cells.unplaced`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import IntArray, read_only
from negotiation.base.status import Status
from negotiation.disputes import Scenario
from negotiation.disputes.instrument import Pair
from negotiation.errors import InvalidDate
from negotiation.truces.record.events import DOWN as DOWN
from negotiation.truces.record.events import NONE as NONE
from negotiation.truces.record.events import UP as UP
from negotiation.truces.record.events import is_move, level_paths
from negotiation.truces.record.events import pairs_of as pairs_of
from negotiation.truces.record.moves import MoveRecord
from negotiation.truces.record.past import Past, Step, past_of
from negotiation.truces.record.timeline import expect_held, record_begins, record_ends

OUTCOMES = ("up", "down", "none")
WEEK = timedelta(days=7)


@dataclass(frozen=True, eq=False)
class Cells(Tabular):
    """Outcomes by week, country and instrument."""

    weeks: tuple[date, ...]
    pairs: tuple[Pair, ...]
    # The leg of each pair: tariff, control or other.
    legs: tuple[str, ...]
    # (weeks, pairs): positions in `OUTCOMES`.
    outcomes: IntArray
    # Ids of moves whose date fits several weeks.
    unplaced: tuple[str, ...]
    status: Status = "complete"

    @property
    def moved(self) -> int:
        """Number of cells with a move."""
        return int((self.outcomes != NONE).sum())

    def table(self) -> Table:
        """Return one row for each cell with a move."""
        rows = tuple(
            (str(self.weeks[w]), *self.pairs[k], self.legs[k], OUTCOMES[self.outcomes[w, k]])
            for w, k in np.argwhere(self.outcomes != NONE).tolist()
        )
        title = f"{self.moved} of {self.outcomes.size} cells with a move"
        return Table(title, ("week", "country", "instrument", "leg", "outcome"), rows)


def first_week(scenario: Scenario) -> date:
    """Return the first Monday of the month in which the record begins: the start of the first scored week.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> str(first_week(load_scenario("us-china-2025")))
    '2025-01-06'
    """
    first = record_begins(scenario).replace(day=1)
    return first + timedelta(days=-first.weekday() % 7)


def in_weeks(as_of: date, windows: Sequence[tuple[date, date]]) -> list[range]:
    """Return, for each window, the weeks after a day whose middle day is in the window, counted from 0.

    Examples
    --------
    >>> days = [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    >>> in_weeks(days[0], [(days[0], days[1]), (days[1], days[2])])
    [range(0, 4), range(4, 9)]
    """
    middle = as_of + timedelta(days=3)
    return [range(-(-(first - middle).days // 7), -(-(end - middle).days // 7)) for first, end in windows]


def cells_of(
    scenario: Scenario,
    start: date | None = None,
    end: date | None = None,
    moves: Sequence[MoveRecord] | None = None,
) -> Cells:
    """Return the cells of the whole weeks between two days, by default of all weeks on record.

    `moves` replaces the dispute's own record. Raises `InvalidDate` if `start` is not a Monday, or if its week
    does not end by `end`.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> found = cells_of(load_scenario("us-china-2025"))
    >>> len(found.weeks), len(found.pairs), found.moved
    (47, 12, 49)
    """
    start = first_week(scenario) if start is None else start
    end = record_ends(scenario) if end is None else end
    return cells_in(scenario, past_of(scenario, date.max, moves, ()), start, end)


def cells_in(scenario: Scenario, past: Past, start: date, end: date) -> Cells:
    """Return the cells of the whole weeks between two days from the rows of a past; see `cells_of`."""
    if start.weekday() != 0 or end - start < WEEK - timedelta(days=1):
        raise InvalidDate(f"`start` must be a Monday whose week ends by {end}; got {start}, a {start:%A}")
    count = ((end - start).days + 1) // 7
    weeks = tuple(start + k * WEEK for k in range(count))
    pairs = pairs_of(scenario)
    outcomes = np.full((count, len(pairs)), NONE, dtype=np.intp)
    placed: dict[tuple[int, int], list[Step]] = {}
    unplaced: list[str] = []
    for step in past.steps:
        move = step.move
        first, last = move.announced.earliest, move.announced.latest
        if not is_move(step) or last < start or first >= start + count * WEEK:
            continue
        expect_held(scenario, move)
        week = (first - start).days // 7
        # A row whose date fits several weeks is in none.
        if (last - start).days // 7 != week:
            unplaced.append(move.id)
            continue
        placed.setdefault((week, pairs.index((move.actor, str(move.instrument)))), []).append(step)
    known, paths = record_begins(scenario), level_paths(scenario, past)
    for (week, k), group in placed.items():
        outcomes[week, k] = _outcome(scenario, known, int(paths.before(weeks[week])[k]), pairs[k], group)
    read_only(outcomes)
    legs = tuple(scenario.instruments[name].leg for _, name in pairs)
    return Cells(weeks, pairs, legs, outcomes, tuple(unplaced))


def _outcome(scenario: Scenario, known: date, before: int, pair: Pair, group: list[Step]) -> int:
    """Return the direction of the change of level over a week, or of the last row if the level stays.

    The direction of the last row also counts before `known`, the first day with levels on record, and if the
    row sets no level. `before` is the position of the level before the week, and `group` the week's rows.
    """
    country, name = pair
    # The last of two rows of one day is the later one in the record.
    last = max(reversed(group), key=lambda step: step.move.announced.earliest)
    stated = UP if last.move.direction == "escalate" else DOWN
    if last.day < known or last.level is None:
        return stated
    change = scenario.instruments[name].position(country, last.level) - before
    return stated if change == 0 else UP if change > 0 else DOWN
