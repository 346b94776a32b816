"""The beliefs at which a reading's prescribed action passes the one-shot test: a polytope.

For public state s and own reading k the set is {mu in the simplex : sum_j mu_j G(a, j) <= 0 for every
action a}, G the gain of departing to a against reading j. With two readings of the other side it is an
interval of the chance of the first. Cost: one comparison for each action and reading.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.status import Status
from negotiation.game_theory.solutions.private_readings import PrivateReadings
from negotiation.game_theory.solvers.readings.values import departure_gains, reading_values


@dataclass(frozen=True, eq=False)
class ObedienceSet(Tabular):
    """Where a reading is followed: half-spaces of beliefs, and for two readings their interval."""

    # player, reading, state: Whose reading, and in which public state.
    player: str
    reading: str
    state: str
    # The action that the reading prescribes there.
    prescribed: str
    # (n, K_j): gain of each action against each reading of the other side; a belief passes where `gains @
    # belief` has no positive entry.
    gains: FloatArray
    others: tuple[str, ...]
    status: Status = "complete"

    def contains(self, belief: FloatArray, tolerance: float = 0.0) -> bool:
        """Return whether the prescribed action passes at a belief."""
        return bool((self.gains @ np.asarray(belief, dtype=np.float64) <= tolerance).all())

    @property
    def interval(self) -> tuple[float, float] | None:
        """Least and greatest chance of the other side's first reading; `None` where no belief passes.

        With one reading of the other side the chance is 1. Defined for at most two readings.
        """
        if self.gains.shape[1] == 1:
            return (1.0, 1.0) if self.contains(np.ones(1)) else None
        low, high = 0.0, 1.0
        for first, second in self.gains.tolist():
            # first x + second (1 - x) <= 0
            slope = first - second
            if slope > 0:
                high = min(high, -second / slope)
            elif slope < 0:
                low = max(low, -second / slope)
            elif second > 0:
                return None
        return (low, high) if low <= high else None

    def table(self) -> Table:
        """Return one row for each action: what it gains against each reading of the other side."""
        rows = tuple((k, *(float(g) for g in row)) for k, row in enumerate(self.gains))
        columns = ("action", *(f"gain against {name!r}" for name in self.others))
        return Table(f"{self.player} as {self.reading!r} in {self.state}", columns, rows)


@dataclass(frozen=True, eq=False)
class ObedienceSets(Tabular):
    """Where each reading is followed, by public state."""

    sets: tuple[ObedienceSet, ...]
    status: Status = "complete"

    def __len__(self) -> int:
        return len(self.sets)

    def __getitem__(self, k: int) -> ObedienceSet:
        return self.sets[k]

    def table(self) -> Table:
        """Return one row for each public state, side and reading."""
        rows = []
        for found in self.sets:
            interval = found.interval if found.gains.shape[1] <= 2 else None
            low, high = interval or (None, None)
            vertices = (found.gains <= 0).all(axis=0)
            rows.append(
                (found.state, found.player, found.reading, found.prescribed, found.others[0], low, high,
                 bool(vertices.all()))
            )  # fmt: skip
        columns = (
            "public state", "side", "reading", "prescribed", "chance of", "at least", "at most",
            "at every belief",
        )  # fmt: skip
        return Table("beliefs at which the readings are followed", columns, tuple(rows))


def obedience_sets(readings: PrivateReadings) -> ObedienceSets:
    """Return the beliefs at which each reading's prescribed action passes the one-shot test."""
    values = reading_values(readings)
    tables = values.tables
    gains = [departure_gains(values, i) for i in (0, 1)]
    found = [
        ObedienceSet(
            values.players[i],
            name,
            tables.label(s),
            values.action_labels[i][int(tables.actions[i][s, k])],
            gains[i][s, k],
            values.names[1 - i],
        )
        for s in range(len(tables.states))
        for i in (0, 1)
        for k, name in enumerate(values.names[i])
    ]
    return ObedienceSets(tuple(found))
