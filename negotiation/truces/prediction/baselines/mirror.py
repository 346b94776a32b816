"""Chances of a move by the direction of the other side's last move in the leg within two weeks.

In later weeks, the two sides answer each other's moves in a leg. The state is the last move of each side in
the last week and in the week before, and its Markov chain is propagated exactly. Moves that are possible at
the levels of the first week stay possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.truces.prediction.chances import Window
from negotiation.truces.prediction.rates import by_case, earlier_cells, last_in_leg, possible, provoked
from negotiation.truces.prediction.weeks import WEEK, in_weeks
from negotiation.truces.record.events import DOWN, NONE, UP, pairs_of
from negotiation.truces.record.past import Past

# What was done last, by what was done in the last week (rows) and in the one before (columns).
LAST = np.array([[UP] * 3, [DOWN] * 3, [UP, DOWN, NONE]])


@dataclass(frozen=True)
class Mirror:
    """Chances of a move that depend on the other side's last move in the same leg within two weeks."""

    name: str = "mirror"
    order: int = 7

    def rates(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the weekly chances of up, down and none after each last move, shape (3, 3).

        A row is for the direction of the other side's last move in the leg within two weeks: up, down or
        none.
        """
        counts = np.zeros((3, 3))
        cells = earlier_cells(scenario, past)
        if cells is not None:
            for w, week in enumerate(cells.weeks):
                np.add.at(counts, (provoked(scenario, past, week), cells.outcomes[w]), 1.0)
        return by_case(scenario, past, counts)

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the chances given the other side's last move in each pair's leg, shape (pairs, 3)."""
        rates = self.rates(scenario, past)[provoked(scenario, past, past.as_of)]
        return possible(scenario, past.postures(), rates)

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move in each window, in which the two sides answer each other.

        Returns shape (windows, pairs, 2).
        """
        pairs, sides = pairs_of(scenario), scenario.countries
        rates, now = self.rates(scenario, past), past.postures()
        # Chances of each pair by what the other side did last, at the levels of the first week.
        by_last = np.stack([possible(scenario, now, np.tile(row, (len(pairs), 1))) for row in rates])
        weeks = in_weeks(past.as_of, windows)
        chances = np.empty((len(windows), len(pairs), 2))
        for leg in {scenario.instruments[name].leg for _, name in pairs}:
            held = [
                [k for k, (c, name) in enumerate(pairs) if (c, scenario.instruments[name].leg) == (side, leg)]
                for side in sides
            ]
            # Axes: the first side's last week and the one before, then the second side's.
            start = np.zeros((3, 3, 3, 3))
            start[tuple(_lately(scenario, past, side, leg, back) for side in sides for back in (1, 2))] = 1.0
            given = [by_last[:, places] for places in held]
            states = _played(start, given, max(window.start for window in weeks))
            for side, members in enumerate(held):
                for at, k in enumerate(members):
                    for d in (UP, DOWN):
                        barred = _Barred(side, at, d)
                        # Before the window all outcomes count; within it only those without this one.
                        chances[:, k, d] = [
                            1.0 - _without(states[w.start], given, len(w), barred) for w in weeks
                        ]
        return chances


def _lately(scenario: Scenario, past: Past, side: str, leg: str, back: int) -> int:
    """Return a side's last move in a leg in the week that ended `back` - 1 weeks ago."""
    end = past.as_of - (back - 1) * WEEK
    return last_in_leg(scenario, past, (side, leg), end, WEEK)


def side_moves(chances: FloatArray, barred: tuple[int, int] | None = None) -> FloatArray:
    """Return the chances that a side's last move of a week in a leg is up, down or none, shape (3, 3).

    Rows are for the other side's last move. `barred` has the positions of an instrument and of an outcome of
    it that must not occur. Rows then sum to the chance that this outcome does not occur. `chances` has shape
    (3, instruments, 3): the chances of up, down and none by the other side's last move and instrument.
    """
    given = chances.copy()
    if barred is not None:
        given[:, barred[0], barred[1]] = 0.0
    # The direction of the last move is up or down in proportion to the instruments' chances of moves.
    none = np.prod(given[:, :, NONE], axis=1)
    total = np.prod(given.sum(axis=2), axis=1)
    moves = given[:, :, :NONE].sum(axis=1)
    weight = moves.sum(axis=1, keepdims=True)
    shares = np.divide(moves, weight, out=np.zeros_like(moves), where=weight > 0)
    return np.concatenate([(total - none)[:, None] * shares, none[:, None]], axis=1)


def _step(state: FloatArray, first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the state a week later, shape (3, 3, 3, 3).

    The axes are the first side's last week and the week before, then those of the second side. `first` and
    `second` are the results of `side_moves`.
    """
    # e, f: weeks of the first side; g, h: of the second. Each answers what the other did last: LAST[g, h] and
    # LAST[e, f]. New last weeks are x and y; e and g become the weeks before.
    after: FloatArray = np.einsum("efgh,ghx,efy->xeyg", state, first[LAST], second[LAST], optimize=False)
    return after


def _played(start: FloatArray, held: list[FloatArray], weeks: int) -> list[FloatArray]:
    first, second = (side_moves(table) for table in held)
    states = [start]
    for _ in range(weeks):
        states.append(_step(states[-1], first, second))
    return states


class _Barred(NamedTuple):
    """An outcome of a side's instrument that must not occur."""

    side: int
    instrument: int
    outcome: int


def _without(state: FloatArray, held: list[FloatArray], weeks: int, barred: _Barred) -> float:
    """Return the chance that an outcome of an instrument occurs in none of some weeks."""
    pair = barred.instrument, barred.outcome
    first, second = (side_moves(table, pair if k == barred.side else None) for k, table in enumerate(held))
    for _ in range(weeks):
        state = _step(state, first, second)
    return float(state.sum())


BASELINE = Mirror()
