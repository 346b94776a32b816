"""Random stage games with small whole payoffs, which shrink to readable games.

Players are "A", "B", ..., with the actions "a0", "a1", ..., "b0", .... No two players share a label, so that
a test which mixes up players or positions fails.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from negotiation.base.numeric import IntArray
from negotiation.game_theory.games import StageGame
from negotiation.testing.strategies.ranges import Counts, count_range, positive

Shape: TypeAlias = tuple[int, ...]
PLAYERS = tuple("ABCDEF")
# Largest size of a payoff where the caller does not say.
BOUND = 6


def labelled(payoffs: IntArray, name: str = "stage game") -> StageGame:
    """Return the game with given payoffs, shape (n_1, ..., n_N, N), and the labels of this module.

    Examples
    --------
    >>> labelled(np.zeros((1, 2, 2), dtype=int)).actions
    (('a0',), ('b0', 'b1'))
    """
    counts = payoffs.shape[:-1]
    players = PLAYERS[: len(counts)]
    return StageGame(
        payoffs.tolist(),
        players,
        [[f"{p.lower()}{k}" for k in range(n)] for p, n in zip(players, counts, strict=True)],
        name,
    )


def shapes(players: Counts, actions: Counts, most: int = len(PLAYERS)) -> st.SearchStrategy[Shape]:
    """Return the strategy for numbers of actions, one for each of at most `most` players."""
    low, high = count_range("players", players, 1)
    if high > most:
        raise InvalidArgument(f"`players` must be at most {most}; got {players!r}")
    number = st.integers(*count_range("actions", actions, 1))
    return st.integers(low, high).flatmap(lambda count: st.tuples(*[number] * count))


@st.composite
def payoff_arrays(draw: st.DrawFn, shape: Shape, bound: int) -> IntArray:
    """Draw an array of whole payoffs, shape (n_1, ..., n_N, N), for numbers of actions `shape`.

    Payoffs lie in -1..1, -2..2 or -bound..bound, each with the same probability. Few different numbers make
    ties likely, and with them degenerate games.
    """
    size = int(np.prod(shape)) * len(shape)
    # Small numbers often, so that there are ties.
    spread = min(bound, draw(st.sampled_from((1, 2, bound))))
    numbers = draw(st.lists(st.integers(-spread, spread), min_size=size, max_size=size))
    return np.array(numbers, dtype=np.intp).reshape(*shape, len(shape))


def stage_games(
    *, players: Counts = 2, actions: Counts = (1, 3), bound: int = BOUND
) -> st.SearchStrategy[StageGame]:
    """Return the strategy for stage games of any kind.

    Many are degenerate. Some two-player games are zero-sum, because games without a pure equilibrium would
    otherwise be rare.

    Parameters
    ----------
    players : int or pair of int, optional
        Number of players, at most 6: one number, or the least and the greatest; 2 by default.
    actions : int or pair of int, optional
        Number of actions of each player: one number, or the least and the greatest; 1 to 3 by default.
    bound : int, optional
        Largest absolute value of payoffs, which are whole numbers; 6 by default.

    Returns
    -------
    SearchStrategy
        Games of type `StageGame`.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If an argument is out of range.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(stage_games(), lambda game: game.payoffs.max() > game.payoffs.min()).payoffs.tolist()
    [[[0.0, 1.0]]]
    """
    return _stage_games(shapes(players, actions), positive("bound", bound))


@st.composite
def _stage_games(draw: st.DrawFn, drawn: st.SearchStrategy[Shape], bound: int) -> StageGame:
    payoffs = draw(payoff_arrays(draw(drawn), bound))
    if payoffs.shape[-1] == 2 and draw(st.integers(0, 3)) == 3:
        payoffs[..., 1] = -payoffs[..., 0]
    return labelled(payoffs)


def generic_games(*, players: Counts = 2, actions: Counts = (1, 3)) -> st.SearchStrategy[StageGame]:
    """Return the strategy for games without ties: no two payoffs of a player are equal.

    Two-player games are also non-degenerate after elimination of strictly dominated actions, so that they
    have an odd number of equilibria.

    Parameters
    ----------
    players : int or pair of int, optional
        Number of players, at most 6: one number, or the least and the greatest; 2 by default.
    actions : int or pair of int, optional
        Number of actions of each player: one number, or the least and the greatest; 1 to 3 by default.

    Returns
    -------
    SearchStrategy
        Games of type `StageGame`.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If an argument is out of range.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(generic_games(actions=2), lambda game: True).payoffs.tolist()
    [[[0.0, 0.0], [1.0, 1.0]], [[2.0, 2.0], [3.0, 3.0]]]
    """
    return _generic_games(shapes(players, actions)).filter(_is_generic)


@st.composite
def _generic_games(draw: st.DrawFn, drawn: st.SearchStrategy[Shape]) -> StageGame:
    shape = draw(drawn)
    size = int(np.prod(shape))
    # As many different numbers as profiles are needed at least.
    numbers = st.integers(-max(9, size), max(9, size))
    rows = [draw(st.lists(numbers, min_size=size, max_size=size, unique=True)) for _ in shape]
    return labelled(np.stack([np.array(row, dtype=np.intp).reshape(shape) for row in rows], axis=-1))


def _is_generic(game: StageGame) -> bool:
    from negotiation.game_theory.solvers.nash.solve import solve

    return game.n_players != 2 or "is non-degenerate" in solve(game).reason


def degenerate_games(*, players: Counts = 2, actions: Counts = (2, 3)) -> st.SearchStrategy[StageGame]:
    """Return the strategy for degenerate games.

    A player has two best replies to some pure profile of the others.

    Parameters
    ----------
    players : int or pair of int, optional
        Number of players, at most 6: one number, or the least and the greatest; 2 by default.
    actions : int or pair of int, optional
        Number of actions of each player: one number, or the least and the greatest; 2 to 3 by default.

    Returns
    -------
    SearchStrategy
        Games of type `StageGame`.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If an argument is out of range.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(degenerate_games(), lambda game: game.payoffs.any()).payoffs[..., 0].tolist()
    [[0.0, 0.0], [0.0, 0.0]]
    """
    return _degenerate_games(stage_games(players=players, actions=count_range("actions", actions, 2)))


@st.composite
def _degenerate_games(draw: st.DrawFn, base: st.SearchStrategy[StageGame]) -> StageGame:
    game = draw(base)
    player = draw(st.integers(0, game.n_players - 1))
    others = [draw(st.integers(0, n - 1)) for i, n in enumerate(game.n_actions) if i != player]
    twins = draw(st.lists(st.integers(0, game.n_actions[player] - 1), min_size=2, max_size=2, unique=True))
    payoffs = game.payoffs.astype(np.intp)
    own = np.moveaxis(payoffs[..., player], player, -1)[tuple(others)]
    # Two best replies to one profile of the others.
    own[twins] = own.max()
    return labelled(payoffs)


def symmetric_games(*, actions: Counts = (1, 3)) -> st.SearchStrategy[StageGame]:
    """Return the strategy for symmetric two-player games: `payoffs[j, i, 1] == payoffs[i, j, 0]`.

    Parameters
    ----------
    actions : int or pair of int, optional
        Number of actions of each player: one number, or the least and the greatest; 1 to 3 by default.

    Returns
    -------
    SearchStrategy
        Games of type `StageGame`.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If an argument is out of range.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(symmetric_games(actions=2), lambda game: game.payoffs[0, 1, 0] > 0).payoffs[..., 1].tolist()
    [[0.0, 0.0], [1.0, 0.0]]
    """
    counts = st.integers(*count_range("actions", actions, 1))
    return counts.flatmap(lambda n: payoff_arrays((n, n), BOUND)).map(
        lambda paid: labelled(np.stack([paid[..., 0], paid[..., 0].T], axis=-1), "symmetric game")
    )


def zero_sum_games(*, actions: Counts = (1, 3)) -> st.SearchStrategy[StageGame]:
    """Return the strategy for two-player zero-sum games.

    Parameters
    ----------
    actions : int or pair of int, optional
        Number of actions of each player: one number, or the least and the greatest; 1 to 3 by default.

    Returns
    -------
    SearchStrategy
        Games of type `StageGame`.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If an argument is out of range.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(zero_sum_games(), lambda game: game.payoffs.any()).payoffs.tolist()
    [[[1.0, -1.0]]]
    """
    return (
        shapes(2, actions)
        .flatmap(lambda shape: payoff_arrays(shape, BOUND))
        .map(lambda paid: labelled(np.stack([paid[..., 0], -paid[..., 0]], axis=-1), "zero-sum game"))
    )
