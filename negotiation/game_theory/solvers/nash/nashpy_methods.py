"""Equilibria of a bimatrix game by nashpy, with rescaled payoffs, a deadline and a check of the results.

Nashpy works in floats. Its algorithms are right only for payoffs that are strictly positive and of moderate
size. So each player's payoffs are first mapped affinely onto [1, 2], which changes no equilibrium. Each
profile that it proposes is checked. It is never proven that none is missing, so the status is `partial`.
Nashpy's Lemke-Howson paths, in floats, can run for ever from 4x4 on; `lemke_howson` follows them in integers.

Vertex enumeration pairs the vertices of the two best-reply polytopes whose labels together are all actions
(Mangasarian 1964; von Stengel 2002, algorithm 3.5). In a non-degenerate game the number of equilibria is odd
(Wilson 1971), so the reason says whether it is. Support enumeration solves the indifference conditions of
every pair of supports of equal size (algorithm 3.4). It rejects probabilities that a rounding error makes
negative, and so can lose equilibria. Both are exponential in the number of actions.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from math import inf
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.base.progress import stop_time
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.solution import NashMethod, NashSolution, nash_solution

if TYPE_CHECKING:
    import nashpy


def nashpy_vertex_enumeration(stage: StageGame) -> NashSolution:
    """Return the equilibria that nashpy's vertex enumeration finds on rescaled payoffs.

    Games in which a player has a single action are solved by nashpy's support enumeration.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> len(nashpy_vertex_enumeration(stage))
    3
    """
    game = _game(stage)
    # Qhull needs polytopes of dimension 2 or more: against one action the equilibria are single best replies.
    proposed = game.support_enumeration() if 1 in stage.n_actions else game.vertex_enumeration()
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
    return nash_solution(
        stage,
        _quietly(_game(stage).support_enumeration(), stop_time(deadline)),
        method="nashpy_support_enumeration",
        status="partial",
        reason="floating-point support enumeration proves no completeness, and is known to lose equilibria",
    )


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
    """Yield the candidates without warnings, until `monotonic()` passes `stop_at`."""
    while monotonic() <= stop_at:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)
            candidate = next(candidates, None)
        if candidate is None:
            return
        yield candidate


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
