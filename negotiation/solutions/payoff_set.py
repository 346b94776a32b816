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
from negotiation.games import RepeatedGame, unilateral_payoffs
from negotiation.labelled import Table, Tabular
from negotiation.numeric import FloatArray, IntArray, as_fraction, is_exact
from negotiation.solutions.plane import distance_to_polygon
from negotiation.status import Status

OUTSIDE = 1e-10
"""Points farther than this beyond the outer bound, relative to the size of the feasible set, are outside."""

ROUNDING = 1e-12
"""Points this close, relative to the size of the feasible set, are the same point, rounded."""

SMALL = 10_000_000
"""Largest denominator of the fractions that a bound's coordinates are taken for in a game of rationals."""


def payoff_pair(payoff: Sequence[float] | npt.ArrayLike) -> FloatArray:
    """Return a payoff pair as an array, shape (2,).

    Raises
    ------
    InvalidGame
        If it is not a pair of finite numbers.

    Examples
    --------
    >>> payoff_pair((1, 2)).tolist()
    [1.0, 2.0]
    """
    try:
        point = np.asarray(payoff, dtype=np.float64)
    except (TypeError, ValueError):
        point = np.empty(0)
    if point.shape != (2,) or not np.isfinite(point).all():
        raise InvalidGame(f"a payoff is a pair of finite numbers; got {payoff!r}")
    return point


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
    continuations : array, shape (m, 2), or (m, Y, 2) under a public signal of Y values
        The continuation payoffs that go with it, then one for each signal.
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

        True only where that is proven, up to `ROUNDING`: the point lies in the inner bound, or some action
        profile generates it with a continuation in the inner bound, or it is the payoff of a profile that
        supports itself, being played for ever under the threat of the inner bound's worst payoffs (a pure
        stage equilibrium always is); under a public signal, the first of these. False where the point is
        beyond the outer bound by more than `OUTSIDE`.
        Neither is finer than what a double resolves at the payoffs' magnitude.

        Raises
        ------
        InvalidGame
            If the payoff is not a pair of finite numbers.

        Examples
        --------
        >>> from negotiation.games import StageGame
        >>> from negotiation.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
        >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
        >>> found = equilibrium_payoffs(RepeatedGame(stage, 0.75))
        >>> found.contains((9, 9)), found.contains((3, 3)), found.contains((9, 9.000001))
        (True, True, False)
        """
        point = payoff_pair(payoff)
        resolution = 4.0 * float(np.spacing(np.abs(self.game.stage.payoffs).max()))
        outside = max(OUTSIDE * self.size, resolution)
        if self.is_empty or distance_to_polygon(point, self.outer) > outside:
            return False
        near = max(ROUNDING * self.size, resolution)
        if len(self.inner) and distance_to_polygon(point, self.inner) <= near:
            return True
        if self.game.monitoring is not None:
            return None
        return True if self._generates(point, near) else None

    def _generates(self, point: FloatArray, near: float) -> bool:
        """Return whether a profile yields the point with a continuation in the inner bound or at itself."""
        payoffs = self.game.stage.payoffs
        deltas = np.array([float(delta) for delta in self.game.discount_factors])
        g = payoffs.reshape(-1, 2)
        gains = np.stack([payoffs[..., i].max(axis=i, keepdims=True) - payoffs[..., i] for i in (0, 1)], -1)
        needed = (1.0 - deltas) / deltas * gains.reshape(-1, 2) - near
        lowest = np.minimum(self.inner.min(axis=0), point) if len(self.inner) else point
        itself = (np.abs(g - point) <= near).all(axis=1) & (point - lowest >= needed).all(axis=1)
        if any(self._supports_itself(int(position), lowest) for position in np.flatnonzero(itself)):
            return True
        if not len(self.inner):
            return False
        w = point + (1.0 - deltas) / deltas * (point - g)
        low, high = self.inner.min(axis=0), self.inner.max(axis=0)
        possible = ((w - low >= np.maximum(needed, -near)) & (w <= high + near)).all(axis=1)
        return any(distance_to_polygon(each, self.inner) <= near for each in w[possible])

    def _supports_itself(self, position: int, lowest: FloatArray) -> bool:
        """Return whether a profile's constraints hold in rational numbers, or the game is given in floats."""
        payoffs, deltas = self.game.stage.given_payoffs(), self.game.discount_factors
        if payoffs.dtype != object or not all(is_exact(delta) for delta in deltas):
            return True
        index = tuple(int(k) for k in np.unravel_index(position, payoffs.shape[:-1]))
        for i in (0, 1):
            own = unilateral_payoffs(payoffs, index, i)
            worst = as_fraction(lowest[i]).limit_denominator(SMALL)
            if (1 - deltas[i]) * (max(own) - own[index[i]]) > deltas[i] * (own[index[i]] - worst):
                return False
        return True

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
