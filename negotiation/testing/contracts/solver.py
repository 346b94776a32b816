"""The contract of a solver of stage games: each of its equilibria passes the independent check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from hypothesis import strategies as st

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.solve import solve
from negotiation.testing.contracts.results import result_fault
from negotiation.testing.contracts.rules import EXAMPLES, require_all
from negotiation.testing.numerics import NUMERICS
from negotiation.testing.strategies.named_games import coordination_games
from negotiation.testing.strategies.stage import degenerate_games, generic_games, stage_games

# Last bits by which a payoff that is far from zero may differ: it is a sum over the profiles.
ROUNDINGS = 8


def check_solver(
    function: Callable[[StageGame], Any],
    *,
    finds: Literal["all", "some"] = "some",
    games: st.SearchStrategy[StageGame] | None = None,
    examples: int = EXAMPLES,
) -> None:
    """Check a solver of stage games.

    The result has a status and a table. Every equilibrium passes `verify` and has the stated payoffs, and the
    same game gives the same answer. If the status is `complete`, adding a constant to a player's payoffs or
    exchanging the players changes only the payoffs and the order. If the solver claims to find all
    equilibria, no extreme equilibrium is missing from a complete answer.

    Parameters
    ----------
    function : callable
        The solver: a function from a `StageGame` to a result.
    finds : {"all", "some"}, optional
        Whether the solver claims to find all equilibria; "some" by default.
    games : SearchStrategy, optional
        Hypothesis strategy for the games; two-player games of several kinds by default.
    examples : int, optional
        Number of random examples for each rule; 60 by default.

    Raises
    ------
    BrokenContract
        If a rule is broken; the message states the rule and the smallest example that was found.

    Examples
    --------
    >>> from negotiation.game_theory.solvers.nash.pure_equilibria import pure_equilibria
    >>> check_solver(pure_equilibria, examples=10)
    """
    usual = st.one_of(stage_games(), generic_games(), degenerate_games(), coordination_games())
    drawn = usual if games is None else games
    rules: dict[str, Callable[[StageGame], str | None]] = {
        "the answer is a result with a status and a table": lambda game: result_fault(function(game)),
        "the same game gives the same answer": lambda game: _repeat_fault(function, game),
        "every equilibrium passes the independent check": lambda game: _check_fault(function(game), game),
        "a constant added to a player's payoffs changes no equilibrium": lambda g: _shift_fault(function, g),
        "swapping the players swaps the equilibria": lambda game: _swap_fault(function, game),
    }
    if finds == "all":
        says = "`complete` means that no extreme equilibrium is missing"
        rules[says] = lambda game: _missing_fault(function(game), game)
    require_all(function, drawn, rules.items(), examples)


def _points(result: Any) -> list[FloatArray]:
    return [np.concatenate([np.asarray(p, dtype=np.float64) for p in e.strategies]) for e in result]


def _repeat_fault(function: Callable[[StageGame], Any], game: StageGame) -> str | None:
    first, other = _points(function(game)), _points(function(game))
    same = len(first) == len(other) and all(np.array_equal(p, q) for p, q in zip(first, other, strict=True))
    return (
        None if same else f"{len(first)} equilibria the first time, {len(other)} or different ones the second"
    )


def _check_fault(result: Any, game: StageGame) -> str | None:
    for equilibrium in result:
        verdict = verify(game, equilibrium.strategies)
        if not verdict.holds:
            return f"a profile is called an equilibrium but is not one. {verdict.explain()}".rstrip(".")
        paid: Any = game.payoffs
        for vector in equilibrium.strategies:
            paid = np.tensordot(np.asarray(vector, dtype=np.float64), paid, axes=(0, 0))
        if (np.abs(paid - equilibrium.payoffs) > _paid_alike(game)).any():
            return f"an equilibrium pays {paid.tolist()}, but {equilibrium.payoffs!r} is reported"
    return None


def _paid_alike(game: StageGame) -> FloatArray:
    """Return how much two payoffs of each player may differ: a share of the player's range, plus rounding."""
    own = game.payoffs.reshape(-1, game.n_players)
    # A payoff far from zero has lost digits before any solver saw it.
    rounded = ROUNDINGS * np.finfo(float).eps * np.abs(own).max(axis=0)
    alike: FloatArray = NUMERICS.profile * np.ptp(own, axis=0) + rounded
    return alike


def _lost(points: list[FloatArray], others: list[FloatArray]) -> list[FloatArray]:
    """Return the points that are near none of the others."""
    return [p for p in points if not any(np.abs(p - q).max() < NUMERICS.profile for q in others)]


def _difference(one: Any, other: Any, points: list[FloatArray], others: list[FloatArray]) -> str | None:
    if one.status != "complete" or other.status != "complete":
        return None
    lost, new = _lost(points, others), _lost(others, points)
    if not lost and not new:
        return None
    return f"lost: {[p.tolist() for p in lost]}, new: {[p.tolist() for p in new]}"


def _shift_fault(function: Callable[[StageGame], Any], game: StageGame) -> str | None:
    # Exact: given payoffs are shifted as fractions.
    shift = np.array([1000 * (-1) ** i for i in range(game.n_players)])
    plain = function(game)
    shifted = function(StageGame(game.exact_payoffs() + shift, game.players, game.actions))
    return _difference(plain, shifted, _points(plain), _points(shifted))


def _swap_fault(function: Callable[[StageGame], Any], game: StageGame) -> str | None:
    order = tuple(range(game.n_players))[::-1]
    payoffs = game.exact_payoffs().transpose(*order, game.n_players)[..., ::-1]
    plain, swapped = function(game), function(StageGame(payoffs, game.players[::-1], game.actions[::-1]))
    back = [np.concatenate([np.asarray(p, dtype=float) for p in e.strategies[::-1]]) for e in swapped]
    return _difference(plain, swapped, _points(plain), back)


def _missing_fault(result: Any, game: StageGame) -> str | None:
    if result.status != "complete":
        return None
    missing = _lost(_points(solve(game)), _points(result))
    return f"missing: {[point.tolist() for point in missing]}" if missing else None
