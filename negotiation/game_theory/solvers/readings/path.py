"""The path of play under private readings, along the most likely signals or along given signals.

There are three ways to play:

- *naive*: a side is sure that the other side shares its reading, and plays its reading whatever it observes;
- *bayesian*: a side starts from its prior and updates it by Bayes' rule. It plays its reading if this passes
  the one-shot test at its belief, and otherwise the action with the largest expected gain;
- *belief_free*: a side plays its reading if this passes the one-shot test at every belief, and otherwise the
  action whose smallest gain over the other side's readings is largest.

The gain of a departure assumes that the side follows its reading again afterwards. The path shows first steps
away from the readings and is not an equilibrium. Cost: the values, and one comparison of actions per period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, IntArray
from negotiation.base.status import Status
from negotiation.errors import InvalidStrategy, UnknownMethod
from negotiation.game_theory.solutions.private_readings import PrivateReadings
from negotiation.game_theory.solvers.readings.values import (
    ReadingValues,
    departure_gains,
    posterior,
    reading_values,
)

Play: TypeAlias = Literal["naive", "bayesian", "belief_free"]
PLAYS: tuple[str, ...] = get_args(Play)


@dataclass(frozen=True)
class PathStep:
    """One period of the path."""

    period: int
    # The public state at the beginning of the period.
    state: str
    actions: tuple[str, ...]
    # Whether each side follows its reading.
    follows: tuple[bool, ...]
    signal: str
    # Probability that each side assigns, before the period, to the other side sharing its reading.
    beliefs: tuple[float, ...]


@dataclass(frozen=True)
class ReadingPath(Tabular):
    """The path of play under two given readings."""

    # players, held: The sides and the readings that they hold.
    players: tuple[str, ...]
    held: tuple[str, ...]
    play: str
    steps: tuple[PathStep, ...]
    status: Status = "complete"

    def table(self) -> Table:
        """Return a table with one row for each period."""
        columns = (
            "period", "public state", *(f"{p} plays" for p in self.players), "signal",
            *(f"{p} believes shared" for p in self.players),
        )  # fmt: skip
        rows = tuple((s.period, s.state, *s.actions, s.signal, *s.beliefs) for s in self.steps)
        return Table(f"path, {self.play}", columns, rows)


def reading_path(
    readings: PrivateReadings,
    held: Sequence[str],
    *,
    play: Play = "naive",
    periods: int = 12,
    seen: IntArray | None = None,
) -> ReadingPath:
    """Return the path that two readings produce if the most likely signal, or a given one, always occurs.

    `held` names the reading of each side. `seen` gives the position of the signal that occurs after each
    action profile.

    Shapes: `seen` (n_1, n_2).
    """
    UnknownMethod.unless_in(play, PLAYS)
    readings.pair(*held)
    names = readings.names
    if play == "naive" and not (held[0] in names[1] and held[1] in names[0]):
        raise InvalidStrategy(
            "with play='naive' each side believes that the other shares its reading, so each reading must be "
            f"one that the other side has too; got held={tuple(held)}, and the sides have {names}"
        )
    values = reading_values(readings)
    tables = values.tables
    gains = [departure_gains(values, i) for i in (0, 1)]
    own = [names[i].index(held[i]) for i in (0, 1)]
    beliefs = [_first_belief(readings, i, held[i], play) for i in (0, 1)]
    comes = tables.chances.argmax(axis=-1) if seen is None else seen
    state, steps = 0, []
    for period in range(periods):
        chosen = [_choice(values, i, state, own[i], gains[i], beliefs[i], play) for i in (0, 1)]
        signal = int(comes[chosen[0], chosen[1]])
        steps.append(
            PathStep(
                period,
                tables.label(state),
                tuple(values.action_labels[i][chosen[i]] for i in (0, 1)),
                tuple(chosen[i] == int(tables.actions[i][state, own[i]]) for i in (0, 1)),
                readings.signal.signals[signal],
                tuple(_shared(names[1 - i], held[i], beliefs[i]) for i in (0, 1)),
            )
        )
        if play != "naive":
            for i in (0, 1):
                theirs = tables.actions[1 - i][state]
                chances = np.moveaxis(tables.chances, i, 0)[chosen[i], theirs]
                beliefs[i] = posterior(chances, beliefs[i])[signal]
        state = int(tables.following[state, signal])
    return ReadingPath(values.players, tuple(held), play, tuple(steps))


def _shared(others: Sequence[str], held: str, belief: FloatArray) -> float:
    """Return the probability that a side assigns to the other side sharing its reading."""
    return float(belief[list(others).index(held)]) if held in others else 0.0


def _first_belief(readings: PrivateReadings, player: int, held: str, play: Play) -> FloatArray:
    """Return a side's belief about the other side's reading before play, shape (K_j,)."""
    others = readings.names[1 - player]
    if play == "naive":
        return np.array([float(name == held) for name in others])
    return np.array([float(readings.priors[1 - player][name]) for name in others])


def _choice(
    values: ReadingValues,
    player: int,
    state: int,
    own: int,
    gains: FloatArray,
    belief: FloatArray,
    play: Play,
) -> int:
    """Return the position of the action that a side takes."""
    prescribed = int(values.tables.actions[player][state, own])
    if play == "naive":
        return prescribed
    worth = gains[state, own] @ belief if play == "bayesian" else gains[state, own].min(axis=1)
    tolerance = values.tables.tolerances[player]
    tempted = worth.max() > tolerance if play == "bayesian" else (gains[state, own] > tolerance).any()
    best = int(worth.argmax())
    return best if tempted and worth[best] > worth[prescribed] + tolerance else prescribed
