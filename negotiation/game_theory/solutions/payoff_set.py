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
    """The equilibrium payoffs of two players, between an inner and an outer bound.

    The outer bound contains every equilibrium payoff, and every payoff in the inner bound is an equilibrium
    payoff. Under perfect monitoring `contains` also accepts two kinds of payoffs outside the inner bound:
    payoffs that an action profile generates with a continuation in the inner bound, and payoffs of a profile
    that can be played for ever under the threat of the inner bound's worst payoffs, such as a pure stage
    equilibrium.

    Parameters
    ----------
    game : RepeatedGame
        The game.
    outer : array, shape (k, 2)
        Vertices of the outer bound, counter-clockwise. A point has k = 1, a segment k = 2, and the empty set
        k = 0.
    inner : array, shape (m, 2)
        Vertices of the inner bound, counter-clockwise.
    threats : array, shape (2,)
        Lower bounds of the players' worst equilibrium payoffs, from the outer bound.
    profiles : array of int, shape (m,)
        Row-major position of the action profile that generates each inner vertex.
    continuations : array, shape (m, 2), or (m, Y, 2) under a public signal of Y values
        Continuation payoffs after that profile; with a public signal, after each signal.
    status : {"complete", "partial"}
        `complete` if the inner bound is certified and the outer bound meets it: the `gap` is at most 1e-6,
        or 0.01 under a public signal.
    method, reason : str
        The method, and what is not proven.
    iterations : int
        Number of times that the operator was applied.
    residual : float
        Last change of the outer bound, relative to `size`.
    size : float
        The larger of the two players' ranges of stage payoffs.
    gap : float
        Largest distance of a point of the outer bound from the inner bound; infinite if only the inner bound
        is empty. Each player's payoffs are divided by their range, so the gap has no unit.
    exact : bool
        Whether the inner bound was certified in rational numbers and equals the outer bound; False by
        default. If a payoff or the discount factor is a float, the certificate may allow constraints to fall
        short by 1e-12 of the player's range.

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
        """Return whether a profile generates the point with a continuation in the inner bound, or at it."""
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
        """Return whether repeating a profile is incentive compatible in rational numbers; True for floats."""
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
        """Return a table with one row for each vertex of either bound."""
        title = f"equilibrium payoffs by {self.method}: {self.status}, gap {self.gap:.2g} ({self.reason})"
        return Table(title, ("bound", *self.game.stage.players), tuple(self._rows()))
