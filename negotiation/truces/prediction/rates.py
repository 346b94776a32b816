"""Weekly rates of moves from the public record, shared by baselines.

Rates are posterior means under Dirichlet priors with the weight of one week of cells. The prior mean of the
pooled hazard comes from the weeks before the first scored one, beginning after the month of the record's
first row. The prior mean of each case is the pooled hazard. Rates are therefore defined from the first week.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.disputes import Postures, Scenario
from negotiation.disputes.instrument import Pair
from negotiation.truces.prediction.weeks import WEEK, Cells, cells_in, first_week
from negotiation.truces.record.events import DOWN, NONE, UP, is_move, pairs_of
from negotiation.truces.record.past import Past, Step
from negotiation.truces.record.timeline import load_moves

# A move within this time after the other side's move is an answer.
ANSWER = timedelta(days=14)


def possible(scenario: Scenario, postures: Postures, chances: FloatArray) -> FloatArray:
    """Return the chances of up, down and none without moves down from the calmest level, shape (pairs, 3).

    The chance of such a move down is added to the chance of none. A move up stays possible at every level,
    since a list can be lengthened at its harshest level. Shapes: `chances` (pairs, 3).
    """
    result = chances.copy()
    for k, (country, name) in enumerate(pairs_of(scenario)):
        if scenario.instruments[name].position(country, postures[country][name]) == 0:
            result[k, NONE] += result[k, DOWN]
            result[k, DOWN] = 0.0
    return result


def earlier_cells(scenario: Scenario, past: Past, first: date | None = None) -> Cells | None:
    """Return the cells of the weeks that ended before `past.as_of`, or `None` if no week had ended.

    Weeks begin on `first`, by default the first scored week. Only rows in the past are used.
    """
    first = first_week(scenario) if first is None else first
    if past.as_of - first < WEEK:
        return None
    last = past.as_of - timedelta(days=1)
    return past.once(("cells", scenario, first), lambda: cells_in(scenario, past, first, last))


def posterior(counts: FloatArray, prior: FloatArray, weight: float) -> FloatArray:
    """Return posterior mean chances of outcomes under a Dirichlet prior, shape (..., 3).

    `prior` is the mean of the prior, and `weight` is its weight in observations. Shapes: `counts` (..., 3),
    `prior` (3,).

    Examples
    --------
    >>> posterior(np.array([6.0, 0.0, 6.0]), np.array([0.1, 0.1, 0.8]), 12.0).round(6).tolist()
    [0.3, 0.05, 0.65]
    """
    chances: FloatArray = (counts + weight * prior) / (counts.sum(axis=-1, keepdims=True) + weight)
    return chances


def hazard_rates(scenario: Scenario, past: Past) -> FloatArray:
    """Return the chances of up, down and none in a week, pooled over pairs and earlier weeks, shape (3,)."""
    return past.once(("hazard", scenario), lambda: _hazard_rates(scenario, past))


def _hazard_rates(scenario: Scenario, past: Past) -> FloatArray:
    pairs = len(pairs_of(scenario))
    first = first_week(scenario)
    # The prior sees the weeks before the first that is scored alone, on any day.
    before = replace(past, as_of=min(past.as_of, first), steps=_before(past, first))
    quiet = earlier_cells(scenario, before, _first_after_the_record_begins(scenario))
    prior = np.full(3, 1.0 / 3.0)
    if quiet is not None:
        prior = (np.bincount(quiet.outcomes.ravel(), minlength=3) + 0.5) / (quiet.outcomes.size + 1.5)
    cells = earlier_cells(scenario, past)
    counts = np.zeros(3) if cells is None else np.bincount(cells.outcomes.ravel(), minlength=3)
    return posterior(np.asarray(counts, dtype=np.float64), prior, pairs)


def _first_after_the_record_begins(scenario: Scenario) -> date:
    """Return the first Monday after the month of the first row, from which the prior counts weeks."""
    rows = load_moves(scenario)
    first = min((row.announced.earliest for row in rows), default=first_week(scenario))
    # Day 28 and four days are in the next month, whichever month it is.
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following + timedelta(days=-following.weekday() % 7)


def _before(past: Past, day: date) -> tuple[Step, ...]:
    return tuple(step for step in past.steps if step.day < day)


def by_case(scenario: Scenario, past: Past, counts: FloatArray) -> FloatArray:
    """Return the chances of up, down and none in each case, shrunk to the pooled hazard, shape (cases, 3).

    `counts` has the numbers of cells with a move up, with one down and with none, by case. The pooled hazard
    has the weight of one week of cells. Shapes: `counts` (cases, 3).
    """
    return posterior(counts, hazard_rates(scenario, past), len(pairs_of(scenario)))


def places_of(scenario: Scenario, positions: IntArray) -> list[int]:
    """Return 0 for each pair at its calmest level, 2 at or above the harshest ever applied, and 1 between."""
    tops = [
        sum(not level.threatened for level in scenario.instruments[name].held_by(country)) - 1
        for country, name in pairs_of(scenario)
    ]
    return [0 if at == 0 else 2 if at >= top else 1 for at, top in zip(positions, tops, strict=True)]


def provoked(scenario: Scenario, past: Past, week: date) -> list[int]:
    """Return the direction of the other side's last move in each pair's leg in the two weeks before a day.

    `week` is the day. The directions are in the order of `pairs_of`, each `UP`, `DOWN`, or `NONE` if there
    was no such move.
    """
    return [
        last_in_leg(scenario, past, (scenario.other(country), scenario.instruments[name].leg), week, ANSWER)
        for country, name in pairs_of(scenario)
    ]


def last_in_leg(scenario: Scenario, past: Past, whose: Pair, day: date, within: timedelta) -> int:
    """Return the direction of the last move in the time `within` before a day, or `NONE`.

    `whose` is a pair of a country and a leg.
    """
    by_leg = past.once(("moves by leg", scenario), lambda: _by_leg(scenario, past))
    days, directions = by_leg.get(whose, ([], []))
    # Days are in order: the last one strictly before the day.
    at = bisect_left(days, day) - 1
    return directions[at] if at >= 0 and days[at] >= day - within else NONE


def _by_leg(scenario: Scenario, past: Past) -> dict[Pair, tuple[list[date], list[int]]]:
    by_leg: dict[Pair, tuple[list[date], list[int]]] = {}
    for step in past.steps:
        if is_move(step):
            leg = scenario.instruments[str(step.move.instrument)].leg
            days, directions = by_leg.setdefault((step.move.actor, leg), ([], []))
            days.append(step.day)
            directions.append(UP if step.move.direction == "escalate" else DOWN)
    return by_leg
