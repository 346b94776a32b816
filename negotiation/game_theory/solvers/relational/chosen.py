"""What is played in a relation that is bargained anew: the profiles behind joint and worst payoffs.

The values of a step backwards do not depend on which of several profiles with the same joint payoff is
played; what is reported does, and a named rule picks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import CompressedGame
from negotiation.game_theory.solvers.relational.kernels.backward import Levels, StaticGames, Terms
from negotiation.game_theory.solvers.relational.numerics import NUMERICS


class Candidates(NamedTuple):
    """The profiles of one state that may be picked."""

    # Of the profiles with the highest joint payoff, row-major.
    positions: IntArray
    # What each leaves when every player has what departing is worth.
    slack: FloatArray
    # The expected distance of the players' negotiated payoffs in the state that follows.
    inequality: FloatArray


# How one of several profiles with the same joint payoff is picked, by name.
#
# equal: the states that follow have negotiated payoffs as equal as possible; slack: departing is deterred by
# most; first: the first in the order of the game. The first also decides what a rule leaves open.
TIES: dict[str, Callable[[Candidates], int]] = {
    "equal": lambda of: int(of.positions[np.lexsort((of.positions, of.inequality))[0]]),
    "slack": lambda of: int(of.positions[np.lexsort((of.positions, -of.slack))[0]]),
    "first": lambda of: int(of.positions[0]),
}


class Played(NamedTuple):
    """What is played in one state, in the game or in what is static of it."""

    # Position of the profile that is agreed on.
    path: int
    # punishments, replies: Positions of the profiles that hold down each player, and to which each departs
    # from them.
    punishments: tuple[int, int]
    replies: tuple[int, int]
    # How many profiles have the highest joint payoff.
    ties: int


class _Rows(NamedTuple):
    """Values of the profiles of one state, and what follows them."""

    # (n_1, n_2): joint payoffs.
    total: FloatArray
    # (n_1, n_2): what each player has who is to be held down afterwards.
    own: tuple[FloatArray, FloatArray]
    # (n_1, n_2): as of `Candidates`.
    inequality: FloatArray


def chosen(
    game: CompressedGame, static: StaticGames, terms: Terms, after: Levels, ties: str
) -> list[tuple[Played, Played]]:
    """Return what is played in each state one period before, in the game and in what is static of it."""
    found = []
    for s, rows in enumerate(_moves(game, terms, after)):
        move = _played(rows, terms.tolerance, ties)
        start, end = static.firsts[s], static.firsts[s + 1]
        payoffs = (1.0 - game.delta) * static.payoffs[start:end].reshape(*static.actions[s], 2)
        own = tuple(payoffs[..., i] + rows.own[i].reshape(-1)[move.replies[i]] for i in (0, 1))
        total = payoffs.sum(axis=-1) + rows.total.reshape(-1)[move.path]
        found.append(
            (move, _played(_Rows(total, (own[0], own[1]), np.zeros_like(total)), terms.tolerance, ties))
        )
    return found


def _moves(game: CompressedGame, terms: Terms, after: Levels) -> Iterator[_Rows]:
    """Yield the values of the profiles of each state."""
    left = after.joint - after.worst.sum(axis=1)
    shares = np.array([terms.first, terms.second])
    negotiated = after.worst + shares * left[:, None]
    next_own = after.worst + terms.chance * shares * left[:, None]
    following = np.column_stack([after.joint, next_own, np.abs(negotiated[:, 0] - negotiated[:, 1])])
    for s, counts in enumerate(game.actions.tolist()):
        rows = slice(game.firsts[s], game.firsts[s + 1])
        entries = slice(game.indptr[rows.start], game.indptr[rows.stop])
        expected = np.add.reduceat(
            game.chances[entries, None] * following[game.nexts[entries]],
            game.indptr[rows] - game.indptr[rows.start],
        ).reshape(*counts, 4)
        now = (1.0 - game.delta) * game.payoffs[rows].reshape(*counts, 2)
        own = (
            now[..., 0] + game.delta * expected[..., 1],
            now[..., 1] + game.delta * expected[..., 2],
        )
        yield _Rows(now.sum(axis=-1) + game.delta * expected[..., 0], own, expected[..., 3])


def _played(rows: _Rows, tolerance: float, ties: str) -> Played:
    """Return what is played with these values: those enforced, the best of them, and the worst for each."""
    best = rows.own[0].max(axis=0)[None, :], rows.own[1].max(axis=1)[:, None]
    slack = rows.total - best[0] - best[1]
    enforced: BoolArray = slack >= -tolerance
    joint = np.where(enforced, rows.total, -np.inf)
    tied = np.flatnonzero(joint.reshape(-1) >= joint.max() - tolerance)
    path = TIES[ties](Candidates(tied, slack.reshape(-1)[tied], rows.inequality.reshape(-1)[tied]))
    columns = rows.total.shape[1]
    punishments, replies = [], []
    for i in (0, 1):
        worth = np.where(enforced, np.broadcast_to(best[i], slack.shape), np.inf)
        row, column = divmod(int(worth.argmin()), columns)
        punishments.append(row * columns + column)
        reply = (
            int(rows.own[i][:, column].argmax()) * columns + column
            if i == 0
            else (row * columns + int(rows.own[i][row].argmax()))
        )
        replies.append(reply)
    return Played(path, (punishments[0], punishments[1]), (replies[0], replies[1]), len(tied))


def settled_levels(
    game: CompressedGame, static: StaticGames, terms: Terms, played: list[tuple[Played, Played]]
) -> Levels | None:
    """Return the values if this is played for ever, from their linear equations; `None` if they are too many.

    U = (1 - delta) G + delta P U over the profiles agreed on, and for each player, over the best departures
    from what holds him down, v_i = (1 - delta) g_i + delta P_i [v_i + rho beta_i (U - v_1 - v_2)].
    """
    states = len(played)
    if 3 * states > NUMERICS.most_unknowns:
        return None
    system, constant = np.eye(3 * states), np.zeros(3 * states)
    shares = (terms.first, terms.second)
    for s, (move, first) in enumerate(played):
        start, start_static = game.firsts[s], static.firsts[s]
        payoffs = game.payoffs[start + move.path] + static.payoffs[start_static + first.path]
        constant[s] = (1.0 - game.delta) * payoffs.sum()
        _subtract(system[s, :states], game, start + move.path, 1.0)
        for i in (0, 1):
            line = (i + 1) * states + s
            row = start + move.replies[i]
            gain = game.payoffs[row, i] + static.payoffs[start_static + first.replies[i], i]
            constant[line] = (1.0 - game.delta) * gain
            anew = terms.chance * shares[i]
            _subtract(system[line, :states], game, row, anew)
            for k in (0, 1):
                block = system[line, (k + 1) * states : (k + 2) * states]
                _subtract(block, game, row, (1.0 if k == i else 0.0) - anew)
    solution = np.linalg.solve(system, constant).reshape(3, states)
    return Levels(np.ascontiguousarray(solution[0]), np.ascontiguousarray(solution[1:].T))


def _subtract(line: FloatArray, game: CompressedGame, row: int, weight: float) -> None:
    """Take delta times a weight times the transitions of a row from a line of the system."""
    entries = slice(game.indptr[row], game.indptr[row + 1])
    np.subtract.at(line, game.nexts[entries], game.delta * weight * game.chances[entries])
