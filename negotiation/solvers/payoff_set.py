"""The set of equilibrium payoffs of a repeated game, between an inner and an outer bound.

The outer bound contains every equilibrium payoff, the inner bound only equilibrium payoffs. A point, a
segment and the empty set are sets like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from negotiation.errors import InvalidGame
from negotiation.games import RepeatedGame
from negotiation.labelled import Table, Tabular
from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.plane import distance_to_polygon
from negotiation.solvers.verdict import Status

ON_BOUNDARY = 1e-9
"""Points this close to a bound, relative to the size of the feasible set, count as on it."""


@dataclass(frozen=True, eq=False)
class PayoffSet(Tabular):
    """Bounds of a set of equilibrium payoffs of two players.

    Parameters
    ----------
    game : RepeatedGame
        The game.
    outer : array, shape (k, 2)
        Vertices of the outer bound, counter-clockwise; k = 1 is a point, 2 a segment, 0 the empty set.
    inner : array, shape (m, 2)
        Vertices of the inner bound, in the same order.
    threats : array, shape (2,)
        Lower bounds of the players' worst equilibrium payoffs, those of the outer bound.
    profiles : array of int, shape (m,)
        For each inner vertex the action profile (row-major position) that generates it.
    continuations : array, shape (m, 2)
        The continuation payoffs that go with it.
    status : {"complete", "partial", "failed"}
        `complete` where the outer bound has settled and the inner one is certified.
    method, reason : str
        How the bounds were found; what is not proven.
    iterations : int
        Applications of the operator.
    residual : float
        Last change of the outer bound, relative to the size of the feasible set.
    size : float
        Diameter of the feasible set along the axes; tolerances are relative to it.
    gap : float
        Largest distance of a point of the outer bound from the inner one; infinite if only that is empty.
    exact : bool
        Whether the inner bound was certified in rational numbers and equals the outer one.
    """

    game: RepeatedGame
    outer: FloatArray
    inner: FloatArray
    threats: FloatArray
    profiles: IntArray
    continuations: FloatArray
    status: Status
    method: str
    reason: str
    iterations: int
    residual: float
    size: float
    gap: float
    exact: bool = False

    @property
    def vertices(self) -> FloatArray:
        """The vertices of the outer bound, shape (k, 2), counter-clockwise."""
        return self.outer

    @property
    def is_empty(self) -> bool:
        """Whether there is no equilibrium in pure strategies: the outer bound is empty."""
        return len(self.outer) == 0

    def contains(self, payoff: Sequence[float] | npt.ArrayLike) -> bool | None:
        """Return whether a payoff pair is an equilibrium payoff: True, False, or None between the bounds.

        Points within `ON_BOUNDARY` of the inner bound count as in it: the inner bound is drawn in by
        that order so that its certificate holds with room.

        Raises
        ------
        InvalidGame
            If the payoff is not a pair of finite numbers.
        """
        point = np.asarray(payoff, dtype=np.float64)
        if point.shape != (2,) or not np.isfinite(point).all():
            raise InvalidGame(f"a payoff is a pair of finite numbers; got {payoff!r}")
        if self.is_empty or distance_to_polygon(point, self.outer) > ON_BOUNDARY * self.size:
            return False
        room = max(ON_BOUNDARY * self.size, min(2.0 * self.gap, 1e-7 * self.size))
        if len(self.inner) and distance_to_polygon(point, self.inner) <= room:
            return True
        return None

    def table(self) -> Table:
        """Return one row for each vertex of either bound."""
        rows = tuple(
            (name, float(x), float(y))
            for name, bound in (("outer", self.outer), ("inner", self.inner))
            for x, y in bound
        )
        players = self.game.stage.players
        title = f"equilibrium payoffs by {self.method}: {self.status}, gap {self.gap:.2g} ({self.reason})"
        return Table(title, ("bound", *players), rows)
