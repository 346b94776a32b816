"""Sets of equilibrium payoffs with transfers: triangles, and the profiles behind their three sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from negotiation.labelled import Table
from negotiation.numeric import FloatArray
from negotiation.solutions.payoff_set import OUTSIDE, PayoffSet, payoff_pair
from negotiation.solutions.plane import distance_to_polygon
from negotiation.solutions.state_payoff_set import StatePayoffSet

Plan = tuple[int, int, int]
"""Row-major positions of the profiles that give the joint payoff and that hold down player 1 and player 2."""


@dataclass(frozen=True, eq=False)
class StateTransferSet(StatePayoffSet):
    """The equilibrium payoffs with transfers from one state of a stochastic game on.

    The triangle of all payoffs of at least `threats` with a sum of at most `joint`. Further parameters are
    those of `StatePayoffSet`; the outer and the inner bound are the same.

    Parameters
    ----------
    joint : float
        The highest sum of payoffs; minus infinity where there is no equilibrium.
    plan : tuple of int, or None
        Positions of the action profiles that attain the joint payoff, and that hold down either player.
    """

    joint: float = -np.inf
    plan: Plan | None = None

    def table(self) -> Table:
        """Return the three numbers that give the set, and the profiles behind them."""
        title = f"equilibrium payoffs with transfers in state {self.state!r}: {self.status} ({self.reason})"
        return _table(title, self.joint, self.threats, self._labels(), self.game.players)

    def _labels(self) -> Sequence[str]:
        stage = self.game.stage(self.state)
        if self.plan is None:
            return ("", "", "")
        return tuple(
            ", ".join(stage.labels([int(k) for k in np.unravel_index(p, stage.n_actions)])) for p in self.plan
        )


@dataclass(frozen=True, eq=False)
class TransferPayoffSet(PayoffSet):
    """The equilibrium payoffs of a repeated game with transfers: see `StateTransferSet`.

    Parameters
    ----------
    joint : float
        The highest sum of payoffs; minus infinity where there is no equilibrium.
    plan : tuple of int, or None
        Positions of the action profiles that attain the joint payoff, and that hold down either player.
    """

    joint: float = -np.inf
    plan: Plan | None = None

    def contains(self, payoff: Sequence[float] | npt.ArrayLike) -> bool | None:
        """Return whether a payoff pair is an equilibrium payoff, up to `OUTSIDE` of the size.

        Raises
        ------
        InvalidGame
            If the payoff is not a pair of finite numbers.

        Examples
        --------
        >>> from negotiation.games import RepeatedGame, StageGame
        >>> from negotiation.solvers.payoff_sets.stochastic.transfers import repeated_payoffs_with_transfers
        >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
        >>> found = repeated_payoffs_with_transfers(RepeatedGame(stage, 0.5))
        >>> found.contains((14, 4)), found.contains((15, 4)), found.contains((3, 3))
        (True, False, True)
        """
        point = payoff_pair(payoff)
        resolution = 4.0 * float(np.spacing(np.abs(self.game.stage.payoffs).max()))
        near = max(OUTSIDE * self.size, resolution)
        return not self.is_empty and distance_to_polygon(point, self.outer) <= near

    def table(self) -> Table:
        """Return the three numbers that give the set, and the profiles behind them."""
        stage = self.game.stage
        labels: Sequence[str] = ("", "", "")
        if self.plan is not None:
            labels = tuple(
                ", ".join(stage.labels([int(k) for k in np.unravel_index(p, stage.n_actions)]))
                for p in self.plan
            )
        title = f"equilibrium payoffs with transfers: {self.status} ({self.reason})"
        return _table(title, self.joint, self.threats, labels, stage.players)


def _table(
    title: str, joint: float, threats: FloatArray, labels: Sequence[str], players: Sequence[str]
) -> Table:
    names = ("highest joint payoff", *(f"lowest payoff of {player}" for player in players))
    values = (joint, *threats.tolist())
    return Table(title, ("bound", "payoff", "profile"), tuple(zip(names, values, labels, strict=True)))


def triangle(joint: float, low: FloatArray, near: float) -> FloatArray:
    """Return the vertices of the payoffs of at least `low` with a sum of at most `joint`.

    Parameters
    ----------
    joint : float
    low : array, shape (2,)
    near : float
        A room of less than this leaves the one point `low`.

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
