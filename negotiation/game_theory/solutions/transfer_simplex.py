"""Sets of equilibrium payoffs with transfers, for any number of players: simplices."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, IntArray
from negotiation.base.status import Status
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solutions.bounded_set import payoff_vector
from negotiation.game_theory.solutions.numerics import NUMERICS


class Simplex(Tabular, Drawable):
    """A set of all payoffs of at least `threats`, shape (N,), with a sum of at most `joint`.

    A subclass has these numbers and `profiles`, shape (1 + N,), the positions of the action profiles that
    attain the joint payoff and punish each player; shape (0,) if there is no equilibrium.
    """

    _figure = "payoff_points:transfer_simplex_figure"

    joint: float
    threats: FloatArray
    profiles: IntArray

    @property
    def is_empty(self) -> bool:
        """Whether there is no equilibrium in pure strategies."""
        return len(self.profiles) == 0

    @property
    def vertices(self) -> FloatArray:
        """Vertices of the set, shape (1 + N, N), or (0, N) if it is empty.

        The first vertex is the threats. Each of the others gives all surplus to one player, in order.
        """
        count = len(self.threats)
        if self.is_empty:
            return np.empty((0, count))
        left = max(self.joint - float(self.threats.sum()), 0.0)
        corners: FloatArray = self.threats + left * np.vstack([np.zeros(count), np.eye(count)])
        return corners

    def contains(self, payoff: Sequence[float] | npt.ArrayLike) -> bool:
        """Return whether a payoff vector is an equilibrium payoff.

        Payoffs within 1e-7 of the set, relative to each player's range, or within the resolution of doubles
        count as in the set.

        Parameters
        ----------
        payoff : sequence of numbers, one for each player
            Average discounted payoffs, before payments.

        Returns
        -------
        bool
            Whether the vector is in the set.

        Raises
        ------
        InvalidGame
            If the payoff is not one finite number for each player.
        """
        point = payoff_vector(payoff, len(self.threats))
        if self.is_empty:
            return False
        flat = np.concatenate([stage.payoffs.reshape(-1, len(point)) for stage in self._stages()])
        ranges = np.where(np.ptp(flat, axis=0) > 0.0, np.ptp(flat, axis=0), 1.0)
        near = np.maximum(NUMERICS.on_bound * ranges, 4.0 * np.spacing(np.abs(flat).max(axis=0)))
        short = (point < self.threats - near).any() or float(point.sum()) > self.joint + float(near.sum())
        return not short

    @abstractmethod
    def _stages(self) -> Sequence[StageGame]:
        """Return the stage games of the set."""

    def _three_columns(self, title: str, stage: StageGame) -> Table:
        """Return the numbers that define the set, and the profiles of a stage game that attain them."""
        names = ("highest joint payoff", *(f"lowest payoff of {player}" for player in stage.players))
        labels = [""] * len(names)
        for k, position in enumerate(self.profiles.tolist()):
            labels[k] = ", ".join(stage.labels([int(j) for j in np.unravel_index(position, stage.n_actions)]))
        values = (self.joint, *self.threats.tolist())
        return Table(title, ("bound", "payoff", "profile"), tuple(zip(names, values, labels, strict=True)))


@dataclass(frozen=True, eq=False)
class TransferSimplex(Simplex):
    """The equilibrium payoffs of a repeated game with transfers.

    A payoff vector is in the set if each player gets at least `threats` and the sum is at most `joint`.

    Parameters
    ----------
    game : RepeatedGame
        The game.
    joint : float
        The highest sum of payoffs; minus infinity if there is no equilibrium.
    threats : array, shape (N,)
        Worst equilibrium payoff of each player; infinite if there is no equilibrium.
    profiles : array of int, shape (1 + N,)
        Row-major positions of the action profile that attains the joint payoff, and of the profiles that
        punish each player. Shape (0,) if there is no equilibrium.
    continuations : array, shape (1 + N, Y, N)
        Continuation payoffs after each of these profiles and each public signal. Under perfect monitoring the
        signals are the action profiles, in row-major order. Shape (0, Y, N) if there is no equilibrium.
    status : {"complete", "partial"}
        `complete` if the largest solution is reached and certified.
    method, reason : str
        The method, and what is not proven.
    iterations : int
        Number of steps.
    size : float
        The largest range of a player's payoffs.

    Examples
    --------
    >>> import negotiation as ng
    >>> pay = [[2 * sum(a) - 3 * a[i] for i in range(3)] for a in np.ndindex(2, 2, 2)]
    >>> stage = ng.StageGame(np.array(pay).reshape(2, 2, 2, 3))
    >>> found = ng.equilibrium_payoffs(ng.RepeatedGame(stage, 0.5), transfers=True)
    >>> found.contains((3, 3, 3)), found.contains((9, 0, 0)), found.contains((9, 1, 0))
    (True, True, False)
    """

    game: RepeatedGame
    joint: float
    threats: FloatArray
    profiles: IntArray
    continuations: FloatArray
    status: Status
    method: str
    reason: str
    iterations: int
    size: float

    def table(self) -> Table:
        """Return the numbers that define the set, and the profiles that attain them."""
        title = f"equilibrium payoffs with transfers: {self.status} ({self.reason})"
        return self._three_columns(title, self.game.stage)

    def _stages(self) -> tuple[StageGame, ...]:
        return (self.game.stage,)
