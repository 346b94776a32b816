"""Equilibria of a bimatrix game by nashpy's vertex enumeration, behind a wrapper that rescales and verifies.

Vertex enumeration pairs the vertices of the two best-reply polytopes whose labels together are all actions
(Mangasarian 1964; von Stengel 2002, algorithm 3.5). Nashpy's version is right only for payoffs that are
strictly positive and of moderate size, so each player's payoffs are first mapped affinely onto [1, 2], which
changes no equilibrium. Exponential in the number of actions.

Nashpy works in floats and matches vertices by a tolerance, so it proves nothing about completeness. The
wrapper therefore counts: in a non-degenerate game the equilibria are odd in number (Wilson 1971). The status
is `partial` whatever the count, and the reason says what the count shows.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np

from negotiation.errors import InvalidGame
from negotiation.games import StageGame
from negotiation.numeric import FloatArray
from negotiation.solvers.nash.solution import NashMethod, NashSolution, nash_solution


def nashpy_vertex_enumeration(stage: StageGame) -> NashSolution:
    """Return the equilibria that nashpy's vertex enumeration finds on rescaled payoffs.

    Parameters
    ----------
    stage : StageGame
        A two-player game.

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
    >>> len(nashpy_vertex_enumeration(stage))
    3
    """
    if stage.n_players != 2:
        raise InvalidGame(
            f"vertex enumeration is for two players; the game has {stage.n_players}: "
            "use pure_equilibria, correlated or logit equilibria"
        )
    solution = nash_solution(
        stage,
        _candidates(stage),
        method="nashpy_vertex_enumeration",
        status="partial",
        reason="floating-point vertex enumeration proves no completeness",
    )
    odd = "odd, as in every non-degenerate game" if len(solution) % 2 else "even: degenerate, or some missed"
    return NashSolution(
        solution.equilibria,
        solution.status,
        solution.method,
        f"{solution.reason}; the number of equilibria found is {odd}",
        solution.tolerance,
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


def _candidates(stage: StageGame) -> Iterator[tuple[FloatArray, FloatArray]]:
    # Qhull needs polytopes of dimension 2 or more: a player with one action best-replies in closed form.
    if 1 in stage.n_actions:
        yield from _against_one_action(stage)
        return
    import nashpy

    game = nashpy.Game(rescaled(stage.payoffs[..., 0]), rescaled(stage.payoffs[..., 1]))
    with warnings.catch_warnings():
        # Nashpy warns of an even count in degenerate games; the status says what is proven instead.
        warnings.simplefilter("ignore", RuntimeWarning)
        yield from game.vertex_enumeration()


def _against_one_action(stage: StageGame) -> Iterator[tuple[FloatArray, FloatArray]]:
    chooser = 0 if stage.n_actions[1] == 1 else 1
    own = stage.payoffs[..., chooser].ravel()
    for a in np.flatnonzero(own >= own.max()):
        choice, single = np.zeros(own.size), np.ones(1)
        choice[a] = 1.0
        yield (choice, single) if chooser == 0 else (single, choice)


METHOD = NashMethod(
    "nashpy_vertex_enumeration",
    "extreme equilibria of a two-player game, completeness not proven",
    2,
    nashpy_vertex_enumeration,
)
