"""Equilibria of a bimatrix game by nashpy's Lemke-Howson tableaux, with a guard that always stops.

Complementary pivoting from each label (Lemke and Howson 1964; Nisan et al. 2007, algorithm 3.6) on payoffs
mapped onto [1, 2]. Nashpy's pivots are in floats, and its own loop can run for ever, from 4x4 on; here the
pivots of a path are counted, and a path that is too long, or on which nashpy fails, is given up. Each
candidate is verified. Finds at most one equilibrium a label, and proves nothing about others: `partial`.
Cost: one pivot a step, at most `MOST_PIVOTS` steps a label.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from time import monotonic

import numpy as np

from negotiation.errors import InvalidGame
from negotiation.games import StageGame
from negotiation.numeric import FloatArray
from negotiation.solvers.nash.nashpy_methods import rescaled
from negotiation.solvers.nash.solution import NashMethod, NashSolution, nash_solution

MOST_PIVOTS = 1_000
"""Number of pivots after which a path is given up."""


def nashpy_lemke_howson(stage: StageGame, *, deadline: float | None = None) -> NashSolution:
    """Return the equilibria at which nashpy's paths from all labels end, if they end.

    Parameters
    ----------
    stage : StageGame
        A two-player game.
    deadline : float, optional
        Seconds after which to stop.

    Returns
    -------
    NashSolution
        `partial`; `failed` where no path ended at an equilibrium.

    Raises
    ------
    InvalidGame
        If the game does not have two players.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> nashpy_lemke_howson(stage).only().payoffs.tolist()
    [0.0, 0.0]
    """
    if stage.n_players != 2:
        raise InvalidGame(
            f"Lemke-Howson is for two players; the game has {stage.n_players}: "
            "use pure_equilibria, correlated or logit equilibria"
        )
    stop_at = None if deadline is None else monotonic() + deadline
    paths = list(_paths(stage, stop_at))
    ended = [pair for pair in paths if pair is not None]
    reason = (
        f"{len(ended)} of {sum(stage.n_actions)} floating-point paths ended within {MOST_PIVOTS} pivots and "
        "the deadline; equilibria off these paths were not looked for"
    )
    found = nash_solution(stage, ended, method="nashpy_lemke_howson", status="partial", reason=reason)
    if found.equilibria:
        return found
    return NashSolution((), "failed", found.method, reason, found.tolerance, stage=stage)


def _paths(stage: StageGame, stop_at: float | None) -> Iterator[tuple[FloatArray, FloatArray] | None]:
    A, B = rescaled(stage.payoffs[..., 0]), rescaled(stage.payoffs[..., 1])
    for label in range(sum(stage.n_actions)):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            # A path that has gone wrong shows as a candidate that fails the check.
            warnings.simplefilter("ignore", RuntimeWarning)
            yield _path(A, B, label, stop_at)


def _path(
    A: FloatArray, B: FloatArray, label: int, stop_at: float | None
) -> tuple[FloatArray, FloatArray] | None:
    from nashpy.linalg import create_col_tableau, create_row_tableau

    columns, rows = create_col_tableau(A, True), create_row_tableau(B, True)
    order = (rows, columns) if label in rows.non_basic_variables else (columns, rows)
    entering = label
    for step in range(MOST_PIVOTS):
        if stop_at is not None and monotonic() > stop_at:
            return None
        try:
            entering = order[step % 2].pivot_and_drop_label(entering)
        except (KeyError, IndexError, ValueError):  # nashpy has lost its bookkeeping in rounding errors
            return None
        if columns.non_basic_variables | rows.non_basic_variables == columns.labels:
            x: FloatArray = rows.to_strategy(columns.non_basic_variables)
            y: FloatArray = columns.to_strategy(rows.non_basic_variables)
            usable = (x.size, y.size) == A.shape and np.isfinite(x).all() and np.isfinite(y).all()
            return (x, y) if usable else None
    return None


METHOD = NashMethod(
    "nashpy_lemke_howson",
    "at least one equilibrium of a two-player game in most games, completeness not looked for",
    2,
    nashpy_lemke_howson,
    frozenset({"deadline"}),
)
