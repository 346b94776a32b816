"""Bounds of a set of equilibrium payoffs of two or three players: half-spaces outside, points inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from negotiation.errors import InvalidGame
from negotiation.games import RepeatedGame
from negotiation.labelled import Table, Tabular
from negotiation.numeric import FloatArray, IntArray
from negotiation.status import Status

ON_BOUND = 1e-7
"""Points this close to a bound, relative to the size of the payoffs, count as on it."""


@dataclass(frozen=True, eq=False)
class PayoffBounds(Tabular):
    """Half-spaces that contain the equilibrium payoffs, and equilibrium payoffs.

    Parameters
    ----------
    game : RepeatedGame
        The game.
    directions : array, shape (L, N)
        Outward unit normals.
    levels : array, shape (L,)
        The payoffs v have directions @ v <= levels; minus infinity where there is no equilibrium.
    inner : array, shape (m, N)
        Equilibrium payoffs; so is their convex hull, which generates itself. Shape (0, N) where none is
        found.
    profiles : array of int, shape (m,)
        For each inner point the action profile (row-major position) that generates it.
    weights : array, shape (m, m)
        The lottery over inner points by which play then goes on; rows sum to 1.
    gap : float
        Largest distance, over the directions, by which the outer level exceeds the inner points.
    status : {"complete", "partial", "failed"}
        `complete` where the outer bound has settled and a play for the inner one is certified, or the bounds
        meet without.
    """

    game: RepeatedGame
    directions: FloatArray
    levels: FloatArray
    inner: FloatArray
    profiles: IntArray
    weights: FloatArray
    gap: float
    iterations: int
    residual: float
    size: float
    status: Status
    reason: str

    @property
    def continuations(self) -> FloatArray:
        """The continuation payoffs of each inner point, shape (m, N)."""
        found: FloatArray = self.weights @ self.inner
        return found

    @property
    def is_empty(self) -> bool:
        """Whether there is no equilibrium in pure strategies."""
        return bool(np.isneginf(self.levels).any())

    def contains(self, payoff: Sequence[float] | npt.ArrayLike) -> bool | None:
        """Return whether a payoff vector is an equilibrium payoff: True, False, or None between the bounds.

        Points within `ON_BOUND` of a bound, relative to the size, count as in it.

        Raises
        ------
        InvalidGame
            If the payoff is not one finite number for each player.
        """
        point = np.asarray(payoff, dtype=np.float64)
        if point.shape != (self.directions.shape[1],) or not np.isfinite(point).all():
            raise InvalidGame(f"a payoff is one finite number for each player; got {payoff!r}")
        if self.is_empty or (self.directions @ point > self.levels + ON_BOUND * self.size).any():
            return False
        return True if _in_hull(point, self.inner, ON_BOUND * self.size) else None

    def table(self) -> Table:
        """Return one row for each direction: the normal, its outer level and the inner one."""
        inner = (self.directions @ self.inner.T).max(axis=1, initial=-np.inf)
        rows = tuple(
            (*(float(x) for x in normal), float(level), float(reached))
            for normal, level, reached in zip(self.directions, self.levels, inner, strict=True)
        )
        title = f"bounds of equilibrium payoffs: {self.status}, gap {self.gap:.2g} ({self.reason})"
        return Table(title, (*self.game.stage.players, "outer level", "inner level"), rows)


def _in_hull(point: FloatArray, points: FloatArray, room: float) -> bool:
    """Whether a point is a mixture of others, each coordinate within `room`."""
    if not len(points):
        return False
    from negotiation.linear_programs import SmallProgram

    scale = float(np.ptp(points)) or 1.0
    program = SmallProgram(np.vstack([(points - point).T / scale, np.ones(len(points))]))
    program.set_low(np.zeros(len(points)))
    edge = np.full(len(point), room / scale)
    program.set_rows(np.r_[-edge, 1.0], np.r_[edge, 1.0])
    found = program.maximum(np.zeros(len(points)))
    return found is not None and bool(np.isfinite(found[0]))
