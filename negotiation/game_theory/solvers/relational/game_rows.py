"""A stochastic game of any number of players as rows, with one row for each state and action profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.games import StochasticGame, own_units

if TYPE_CHECKING:
    from scipy.sparse import csr_array


class GameRows(NamedTuple):
    """The parts of a game that programs over states need, as arrays."""

    # (R, N): each player's from the least one.
    payoffs: FloatArray
    # (R, S): chances of the next state, without zeros.
    moves: csr_array
    # (S + 1,): the first row of each state, and the number of rows.
    firsts: IntArray
    # (R,): by player a number for each row, equal for those that differ in what the player does alone.
    groups: tuple[IntArray, ...]
    # orders, starts: By player the rows sorted by group, and where each group starts there.
    orders: tuple[IntArray, ...]
    starts: tuple[IntArray, ...]
    # (N,): each player's least payoff.
    least: FloatArray
    # Largest range of a player's payoffs, or 1 where all are constant.
    size: float
    delta: float

    def values(self, flow: FloatArray, after: FloatArray) -> FloatArray:
        """Return for each row (1 - delta) times its payoff plus delta times the expected continuation."""
        result: FloatArray = (1.0 - self.delta) * flow + self.delta * (self.moves @ after)
        return result

    def best(self, values: FloatArray, player: int) -> FloatArray:
        """Return the largest value of a row in each group of a player."""
        mix: FloatArray = np.maximum.reduceat(values[self.orders[player]], self.starts[player])
        return mix

    def drop_dead_ends(self, alive: BoolArray) -> bool:
        """Drop, in place, rows that may lead to a state without a live row, also after one departure.

        Such a state has no equilibrium, so earlier play must not risk leading there. Returns whether any row
        was dropped.
        """
        dropped = False
        while True:
            empty = ~np.logical_or.reduceat(alive, self.firsts[:-1])
            # The chance to get to an empty state: by the row itself, or by the worst departure from it.
            leads = self.moves @ empty.astype(np.float64)
            lost = leads > 0.0
            for player, groups in enumerate(self.groups):
                lost |= self.best(leads, player)[groups] > 0.0
            if not (alive & lost).any():
                return dropped
            alive &= ~lost
            dropped = True

    def highest(self, values: FloatArray) -> IntArray:
        """Return the first row with the highest value in each state."""
        counts = np.diff(self.firsts)
        # The first of equals, so that no rounding in a reduction decides which.
        most = np.repeat(np.maximum.reduceat(values, self.firsts[:-1]), counts)
        rows = np.arange(len(values))
        result: IntArray = np.minimum.reduceat(np.where(values == most, rows, len(values)), self.firsts[:-1])
        return result

    def reply(self, values: FloatArray, held: IntArray, player: int) -> IntArray:
        """Return for each given row the best row that a player can turn it into by a change of action."""
        groups, order, starts = self.groups[player][held], self.orders[player], self.starts[player]
        ends = np.append(starts, len(order))
        best_rows = [order[ends[g] : ends[g + 1]] for g in groups.tolist()]
        return np.array([rows[int(values[rows].argmax())] for rows in best_rows], dtype=np.intp)

    def for_ever(self, policy: IntArray, flow: FloatArray) -> FloatArray:
        """Return the values of playing one row for ever in each state."""
        system = np.eye(len(policy)) - self.delta * self.moves[policy].toarray()
        worths = np.linalg.solve(system, (1.0 - self.delta) * flow[policy])
        return np.asarray(worths, dtype=np.float64)


def game_rows(game: StochasticGame) -> GameRows:
    """Return the arrays of a game with a common discount factor.

    Examples
    --------
    >>> game = StochasticGame([[[[2, 0], [5, 1]]]], [[[[1], [1]]]], 0.5)
    >>> rows = game_rows(game)
    >>> rows.payoffs.tolist(), [g.tolist() for g in rows.groups], rows.best(np.array([2.0, 1.0]), 1).tolist()
    ([[0.0, 0.0], [3.0, 1.0]], [[0, 1], [0, 0]], [2.0])
    """
    from scipy.sparse import csr_array

    units = own_units(*game.stages)
    payoffs = np.concatenate([part.reshape(-1, game.n_players) for part in units.payoffs])
    transitions = game.transitions
    moves = csr_array(
        (transitions.floats(), transitions.indices, transitions.indptr),
        shape=(game.n_rows, game.n_states),
        copy=True,
    )
    moves.eliminate_zeros()
    groups = tuple(_groups(game, player) for player in range(game.n_players))
    orders = tuple(np.argsort(numbers, kind="stable") for numbers in groups)
    # Sorted by group the rows of a group stand together, so that one reduction gives the best of each.
    starts = tuple(
        np.flatnonzero(np.diff(numbers[order], prepend=-1))
        for numbers, order in zip(groups, orders, strict=True)
    )
    firsts = game.offsets.astype(np.intp)
    delta = game.float_discount_factors[0]
    return GameRows(payoffs, moves, firsts, groups, orders, starts, units.least, units.of_money(), delta)


def _groups(game: StochasticGame, player: int) -> IntArray:
    """Return a number for each row, equal for rows that differ only in the player's action."""
    group_list, count = [], 0
    for stage in game.stages:
        others = [1 if i == player else k for i, k in enumerate(stage.n_actions)]
        numbers = count + np.arange(int(np.prod(others))).reshape(others)
        group_list.append(np.broadcast_to(numbers, stage.n_actions).ravel())
        count += int(np.prod(others))
    return np.concatenate(group_list).astype(np.intp)
