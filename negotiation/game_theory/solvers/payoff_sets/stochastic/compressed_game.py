"""A stochastic game of two players as flat arrays, for compiled programs."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.errors import InvalidGame
from negotiation.game_theory.games import StochasticGame


class CompressedGame(NamedTuple):
    """A stochastic game by rows: one row for each state and action profile."""

    # (R, 2): less `shift`, so that the least of each player is 0.
    payoffs: FloatArray
    # (S + 1,): the first row of each state, and the number of rows.
    firsts: IntArray
    # (S, 2): numbers of actions.
    actions: IntArray
    # (R, 2): the first of the rows that each player can make of row r by departing from it,
    bases: IntArray
    # (S, 2): and the distance from one of them to the next: `bases[r, i] + k * strides[s, i]` for action k.
    strides: IntArray
    # indptr, nexts, chances: Transitions without zeros, as compressed rows: after row r the states `nexts[e]`
    # have the chances `chances[e]`, for e from `indptr[r]` up to `indptr[r + 1]`.
    indptr: IntArray
    nexts: IntArray
    chances: FloatArray
    # (R,): A number for each row, equal for rows with equal transitions.
    kinds: IntArray
    # (S,): the states by strongly connected component, those to which others lead first, so that programs can
    # be solved a component at a time.
    order: IntArray
    # Where each component starts in `order`, and S.
    starts: IntArray
    # (2,): least payoff of each player.
    shift: FloatArray
    # Larger range of a player's payoffs, or 1 where both are constant.
    size: float
    delta: float


def compressed_game(game: StochasticGame) -> CompressedGame:
    """Return the flat arrays of a game.

    Examples
    --------
    >>> game = StochasticGame([[[[2, 0], [5, 1]]]], [[[[1], [1]]]], 0.5)
    >>> compressed_game(game).payoffs.tolist(), compressed_game(game).size
    ([[0.0, 0.0], [3.0, 1.0]], 3.0)
    """
    if game.n_players != 2:
        raise InvalidGame(
            f"payoff sets of stochastic games are for two players; the game has {game.n_players}. For more, "
            "use `markov_perfect_equilibria`"
        )
    if not game.is_common:
        raise InvalidGame(
            "payoff sets of stochastic games, and of repeated games with transfers, need a common discount "
            f"factor; got {game.discount_factors} for the players: use one number for both"
        )
    flat = game.flat_payoffs()
    shift: FloatArray = flat.min(axis=0)
    payoffs = np.ascontiguousarray(flat - shift)
    chances = game.transitions.floats()
    some = chances > 0.0
    lengths = np.add.reduceat(some.astype(np.int64), game.transitions.indptr[:-1])
    indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    nexts, chances = game.transitions.indices[some].astype(np.int64), np.ascontiguousarray(chances[some])
    firsts = game.offsets.astype(np.int64)
    actions = np.array([stage.n_actions for stage in game.stages], dtype=np.int64)
    return CompressedGame(
        payoffs,
        firsts,
        actions,
        *_departures(firsts, actions),
        indptr,
        nexts,
        chances,
        _kinds(indptr, nexts, chances),
        *_components(firsts, indptr, nexts),
        shift,
        float(payoffs.max()) or 1.0,
        game.float_discount_factors[0],
    )


def _departures(firsts: IntArray, actions: IntArray) -> tuple[IntArray, IntArray]:
    """Return, for each row and player, the first row of a deviation, and the rows' distance by state."""
    # Row i n2 + j of a state: player 1 moves to k n2 + j, player 2 to i n2 + k.
    numbers = np.diff(firsts)
    first, n2 = np.repeat(firsts[:-1], numbers), np.repeat(actions[:, 1], numbers)
    rows = np.arange(len(first))
    column = (rows - first) % n2
    bases, strides = np.empty((len(rows), 2), np.int64), np.ones((len(actions), 2), np.int64)
    bases[:, 0], bases[:, 1], strides[:, 0] = first + column, rows - column, actions[:, 1]
    return bases, strides


def _kinds(indptr: IntArray, nexts: IntArray, chances: FloatArray) -> IntArray:
    """Return a number for each row, equal for rows with equal transitions."""
    # Most rows are as the row before, which arrays tell; only where a run of equal ones begins is one hashed.
    lengths = np.diff(indptr)
    before = np.arange(len(nexts)) - np.repeat(lengths, lengths)
    same = (nexts == nexts[before]) & (chances == chances[before])
    begins = ~np.logical_and.reduceat(same, indptr[:-1]) | (lengths != np.roll(lengths, 1))
    begins[0] = True
    numbers: dict[bytes, int] = {}
    spans = zip(indptr[:-1][begins].tolist(), indptr[1:][begins].tolist(), strict=True)
    keys = (nexts[a:b].tobytes() + chances[a:b].tobytes() for a, b in spans)
    kinds: IntArray = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
    return kinds.take(np.cumsum(begins) - 1)


def _components(offsets: IntArray, indptr: IntArray, nexts: IntArray) -> tuple[IntArray, IntArray]:
    """Return the states by strongly connected component, successors first, and the components' starts."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    states = len(offsets) - 1
    # Several rows of a state lead to the same states: each arrow once, as the search for components needs.
    sources = np.repeat(np.arange(states), np.diff(indptr[offsets]))
    sources, targets = np.divmod(np.unique(sources * states + nexts), states)
    starts = np.searchsorted(sources, np.arange(states + 1))
    graph = csr_array((np.ones(len(targets)), targets, starts), shape=(states, states))
    count, labels = connected_components(graph, directed=True, connection="strong")
    after: dict[int, set[int]] = {c: set() for c in range(count)}
    for origin, other in zip(labels[sources].tolist(), labels[targets].tolist(), strict=True):
        if origin != other:
            after[origin].add(other)
    members = [np.flatnonzero(labels == c).astype(np.int64) for c in TopologicalSorter(after).static_order()]
    ends = np.cumsum([0, *(len(part) for part in members)], dtype=np.int64)
    return np.concatenate(members), ends
