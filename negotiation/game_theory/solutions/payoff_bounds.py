"""Bounds of a set of equilibrium payoffs of two or three players: half-spaces outside, points inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, IntArray
from negotiation.base.status import Status
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solutions.bounded_set import payoff_vector
from negotiation.game_theory.solutions.numerics import NUMERICS


@dataclass(frozen=True, eq=False)
class PayoffBounds(Tabular, Drawable):
    """Outer and inner bounds of a set of equilibrium payoffs.

    The outer bound is an intersection of half-spaces; the inner bound is the convex hull of equilibrium
    payoffs.

    Parameters
    ----------
    game : RepeatedGame
        The game.
    directions : array, shape (L, N)
        Outward unit normals of the half-spaces.
    levels : array, shape (L,)
        All equilibrium payoffs v satisfy `directions @ v <= levels`; minus infinity if there is no
        equilibrium.
    inner : array, shape (m, N)
        Equilibrium payoffs whose convex hull generates itself, so that it too consists of equilibrium
        payoffs. Shape (0, N) if none is found.
    profiles : array of int, shape (m,)
        Row-major position of the action profile that generates each inner point.
    weights : array, shape (m, m)
        `weights[k]` is the lottery over inner points that gives the continuation payoff of point k; rows sum
        to 1.
    gap : float
        Largest distance, over all directions, between the outer level and the inner points. Each player's
        payoffs are divided by their range, so the gap has no unit.
    iterations : int
        Number of passes over the directions.
    residual : float
        Last change of the outer bound, relative to `size`.
    size : float
        The largest range of a player's payoffs.
    status : {"complete", "partial"}
        `complete` if the outer bound has converged, and a strategy certifies the inner bound or the bounds
        meet.
    reason : str
        What was proven, or why the answer is partial.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> found = ng.bounded_payoffs(ng.RepeatedGame(stage, 0.75))
    >>> found.inner.max(axis=0).round(4).tolist(), found.status
    ([9.75, 9.75], 'complete')
    """

    _figure = "payoff_points:payoff_bounds_figure"

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
        """Continuation payoffs of each inner point, shape (m, N)."""
        result: FloatArray = self.weights @ self.inner
        return result

    @property
    def is_empty(self) -> bool:
        """Whether there is no equilibrium in pure strategies."""
        return bool(np.isneginf(self.levels).any())

    def contains(self, payoff: Sequence[float] | npt.ArrayLike) -> bool | None:
        """Return whether a payoff vector is an equilibrium payoff.

        Payoffs within 1e-7 of a bound, relative to each player's range, or within the resolution of doubles
        count as on the bound.

        Parameters
        ----------
        payoff : sequence of numbers, one for each player
            Average discounted payoffs.

        Returns
        -------
        bool or None
            True inside the inner bound, False outside the outer bound, and `None` between them.

        Raises
        ------
        InvalidGame
            If the payoff is not one finite number for each player.

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> found = ng.bounded_payoffs(ng.RepeatedGame(stage, 0.75))
        >>> found.contains((9, 9)), found.contains((10, 10))
        (True, False)
        """
        point = payoff_vector(payoff, self.directions.shape[1])
        flat = self.game.stage.payoffs.reshape(-1, len(point))
        ranges = np.where(np.ptp(flat, axis=0) > 0.0, np.ptp(flat, axis=0), 1.0)
        resolution = 4.0 * np.spacing(np.abs(flat).max(axis=0))
        near = np.maximum(NUMERICS.on_bound * ranges, resolution)
        # A half-space is moved by as much as the ellipsoid with these half-axes reaches beyond its centre.
        room = np.linalg.norm(self.directions * near, axis=1)
        if self.is_empty or (self.directions @ point > self.levels + room).any():
            return False
        return True if _in_hull(point / near, self.inner / near, 1.0) else None

    def table(self) -> Table:
        """Return a table with one row for each direction: the normal, the outer level and the inner level."""
        inner = (self.directions @ self.inner.T).max(axis=1, initial=-np.inf)
        rows = tuple(
            (*(float(x) for x in normal), float(level), float(reached))
            for normal, level, reached in zip(self.directions, self.levels, inner, strict=True)
        )
        title = f"bounds of equilibrium payoffs: {self.status}, gap {self.gap:.2g} ({self.reason})"
        return Table(title, (*self.game.stage.players, "outer level", "inner level"), rows)

    def _numbers(self) -> Table:
        shown = self.table()
        directions = (f"direction {player}" for player in self.game.stage.players)
        return Table("", (*directions, *shown.columns[-2:]), shown.rows)


def _in_hull(point: FloatArray, points: FloatArray, room: float) -> bool:
    """Return whether a point is within `room` of the convex hull of `points`, by Wolfe's algorithm (1976)."""
    if not len(points):
        return False
    scale = float(np.ptp(points)) or 1.0
    from_point, room = (points - point) / scale, room / scale
    face = [int(np.argmin((from_point**2).sum(axis=1)))]
    weights = np.ones(1)
    for _ in range(NUMERICS.steps * len(points)):
        # x is the point of least norm in the hull of a face. The whole hull lies beyond the plane through
        # its lowest point in the direction of x, so that |x| and that plane bound the distance on both sides.
        x = weights @ from_point[face]
        norm = float(np.linalg.norm(x))
        heights = from_point @ x
        lowest = int(np.argmin(heights))
        if norm <= room or heights[lowest] > room * norm or lowest in face:
            return norm <= room
        face, weights = [*face, lowest], np.append(weights, 0.0)
        while True:
            # The point of least norm in the affine hull; where it leaves the face, as far as that goes.
            ones = np.ones(len(face))
            gram = from_point[face] @ from_point[face].T
            system = np.block([[gram, ones[:, None]], [ones, np.zeros(1)]])
            least = np.linalg.lstsq(system, np.append(0.0 * ones, 1.0))[0][:-1]
            if (least > 0.0).all():
                weights = least
                break
            out = least <= 0.0
            share = float((weights[out] / np.maximum(weights[out] - least[out], NUMERICS.no_weight)).min())
            weights = weights + share * (least - weights)
            kept = weights > NUMERICS.no_weight
            face, weights = [k for k, keep in zip(face, kept, strict=True) if keep], weights[kept]
    return norm <= room
