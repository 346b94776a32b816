"""Equilibria of a bimatrix game by nashpy, behind a wrapper that rescales, stops and verifies.

Nashpy works in floats. Its three algorithms are right only for payoffs that are strictly positive and of
moderate size, so each player's payoffs are first mapped affinely onto [1, 2], which changes no equilibrium.
What it proposes is checked; that nothing is missing is never proven, so the status is `partial`.

Vertex enumeration pairs the vertices of the two best-reply polytopes whose labels together are all actions
(Mangasarian 1964; von Stengel 2002, algorithm 3.5). In a non-degenerate game the equilibria are odd in number
(Wilson 1971): the reason says what the count shows. Support enumeration solves the indifference conditions of
every pair of supports of equal size (algorithm 3.4); it rejects probabilities a rounding error below zero,
and with them equilibria. Both are exponential in the number of actions.

Complementary pivoting follows a path from each label (Lemke and Howson 1964; Nisan et al. 2007, algorithm
3.6). In floats it can run for ever, from 4x4 on: here the pivots of a path are counted, and a path that is
too long, or on which nashpy fails, is given up. At most one equilibrium for each label, one pivot for each
step.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from math import inf
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.base.progress import stop_time
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.numerics import NUMERICS
from negotiation.game_theory.solvers.nash.solution import (
    NashMethod,
    NashSolution,
    expect_two_players,
    nash_solution,
)

if TYPE_CHECKING:
    import nashpy


def nashpy_vertex_enumeration(stage: StageGame) -> NashSolution:
    """Return the equilibria that nashpy's vertex enumeration finds on rescaled payoffs.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> len(nashpy_vertex_enumeration(stage))
    3
    """
    expect_two_players(stage, "vertex enumeration")
    # Qhull needs polytopes of dimension 2 or more: a player with one action best-replies in closed form.
    proposed = _against_one_action(stage) if 1 in stage.n_actions else _game(stage).vertex_enumeration()
    reason = "floating-point vertex enumeration proves no completeness; the number of equilibria found is "
    solution = nash_solution(
        stage, _quietly(proposed), method="nashpy_vertex_enumeration", status="partial", reason=reason
    )
    odd = "odd, as in every non-degenerate game" if len(solution) % 2 else "even: degenerate, or some missed"
    return replace(solution, reason=reason + odd)


def nashpy_support_enumeration(stage: StageGame, *, deadline: float | None = None) -> NashSolution:
    """Return the equilibria that nashpy's support enumeration finds on rescaled payoffs.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> nashpy_support_enumeration(stage).status
    'partial'
    """
    expect_two_players(stage, "support enumeration")
    return nash_solution(
        stage,
        _quietly(_game(stage).support_enumeration(), stop_time(deadline)),
        method="nashpy_support_enumeration",
        status="partial",
        reason="floating-point support enumeration proves no completeness, and is known to lose equilibria",
    )


def nashpy_lemke_howson(stage: StageGame, *, deadline: float | None = None) -> NashSolution:
    """Return the equilibria at which nashpy's paths from all labels end, if they end.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> nashpy_lemke_howson(stage).only().payoffs.tolist()
    [0.0, 0.0]
    """
    expect_two_players(stage, "Lemke-Howson")
    game, stop_at = _game(stage), stop_time(deadline)
    labels = sum(stage.n_actions)
    # A path that has gone wrong shows as a candidate that fails the check.
    ended = list(_quietly(chain.from_iterable(_path_end(game, label, stop_at) for label in range(labels))))
    reason = (
        f"{len(ended)} of {labels} floating-point paths ended within {NUMERICS.most_nashpy_pivots} pivots "
        "and the deadline; equilibria off these paths were not looked for"
    )
    solution = nash_solution(stage, ended, method="nashpy_lemke_howson", status="partial", reason=reason)
    return solution if solution.equilibria else replace(solution, status="failed")


def rescaled(payoffs: FloatArray) -> FloatArray:
    """Return one player's payoffs mapped affinely onto [1, 2]; constant payoffs become 1.

    Examples
    --------
    >>> rescaled(np.array([[-1e9, 0.0], [1e9, 0.0]])).tolist()
    [[1.0, 1.5], [2.0, 1.5]]
    """
    low, spread = float(payoffs.min()), float(np.ptp(payoffs))
    if spread == 0.0:
        return np.ones_like(payoffs)
    result: FloatArray = 1.0 + (payoffs - low) / spread
    return result


def _game(stage: StageGame) -> nashpy.Game:
    import nashpy

    return nashpy.Game(rescaled(stage.payoffs[..., 0]), rescaled(stage.payoffs[..., 1]))


def _quietly(
    candidates: Iterator[tuple[FloatArray, FloatArray]], stop_at: float = inf
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield the candidates until the time is up, without warnings: the status says what is proven."""
    while monotonic() <= stop_at:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)
            candidate = next(candidates, None)
        if candidate is None:
            return
        yield candidate


def _against_one_action(stage: StageGame) -> Iterator[tuple[FloatArray, FloatArray]]:
    chooser = 0 if stage.n_actions[1] == 1 else 1
    own = stage.payoffs[..., chooser].ravel()
    for a in np.flatnonzero(own >= own.max()):
        choice, single = np.zeros(own.size), np.ones(1)
        choice[a] = 1.0
        yield (choice, single) if chooser == 0 else (single, choice)


def _path_end(game: nashpy.Game, label: int, stop_at: float) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield the profile at the end of the path that drops this label, if it has one."""
    from nashpy.linalg import create_col_tableau, create_row_tableau

    A, B = game.payoff_matrices
    columns, rows = create_col_tableau(A, True), create_row_tableau(B, True)
    order = (rows, columns) if label in rows.non_basic_variables else (columns, rows)
    entering = label
    for step in range(NUMERICS.most_nashpy_pivots):
        if monotonic() > stop_at:
            return
        try:
            entering = order[step % 2].pivot_and_drop_label(entering)
        except (KeyError, IndexError, ValueError):  # nashpy has lost its bookkeeping in rounding errors
            return
        if columns.non_basic_variables | rows.non_basic_variables == columns.labels:
            x: FloatArray = rows.to_strategy(columns.non_basic_variables)
            y: FloatArray = columns.to_strategy(rows.non_basic_variables)
            if (x.size, y.size) == A.shape and np.isfinite(x).all() and np.isfinite(y).all():
                yield x, y
            return


VERTICES = NashMethod(
    "nashpy_vertex_enumeration",
    "extreme equilibria of a two-player game, completeness not proven",
    2,
    nashpy_vertex_enumeration,
)
SUPPORTS = NashMethod(
    "nashpy_support_enumeration",
    "equilibria with supports of equal size, completeness not proven",
    2,
    nashpy_support_enumeration,
    frozenset({"deadline"}),
)
PATHS = NashMethod(
    "nashpy_lemke_howson",
    "at least one equilibrium of a two-player game in most games, completeness not looked for",
    2,
    nashpy_lemke_howson,
    frozenset({"deadline"}),
)
