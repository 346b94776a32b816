"""The set of equilibrium payoffs of a repeated game, between an inner and an outer bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.labelled import Table
from negotiation.base.numeric import FloatArray, IntArray, as_fraction, is_exact
from negotiation.base.status import Status
from negotiation.game_theory.games import RepeatedGame, StageGame, unilateral_payoffs
from negotiation.game_theory.solutions.bounded_set import BoundedSet, is_within
from negotiation.game_theory.solutions.numerics import NUMERICS


@dataclass(frozen=True, eq=False)
class PayoffSet(BoundedSet):
    """Bounds of a set of equilibrium payoffs of two players.

    Under perfect monitoring some payoffs outside the inner bound are proven, too: if an action profile
    generates the payoff with a continuation in the inner bound, or if it is the payoff of a profile that can
    be played for ever under the threat of the inner bound's worst payoffs (which holds for every pure stage
    equilibrium).

    Parameters
    ----------
    game : RepeatedGame
        The game.
    outer : array, shape (k, 2)
        Vertices of the outer bound, counter-clockwise; k = 1 is a point, 2 a segment, 0 the empty set.
    inner : array, shape (m, 2)
        Vertices of the inner bound, in the same order.
    threats : array, shape (2,)
        Lower bounds of the players' worst equilibrium payoffs, from the outer bound.
    profiles : array of int, shape (m,)
        For each inner vertex the action profile (row-major position) that generates it.
    continuations : array, shape (m, 2), or (m, Y, 2) under a public signal of Y values
        The continuation payoffs of that profile, one for each signal under a public signal.
    status : {"complete", "partial", "failed"}
        `complete` if the outer bound has converged and the inner bound is certified.
    method, reason : str
        How the bounds were found, and what is not proven.
    iterations : int
        Applications of the operator.
    residual : float
        Last change of the outer bound, relative to the size of the feasible set.
    size : float
        Diameter of the feasible set along the axes.
    gap : float
        Largest distance of a point of the outer bound from the inner one; infinite if only that is empty.
        Each player's payoffs are measured on the player's own range, so that it has no unit.
    exact : bool
        Whether the inner bound was certified in rational numbers and equals the outer one; if a payoff or
        discount factor is a float, up to 1e-12 of the size.

    Examples
    --------
    >>> from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> found = equilibrium_payoffs(RepeatedGame(stage, 0.75))
    >>> found.contains((9, 9)), found.contains((3, 3)), found.contains((9, 9.000001))
    (True, True, False)
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

    def _stages(self) -> tuple[StageGame]:
        return (self.game.stage,)

    def _is_proven(self, point: FloatArray, near: FloatArray, /) -> bool:
        return self.game.monitoring is None and self._generates(point, near)

    def _generates(self, point: FloatArray, near: FloatArray) -> bool:
        """Return whether a profile yields the point with a continuation in the inner bound or at itself."""
        payoffs = self.game.stage.payoffs
        deltas = np.array(self.game.float_discount_factors)
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
        return any(is_within(each, self.inner, near) for each in w[possible])

    def _supports_itself(self, position: int, lowest: FloatArray) -> bool:
        """Return whether a profile's constraints hold in rational numbers; true for a game in floats."""
        payoffs, deltas = self.game.stage.given_payoffs(), self.game.discount_factors
        if payoffs.dtype != object or not all(is_exact(delta) for delta in deltas):
            return True
        index = tuple(int(k) for k in np.unravel_index(position, payoffs.shape[:-1]))
        for i in (0, 1):
            own = unilateral_payoffs(payoffs, index, i)
            worst = as_fraction(lowest[i]).limit_denominator(NUMERICS.denominator)
            if (1 - deltas[i]) * (max(own) - own[index[i]]) > deltas[i] * (own[index[i]] - worst):
                return False
        return True

    def table(self) -> Table:
        """Return one row for each vertex of either bound."""
        title = f"equilibrium payoffs by {self.method}: {self.status}, gap {self.gap:.2g} ({self.reason})"
        return Table(title, ("bound", *self.game.stage.players), tuple(self._rows()))
