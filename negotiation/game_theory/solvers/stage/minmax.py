"""Minmax payoffs: the least payoff to which the others can hold a player who replies best.

Pure minmax: the others choose a pure profile, v_i = min over a_-i of max over a_i of u_i(a_i, a_-i). It is
the least payoff in pure-strategy equilibria of a repeated game (Abreu, Pearce and Stacchetti 1990). Mixed
minmax of a two-player game is the value of a zero-sum game, by linear programming (von Neumann 1928; HiGHS).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.labelled import Mixture, Table, Tabular
from negotiation.base.numeric import FloatArray, payoff_scale, read_only
from negotiation.base.reading.numbers import expect_flag
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, UnknownPlayer
from negotiation.game_theory.games import Profile, StageGame
from negotiation.game_theory.games.capabilities import Takes


@dataclass(frozen=True, eq=False)
class Minmax(Tabular):
    """The minmax payoff of each player.

    Parameters
    ----------
    values : array, shape (N,)
        The minmax payoff of each player.
    players : tuple of str
        Labels of the players.
    mixed : bool
        Whether the punishing player may mix.
    actions : tuple of tuples of str
        Labels of each player's actions.
    profiles : tuple of profiles, or None
        For pure minmax, one profile for each player: the others' punishment of the player and the player's
        best reply to it. Otherwise `None`.
    punishments : tuple of two arrays, shapes (n_2,) and (n_1,), or None
        For mixed minmax, the opponent's mixed action against each player; otherwise `None`.
    status : {"complete"}
        Always complete.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> print(ng.minmax(stage))
    pure minmax
    player  payoff  held down by
    0            3  D, D
    1            3  D, D
    """

    values: FloatArray
    players: tuple[str, ...]
    mixed: bool
    actions: tuple[tuple[str, ...], ...]
    profiles: tuple[Profile, ...] | None = None
    punishments: tuple[FloatArray, ...] | None = None
    status: Status = "complete"

    def __getitem__(self, player: str) -> float:
        UnknownPlayer.unless_in(player, self.players)
        return float(self.values[self.players.index(player)])

    def table(self) -> Table:
        """Return a table with one row for each player: the payoff, and how the others hold it down."""
        how: list[str] = [", ".join(profile) for profile in self.profiles or ()] or [
            Mixture(dict(zip(labels, mix.tolist(), strict=True)))
            for labels, mix in zip(self.actions[::-1], self.punishments or (), strict=True)
        ]
        rows = tuple(zip(self.players, self.values.tolist(), how, strict=True))
        return Table(
            f"{'mixed' if self.mixed else 'pure'} minmax", ("player", "payoff", "held down by"), rows
        )


@Takes("a minmax payoff", (StageGame,))
def minmax(stage: StageGame, *, mixed: bool = False) -> Minmax:
    """Return the minmax payoff of every player.

    Parameters
    ----------
    stage : StageGame
        A game with any number of players.
    mixed : bool, optional
        Whether the punishing player may mix, for two players only; False by default.

    Returns
    -------
    Minmax
        The minmax payoffs, and the profiles or mixed actions that attain them.

    Raises
    ------
    InvalidGame
        If `stage` is not a StageGame, `mixed` is not a bool, or it is True and the game does not have two
        players. Independent mixing of several punishing players is not a linear program.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> minmax(stage).values.tolist(), minmax(stage, mixed=True).values.tolist()
    ([1.0, 1.0], [0.0, 0.0])
    """
    expect_flag("mixed", mixed)
    return _mixed(stage) if mixed else _pure(stage)


def _pure(stage: StageGame) -> Minmax:
    values = np.empty(stage.n_players)
    profiles: list[Profile] = []
    for i in range(stage.n_players):
        own = stage.payoffs[..., i]
        best = own.max(axis=i, keepdims=True)
        index = [int(a) for a in np.unravel_index(best.argmin(), best.shape)]
        index[i] = int(own.argmax(axis=i, keepdims=True)[tuple(index)])
        values[i] = best.min()
        profiles.append(stage.labels(index))
    read_only(values)
    return Minmax(values, stage.players, False, stage.actions, profiles=tuple(profiles))


def _mixed(stage: StageGame) -> Minmax:
    if stage.n_players != 2:
        raise InvalidGame(f"mixed=True is for two players; the game has {stage.n_players}. Use mixed=False")
    solutions = [zero_sum_minmax(stage.payoffs[..., 0]), zero_sum_minmax(stage.payoffs[..., 1].T)]
    values = np.array([value for value, _ in solutions])
    read_only(values)
    return Minmax(values, stage.players, True, stage.actions, punishments=tuple(mix for _, mix in solutions))


def zero_sum_minmax(matrix: FloatArray) -> tuple[float, FloatArray]:
    """Return the least payoff to which mixed columns can hold the row player, and the mixture that does so.

    Shapes: `matrix` (n, m), payoffs of the row player; the mixture has shape (m,).

    Examples
    --------
    >>> value, mix = zero_sum_minmax(np.array([[3.0, 0.0], [0.0, 1.0]]))
    >>> round(value, 12), mix.round(12).tolist()
    (0.75, [0.25, 0.75])
    """
    from scipy.optimize import linprog

    rows, columns = matrix.shape
    low, scale = float(matrix.min()), payoff_scale(matrix)
    scaled = (matrix - low) / scale
    solution = linprog(
        np.r_[np.zeros(columns), 1.0],
        A_ub=np.column_stack([scaled, -np.ones(rows)]),
        b_ub=np.zeros(rows),
        A_eq=np.r_[np.ones(columns), 0.0][None, :],
        b_eq=[1.0],
        bounds=[(0.0, 1.0)] * columns + [(None, None)],
        method="highs",
    )
    mix = np.clip(np.asarray(solution.x, dtype=np.float64)[:columns], 0.0, None)
    mix /= mix.sum()
    read_only(mix)
    return low + scale * float((scaled @ mix).max()), mix
