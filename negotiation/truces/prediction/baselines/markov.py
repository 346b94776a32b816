"""A first-order chain of levels, pooled over instruments by place: calmest, between, harshest.

In later weeks, a move goes to the next level with a chance equal to the share of earlier moves that changed
the level, by Laplace's rule. Otherwise the level stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.truces.prediction.chances import Window
from negotiation.truces.prediction.rates import by_case, earlier_cells, places_of, possible
from negotiation.truces.prediction.weeks import in_weeks
from negotiation.truces.record.events import DOWN, UP, events_of, level_paths, pairs_of
from negotiation.truces.record.past import Past


@dataclass(frozen=True)
class MarkovChain:
    """A first-order chain of levels, pooled over instruments by place: calmest, between, harshest."""

    name: str = "markov"
    order: int = 6

    def rates(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the chances of up, down and none in a week from each place, shape (3, 3)."""
        counts = np.zeros((3, 3))
        cells = earlier_cells(scenario, past)
        if cells is not None:
            paths = level_paths(scenario, past)
            for w, week in enumerate(cells.weeks):
                np.add.at(counts, (places_of(scenario, paths.before(week)), cells.outcomes[w]), 1.0)
        return by_case(scenario, past, counts)

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the chances of up, down and none at each pair's present place, shape (pairs, 3)."""
        now = level_paths(scenario, past).before(past.as_of)
        rates = self.rates(scenario, past)[places_of(scenario, now)]
        return possible(scenario, past.postures(), rates)

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move in each window, with levels that change from week to week.

        Returns shape (windows, pairs, 2).
        """
        rates = self.rates(scenario, past)
        events = events_of(scenario, past).events
        # Laplace's rule on moves that changed the level; the others stay within it.
        across = (sum(not event.within for event in events) + 1.0) / (len(events) + 2.0)
        now = level_paths(scenario, past).before(past.as_of)
        weeks = in_weeks(past.as_of, windows)
        chances = np.empty((len(windows), len(now), 2))
        for k, (country, name) in enumerate(pairs_of(scenario)):
            levels = scenario.instruments[name].held_by(country)
            # Position of the harshest level that was ever applied; threatened levels are above it.
            top = sum(not level.threatened for level in levels) - 1
            chain = weekly_chain(rates, len(levels), top, across)
            start = np.eye(len(levels))[now[k]]
            for d in (UP, DOWN):
                chances[:, k, d] = came_by_week(chain, start, d, weeks)
        return chances


def weekly_chain(rates: FloatArray, count: int, top: int, across: float) -> FloatArray:
    """Return the chances of outcome and next level in a week, shape (3 outcomes, levels, next levels).

    `rates` has shape (3, 3), chances of up, down and none by place. `count` is the number of levels and `top`
    the position of the harshest level ever applied. `across` is the chance that a move changes the level.
    """
    chain = np.zeros((3, count, count))
    for at in range(count):
        up, down, none = rates[0 if at == 0 else 2 if at >= top else 1]
        if at == 0:
            none, down = none + down, 0.0
        # At the last level up stays: a list can be lengthened at its harshest.
        chain[UP, at, min(at + 1, count - 1)] += up * across
        chain[UP, at, at] += up * (1.0 - across)
        chain[DOWN, at, max(at - 1, 0)] += down * across
        chain[DOWN, at, at] += down * (1.0 - across)
        chain[2, at, at] = none
    return chain


def came_by_week(chain: FloatArray, start: FloatArray, outcome: int, weeks: Sequence[range]) -> FloatArray:
    """Return the chance that an outcome occurs in some week of each window, shape (windows,).

    `chain` has the chances of outcome and next state in a week, and `start` those of the states at first.
    `outcome` is a position, and `weeks` has the weeks of each window, counted from 0. Shapes: `chain`
    (outcomes, states, states), `start` (states,).

    Examples
    --------
    >>> chain = np.array([[[0.5]], [[0.0]], [[0.5]]])
    >>> came_by_week(chain, np.ones(1), 0, [range(0, 2), range(1, 2)]).tolist()
    [0.75, 0.5]
    """
    # Before the window, all outcomes change the level; within it, only the weeks without the outcome count.
    every = chain.sum(axis=0)
    without = every - chain[outcome]
    states = [start]
    for _ in range(max((window.start for window in weeks), default=0)):
        states.append(states[-1] @ every)
    chances = [1.0 - states[w.start] @ np.linalg.matrix_power(without, len(w)).sum(axis=1) for w in weeks]
    return np.array(chances)


BASELINE = MarkovChain()
