"""Equilibria of a bimatrix game by nashpy's support enumeration, behind a wrapper that rescales and verifies.

Support enumeration solves the indifference conditions for every pair of supports of equal size (von Stengel
2002, algorithm 3.4). Each player's payoffs are first mapped onto [1, 2], which changes no equilibrium; what
nashpy then proposes is checked. It rejects probabilities a rounding error below zero and with them
equilibria, so the status is `partial` always. Exponential in the number of actions.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from time import monotonic

from negotiation.errors import InvalidGame
from negotiation.games import StageGame
from negotiation.numeric import FloatArray
from negotiation.solvers.nash.nashpy_methods import rescaled
from negotiation.solvers.nash.solution import NashMethod, NashSolution, nash_solution


def nashpy_support_enumeration(stage: StageGame, *, deadline: float | None = None) -> NashSolution:
    """Return the equilibria that nashpy's support enumeration finds on rescaled payoffs.

    Parameters
    ----------
    stage : StageGame
        A two-player game.
    deadline : float, optional
        Seconds after which to stop at the next candidate.

    Returns
    -------
    NashSolution
        `partial`: each equilibrium is verified, that there are no others is not proven.

    Raises
    ------
    InvalidGame
        If the game does not have two players.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> nashpy_support_enumeration(stage).status
    'partial'
    """
    if stage.n_players != 2:
        raise InvalidGame(
            f"support enumeration is for two players; the game has {stage.n_players}: "
            "use pure_equilibria, correlated or logit equilibria"
        )
    stop_at = None if deadline is None else monotonic() + deadline
    return nash_solution(
        stage,
        _candidates(stage, stop_at),
        method="nashpy_support_enumeration",
        status="partial",
        reason="floating-point support enumeration proves no completeness, and is known to lose equilibria",
    )


def _candidates(stage: StageGame, stop_at: float | None) -> Iterator[tuple[FloatArray, FloatArray]]:
    import nashpy

    game = nashpy.Game(rescaled(stage.payoffs[..., 0]), rescaled(stage.payoffs[..., 1]))
    with warnings.catch_warnings():
        # Nashpy warns of an even count in degenerate games; the status says what is proven instead.
        warnings.simplefilter("ignore", RuntimeWarning)
        for candidate in game.support_enumeration():
            yield candidate
            if stop_at is not None and monotonic() > stop_at:
                return


METHOD = NashMethod(
    "nashpy_support_enumeration",
    "equilibria with supports of equal size, completeness not proven",
    2,
    nashpy_support_enumeration,
    frozenset({"deadline"}),
)
