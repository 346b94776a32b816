"""A stochastic game of any number of players as rows, with one row for each state and action profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.games import StochasticGame, own_units

if TYPE_CHECKING:
    from scipy.sparse import csr_array


class GameRows(NamedTuple):
    """The payoffs and transitions of a game, as arrays for programs over states."""

    # (R, N): payoffs less each player's least payoff.
    payoffs: FloatArray
    # (R, S): chances of the next state, without stored zeros.
    moves: csr_array
    # (S + 1,): the first row of each state, and the number of rows.
    firsts: IntArray
    # By player, (R,): a group number for each row, equal for rows that differ only in the player's action.
    groups: tuple[IntArray, ...]
    # orders, starts: by player, the rows sorted by group, and the positions at which groups start there.
    orders: tuple[IntArray, ...]
    starts: tuple[IntArray, ...]
    # (N,): each player's least payoff.
    least: FloatArray
    # Largest range of a player's payoffs, or 1 if all are constant.
    size: float
    # The common discount factor.
    delta: float

    def values(self, flow: FloatArray, after: FloatArray) -> FloatArray:
        """Return for each row (1 - delta) times its payoff plus delta times the expected continuation.

        Shapes: `flow` (R,), `after` (S,); returns (R,).
        """
        result: FloatArray = (1.0 - self.delta) * flow + self.delta * (self.moves @ after)
        return result

    def best(self, values: FloatArray, player: int) -> FloatArray:
        """Return the largest value of a row in each group of a player, shape (groups,)."""
        mix: FloatArray = np.maximum.reduceat(values[self.orders[player]], self.starts[player])
        return mix

    def drop_dead_ends(self, alive: BoolArray) -> bool:
        """Drop, in place, rows from which play or a deviation can lead to a state without a live row.

        Such a state has no equilibrium, so earlier play must not lead there with positive probability.
        Returns whether any row was dropped.

        Shapes: `alive` (R,).
        """
        dropped = False
        while True:
            empty = ~np.logical_or.reduceat(alive, self.firsts[:-1])
            # The chance of an empty state: by the row itself, or by the worst deviation from it.
            leads = self.moves @ empty.astype(np.float64)
            lost = leads > 0.0
            for player, groups in enumerate(self.groups):
                lost |= self.best(leads, player)[groups] > 0.0
            if not (alive & lost).any():
                return dropped
            alive &= ~lost
            dropped = True

    def highest(self, values: FloatArray) -> IntArray:
        """Return the first row with the highest value in each state, shape (S,)."""
        counts = np.diff(self.firsts)
        # The first of equals, so that the choice does not depend on rounding in a reduction.
        most = np.repeat(np.maximum.reduceat(values, self.firsts[:-1]), counts)
        rows = np.arange(len(values))
        result: IntArray = np.minimum.reduceat(np.where(values == most, rows, len(values)), self.firsts[:-1])
        return result

    def reply(self, values: FloatArray, held: IntArray, player: int) -> IntArray:
        """Return for each row in `held` the row of the player's best reply, by the values of rows."""
        groups, order, starts = self.groups[player][held], self.orders[player], self.starts[player]
        ends = np.append(starts, len(order))
        best_rows = [order[ends[g] : ends[g + 1]] for g in groups.tolist()]
        return np.array([rows[int(values[rows].argmax())] for rows in best_rows], dtype=np.intp)

    def for_ever(self, policy: IntArray, flow: FloatArray) -> FloatArray:
        """Return the values, shape (S,), of playing the row `policy[s]` for ever in each state s."""
        system = np.eye(len(policy)) - self.delta * self.moves[policy].toarray()
        worths = np.linalg.solve(system, (1.0 - self.delta) * flow[policy])
        return np.asarray(worths, dtype=np.float64)


def game_rows(game: StochasticGame) -> GameRows:
    """Return the arrays of a stochastic game with a common discount factor.

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
    # Sorted by group, the rows of a group are adjacent, so that one reduction gives the best of each.
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
