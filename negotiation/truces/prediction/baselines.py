"""Baselines: what a predictor has to beat. Each sees the past alone, and estimates from it alone.

hold         nothing changes;
coin         a constant chance of a move from the weeks before, and a coin for its direction;
hazard       a constant chance of a move up and of one down, from the weeks before;
series       the same for each country and instrument by itself;
markov       a first-order chain of levels: chances that depend on whether a level is calm, middle or harsh;
mirror       the hazard, but an answer in kind within two weeks of the other side's move.

Rates are posterior means of Dirichlet priors with the weight of one week of cells: the hazard's prior mean is
the rate of the weeks from April 2018 to the end of 2024, and that of each case of the others is the hazard.
So rates are defined from the first week on. None has a floor of its own: `chances.floored` gives all
predictors the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.truces.prediction.chances import Predictor
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, WEEK, Cells, cells_of, first_week, pairs_of
from negotiation.truces.record.moves import load_moves
from negotiation.truces.record.past import Past, Step
from negotiation.world import Postures, Scenario
from negotiation.world.instrument import Pair

ANSWER = timedelta(days=14)
"""Within so many days of the other side's move a move is an answer."""


def possible(scenario: Scenario, postures: Postures, chances: FloatArray) -> FloatArray:
    """Return the chances with no move down from the calmest level; its chance goes to none.

    A move up stays possible everywhere: a list can be lengthened at its harshest level.
    """
    result = chances.copy()
    for k, (country, name) in enumerate(pairs_of(scenario)):
        if scenario.instruments[name].position(country, postures[country][name]) == 0:
            result[k, NONE] += result[k, DOWN]
            result[k, DOWN] = 0.0
    return result


@lru_cache(maxsize=256)
def _cells_of_steps(scenario: Scenario, first: date, as_of: date, steps: tuple[Step, ...]) -> Cells:
    return cells_of(scenario, first, as_of - timedelta(days=1), [step.move for step in steps])


def earlier_cells(scenario: Scenario, past: Past, first: date | None = None) -> Cells | None:
    """Return the cells of the weeks that ended before the past's end, or `None` in the first week.

    Made from the rows that the past holds, so that nothing later can enter.
    """
    first = first_week(scenario) if first is None else first
    if past.as_of - first < WEEK:
        return None
    return _cells_of_steps(scenario, first, past.as_of, past.steps)


def posterior(counts: FloatArray, prior: FloatArray, weight: float) -> FloatArray:
    """Return posterior mean chances of outcomes, shape (..., 3), under a Dirichlet prior.

    Parameters
    ----------
    counts : array, shape (..., 3)
        How often each outcome came.
    prior : array, shape (3,)
        The prior mean.
    weight : float
        For how many observations it stands.

    Examples
    --------
    >>> posterior(np.array([6.0, 0.0, 6.0]), np.array([0.1, 0.1, 0.8]), 12.0).round(6).tolist()
    [0.3, 0.05, 0.65]
    """
    chances: FloatArray = (counts + weight * prior) / (counts.sum(axis=-1, keepdims=True) + weight)
    return chances


def hazard_rates(scenario: Scenario, past: Past) -> FloatArray:
    """Return the chances of up, down and none in a week, pooled over pairs and earlier weeks, shape (3,)."""
    pairs = len(pairs_of(scenario))
    first = first_week(scenario)
    before = replace(past, as_of=min(past.as_of, first), steps=_before(past, first))
    quiet = earlier_cells(scenario, before, _first_after_the_record_begins(scenario))
    prior = np.full(3, 1.0 / 3.0)
    if quiet is not None:
        prior = (np.bincount(quiet.outcomes.ravel(), minlength=3) + 0.5) / (quiet.outcomes.size + 1.5)
    cells = earlier_cells(scenario, past)
    counts = np.zeros(3) if cells is None else np.bincount(cells.outcomes.ravel(), minlength=3)
    return posterior(np.asarray(counts, dtype=np.float64), prior, pairs)


def _first_after_the_record_begins(scenario: Scenario) -> date:
    """Return the Monday from which the prior is counted: the first after the month of the first row."""
    rows = load_moves(scenario)
    first = min((row.announced.earliest for row in rows), default=first_week(scenario))
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following + timedelta(days=-following.weekday() % 7)


def _before(past: Past, day: date) -> tuple[Step, ...]:
    return tuple(step for step in past.steps if step.day < day)


@dataclass(frozen=True)
class Hold:
    """Nothing changes."""

    name: str = "hold"

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return no chance for either direction."""
        del past
        chances: FloatArray = np.tile([0.0, 0.0, 1.0], (len(pairs_of(scenario)), 1))
        return chances


@dataclass(frozen=True)
class Coin:
    """A constant chance of a move, estimated from the weeks before, up or down by a coin at every level."""

    name: str = "coin"

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return half of the pooled rate of moves for either direction."""
        none = hazard_rates(scenario, past)[NONE]
        half = (1.0 - none) / 2.0
        chances: FloatArray = np.tile([half, half, none], (len(pairs_of(scenario)), 1))
        return chances


@dataclass(frozen=True)
class ConstantHazard:
    """A constant chance of a move, estimated from the weeks before."""

    name: str = "hazard"

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the pooled rates."""
        rates = np.tile(hazard_rates(scenario, past), (len(pairs_of(scenario)), 1))
        return possible(scenario, past.postures(), rates)


@dataclass(frozen=True)
class SeriesHazard:
    """A constant chance of a move for each country and instrument, from its own weeks before."""

    name: str = "series"

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the rates of each pair, shrunk to the pooled ones."""
        counts = np.zeros((len(pairs_of(scenario)), 3))
        cells = earlier_cells(scenario, past)
        if cells is not None:
            counts = np.stack([(cells.outcomes == outcome).sum(axis=0) for outcome in range(3)], axis=1)
        return possible(scenario, past.postures(), _by_case(scenario, past, counts.astype(np.float64)))


@dataclass(frozen=True)
class MarkovChain:
    """A first-order chain of levels, pooled over instruments by place: calmest, between, harshest."""

    name: str = "markov"

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the rates of each pair's present place."""
        counts = np.zeros((3, 3))
        cells = earlier_cells(scenario, past)
        if cells is not None:
            for w, week in enumerate(cells.weeks):
                places = _places(scenario, past.postures(before=week))
                np.add.at(counts, (places, cells.outcomes[w]), 1.0)
        rates = _by_case(scenario, past, counts)[_places(scenario, past.postures())]
        return possible(scenario, past.postures(), rates)


def _by_case(scenario: Scenario, past: Past, counts: FloatArray) -> FloatArray:
    """Return the chances of each case, shape (cases, 3), each shrunk to the pooled hazard."""
    return posterior(counts, hazard_rates(scenario, past), len(pairs_of(scenario)))


def _places(scenario: Scenario, postures: Postures) -> list[int]:
    """Return 0, 1 or 2 for each pair: at the calmest level, between, at the harshest ever applied."""
    places = []
    for country, name in pairs_of(scenario):
        instrument = scenario.instruments[name]
        applied = [level.label for level in instrument.held_by(country) if not level.threatened]
        at = instrument.position(country, postures[country][name])
        places.append(0 if at == 0 else 2 if at >= len(applied) - 1 else 1)
    return places


@dataclass(frozen=True)
class Mirror:
    """Answer in kind: after the other side's move in a leg, a move in the same leg and direction."""

    name: str = "mirror"

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the rates after a move of the other side in the leg, or without one."""
        # By what the other side did in the leg in the two weeks before: up, down, nothing.
        counts = np.zeros((3, 3))
        cells = earlier_cells(scenario, past)
        if cells is not None:
            for w, week in enumerate(cells.weeks):
                np.add.at(counts, (_provoked(scenario, past, week), cells.outcomes[w]), 1.0)
        rates = _by_case(scenario, past, counts)[_provoked(scenario, past, past.as_of)]
        return possible(scenario, past.postures(), rates)


def _provoked(scenario: Scenario, past: Past, week: date) -> list[int]:
    """Return, for each pair, the direction of the other side's last move in its leg in two weeks."""
    recent: dict[Pair, int] = {}
    for step in past.steps:
        move = step.move
        counts = move.instrument and move.status == "applied" and move.direction != "hold"
        if counts and week - ANSWER <= step.day < week:
            leg = scenario.instruments[str(move.instrument)].leg
            recent[move.actor, leg] = UP if move.direction == "escalate" else DOWN
    return [
        recent.get((scenario.other(country), scenario.instruments[name].leg), NONE)
        for country, name in pairs_of(scenario)
    ]


BASELINES: tuple[Predictor, ...] = (
    Hold(), Coin(), ConstantHazard(), SeriesHazard(), MarkovChain(), Mirror()
)  # fmt: skip
