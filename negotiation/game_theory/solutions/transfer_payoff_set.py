"""Sets of equilibrium payoffs with transfers: triangles, and the profiles that attain their sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.labelled import Table
from negotiation.base.numeric import FloatArray
from negotiation.game_theory.solutions.bounded_set import Triangle
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSet

# Row-major positions of the profiles that give the joint payoff and that hold down player 1 and player 2.
Plan = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class StateTransferSet(Triangle, StatePayoffSet):
    """The equilibrium payoffs with transfers of a stochastic game that starts in a given state.

    The set is the triangle of all payoffs of at least `threats` with a sum of at most `joint`. Further
    parameters are as in `StatePayoffSet`. The outer and the inner bound are the same, but the inner bound is
    empty if the search was stopped early.
    """

    # The highest sum of payoffs; minus infinity where there is no equilibrium.
    joint: float = -np.inf
    # Positions of the action profiles that attain the joint payoff, and that hold down either player.
    plan: Plan | None = None

    def table(self) -> Table:
        """Return the three numbers that define the set, and the profiles that attain them."""
        title = f"equilibrium payoffs with transfers in state {self.state!r}: {self.status} ({self.reason})"
        return self._three_rows(title, self.game.stage(self.state))


@dataclass(frozen=True, eq=False)
class TransferPayoffSet(Triangle, PayoffSet):
    """The equilibrium payoffs of two players in a repeated game with transfers.

    The set is the triangle of all payoffs of at least `threats` with a sum of at most `joint`, which is both
    the outer and the inner bound. Under a public signal `profiles` are the profiles of the plan, and
    `continuations`, shape (3, Y, 2), are their continuation payoffs after each signal. Further parameters are
    as in `PayoffSet`.
    """

    # The highest sum of payoffs; minus infinity where there is no equilibrium.
    joint: float = -np.inf
    # Positions of the action profiles that attain the joint payoff, and that hold down either player.
    plan: Plan | None = None

    def _is_proven(self, _point: FloatArray, _near: FloatArray, /) -> bool:
        return True  # the bounds are the same, and what is not outside is in

    def table(self) -> Table:
        """Return the three numbers that define the set, and the profiles that attain them."""
        title = f"equilibrium payoffs with transfers: {self.status} ({self.reason})"
        return self._three_rows(title, self.game.stage)


def triangle(joint: float, low: FloatArray, near: float) -> FloatArray:
    """Return the vertices of the payoffs of at least `low` with a sum of at most `joint`.

    There is one vertex if the sum of `low` exceeds `joint` or is at most `near` below it, and none if a
    number is infinite. Shapes: `low` (2,), returns (3, 2), (1, 2) or (0, 2).

    Examples
    --------
    >>> triangle(5.0, np.array([1.0, 2.0]), 1e-9).tolist()
    [[1.0, 2.0], [3.0, 2.0], [1.0, 4.0]]
    """
    room = joint - float(low.sum())
    if not np.isfinite(room):
        return np.empty((0, 2))
    if room <= near:
        return low[None, :].copy()
    return np.array([low, [low[0] + room, low[1]], [low[0], low[1] + room]])
