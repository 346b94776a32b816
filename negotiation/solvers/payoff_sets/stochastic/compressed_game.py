"""A stochastic game of two players as flat arrays, for compiled programs."""

from __future__ import annotations

from graphlib import TopologicalSorter
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from negotiation.errors import InvalidGame
from negotiation.games import StochasticGame
from negotiation.numeric import FloatArray, IntArray, is_exact


class CompressedGame(NamedTuple):
    """A stochastic game by rows: one row for each state and action profile.

    Parameters
    ----------
    payoffs : array, shape (R, 2)
        Less `shift`, so that the least of each player is 0.
    firsts : array of int, shape (S + 1,)
        The first row of each state, and the number of rows.
    actions : array of int, shape (S, 2)
        Numbers of actions.
    indptr, nexts, chances : arrays
        Transitions without zeros, as compressed rows: after row r the states `nexts[e]` have the chances
        `chances[e]`, for e from `indptr[r]` up to `indptr[r + 1]`.
    kinds : array of int, shape (R,)
        A number for each row, equal for rows with equal transitions.
    order : array of int, shape (S,)
        The states by strongly connected component, those to which others lead first, so that programs can be
        solved a component at a time.
    starts : array of int
        Where each component starts in `order`, and S.
    shift : array, shape (2,)
        Least payoff of each player.
    size : float
        Larger range of a player's payoffs, or 1 where both are constant.
    delta : float
        The common discount factor.
    """

    payoffs: FloatArray
    firsts: IntArray
    actions: IntArray
    indptr: IntArray
    nexts: IntArray
    chances: FloatArray
    kinds: IntArray
    order: IntArray
    starts: IntArray
    shift: FloatArray
    size: float
    delta: float


def compressed_game(game: StochasticGame) -> CompressedGame:
    """Return the flat arrays of a game.

    Raises
    ------
    InvalidGame
        If the game does not have two players who discount alike.

    Examples
    --------
    >>> game = StochasticGame([[[[2, 0], [5, 1]]]], [[[[1], [1]]]], 0.5)
    >>> compressed_game(game).payoffs.tolist(), compressed_game(game).size
    ([[0.0, 0.0], [3.0, 1.0]], 3.0)
    """
    if game.n_players != 2:
        raise InvalidGame(
            f"payoff sets of stochastic games are for two players; the game has {game.n_players}. For more, "
            "ask for `markov_perfect_equilibria`"
        )
    if not game.is_common:
        raise InvalidGame(
            "payoff sets of stochastic games need a common discount factor; got "
            f"{game.discount_factors} for the players: use one number for both"
        )
    flat = game.flat_payoffs()
    shift: FloatArray = flat.min(axis=0)
    payoffs = np.ascontiguousarray(flat - shift)
    chances = game.transitions.floats()
    some = chances > 0.0
    lengths = np.add.reduceat(some.astype(np.int64), game.transitions.indptr[:-1])
    indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    nexts, chances = game.transitions.indices[some].astype(np.int64), np.ascontiguousarray(chances[some])
    order, starts = _components(game.offsets, indptr, nexts)
    return CompressedGame(
        payoffs,
        game.offsets.astype(np.int64),
        np.array([stage.n_actions for stage in game.stages], dtype=np.int64),
        indptr,
        nexts,
        chances,
        _kinds(indptr, nexts, chances),
        order,
        starts,
        shift,
        float(payoffs.max()) or 1.0,
        float(game.discount_factors[0]),
    )


def _kinds(indptr: IntArray, nexts: IntArray, chances: FloatArray) -> IntArray:
    """Return a number for each row, equal for rows with equal transitions."""
    numbers: dict[bytes, int] = {}
    keys = (nexts[a:b].tobytes() + chances[a:b].tobytes() for a, b in pairwise(indptr.tolist()))
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def _components(offsets: IntArray, indptr: IntArray, nexts: IntArray) -> tuple[IntArray, IntArray]:
    """Return the states by strongly connected component, those to which others lead first, and the starts."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    ends = indptr[offsets]
    states = len(offsets) - 1
    # Several rows of a state lead to the same states: each arrow once, as the search for components needs.
    arrows = np.unique(np.stack([np.repeat(np.arange(states), np.diff(ends)), nexts], axis=-1), axis=0)
    graph = csr_array(
        (np.ones(len(arrows), dtype=np.int64), (arrows[:, 0], arrows[:, 1])), shape=(states,) * 2
    )
    count, labels = connected_components(graph, directed=True, connection="strong")
    after: dict[int, set[int]] = {c: set() for c in range(count)}
    for s in range(states):
        own = int(labels[s])
        after[own] |= set(labels[nexts[ends[s] : ends[s + 1]]].tolist()) - {own}
    members = [np.flatnonzero(labels == c).astype(np.int64) for c in TopologicalSorter(after).static_order()]
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum([len(part) for part in members])])
    return np.concatenate(members), starts.astype(np.int64)


def is_rational_game(game: StochasticGame) -> bool:
    """Return whether payoffs, transitions and discount factors are given as rational numbers."""
    return (
        all(stage.given_payoffs().dtype == object for stage in game.stages)
        and game.transitions.probabilities.dtype == object
        and all(is_exact(delta) for delta in game.discount_factors)
    )
