"""The contracts of solvers of payoff sets: of repeated games, under a public signal, and of stochastic games.

Such a solver returns two bounds: the inner bound contains only equilibrium payoffs, and the outer bound
contains all of them. So two calls agree on a set if the inner bound of each lies in the outer bound of the
other. The terms in which a game is stated change nothing, as for every function of a game (`same_answers`).
More patience makes the set no smaller where that is a theorem: Abreu, Pearce and Stacchetti (1990), theorem
6, for convex sets under a public signal and under perfect monitoring, not in stochastic games.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st

from negotiation.game_theory.games import RepeatedGame, StochasticGame
from negotiation.game_theory.solvers.nash.pure_equilibria import pure_equilibria
from negotiation.testing.contracts.results import result_fault
from negotiation.testing.contracts.rules import first_fault, require_all
from negotiation.testing.contracts.same_answers import (
    Bounds,
    PlayerTerms,
    Retold,
    difference,
    outside,
    stages_of,
)
from negotiation.testing.numerics import NUMERICS
from negotiation.testing.strategies.repeated import repeated_games
from negotiation.testing.strategies.stage import stage_games
from negotiation.testing.strategies.stochastic import stochastic_games

Game: TypeAlias = RepeatedGame | StochasticGame
Solver: TypeAlias = Callable[[Any], Any]
Rules: TypeAlias = Iterator[tuple[str, Callable[[Any], str | None]]]

# How many games each rule is tried on where the caller does not say; a set takes longer than a profile.
SETS = 20

# The terms of the game that is given, and others: payoffs are floats, exact in either unit.
GIVEN = PlayerTerms(floats=True)
OTHERS = {
    "the unit of one player changes nothing": tuple(
        GIVEN._replace(player=player, scale=Fraction(1, 1024), shift=Fraction(50)) for player in range(2)
    ),
    "the order of the actions changes nothing": (GIVEN._replace(turned=True),),
    "the order of the players changes nothing": (GIVEN._replace(moved=True),),
}


def check_repeated_solver(
    function: Callable[[RepeatedGame], Any],
    *,
    games: st.SearchStrategy[RepeatedGame] | None = None,
    examples: int = SETS,
) -> None:
    """Check a solver of the payoff sets of repeated games under perfect monitoring.

    The result has a status, a table and the bounds `outer` and `inner`, as vertices in the plane. The inner
    bound lies in the outer bound, and the outer bound in the set of feasible payoffs that are at least the
    pure minmax payoffs. The set contains the pure equilibria of the stage game. If the players share a
    discount factor, the set does not lose payoffs as they become more patient. The unit of a player's
    payoffs, the order of actions and the order of players do not matter.

    Parameters
    ----------
    function : callable
        The solver: a function from a `RepeatedGame` of two players to a result.
    games : SearchStrategy, optional
        Hypothesis strategy for the games; games of the package's strategies by default.
    examples : int, optional
        Number of random examples for each rule; 20 by default.

    Raises
    ------
    BrokenContract
        If a rule is broken; the message states the rule and the smallest example that was found.

    Examples
    --------
    >>> from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
    >>> check_repeated_solver(equilibrium_payoffs, examples=2)
    """
    drawn = repeated_games(stages=stage_games(players=2, actions=(1, 3))) if games is None else games
    require_all(function, drawn, [*_shared(function), *_of_repetition(function)], examples)


def check_signal_solver(
    function: Callable[[RepeatedGame], Any],
    *,
    games: st.SearchStrategy[RepeatedGame] | None = None,
    examples: int = SETS,
) -> None:
    """Check a solver of the payoff sets of repeated games with a public signal.

    The rules are those of `check_repeated_solver`.

    Parameters
    ----------
    function : callable
        The solver: a function from a `RepeatedGame` of two players to a result.
    games : SearchStrategy, optional
        Hypothesis strategy for the games; games of the package's strategies by default.
    examples : int, optional
        Number of random examples for each rule; 20 by default.

    Raises
    ------
    BrokenContract
        If a rule is broken; the message states the rule and the smallest example that was found.

    Examples
    --------
    >>> from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
    >>> check_signal_solver(equilibrium_payoffs, examples=1)
    """
    drawn = (
        repeated_games(stages=stage_games(players=2, actions=(1, 2)), monitoring="any")
        if games is None
        else games
    )
    require_all(function, drawn, [*_shared(function), *_of_repetition(function)], examples)


def check_stochastic_solver(
    function: Callable[[StochasticGame], Any],
    *,
    games: st.SearchStrategy[StochasticGame] | None = None,
    examples: int = SETS,
) -> None:
    """Check a solver of the payoff sets of stochastic games, one set for each state.

    The rules are those of `check_repeated_solver`, without the rules on minmax payoffs and on patience. Pure
    stage equilibria must be in the set only if the game has a single state.

    Parameters
    ----------
    function : callable
        The solver: a function from a `StochasticGame` of two players to a result.
    games : SearchStrategy, optional
        Hypothesis strategy for the games; games of the package's strategies by default.
    examples : int, optional
        Number of random examples for each rule; 20 by default.

    Raises
    ------
    BrokenContract
        If a rule is broken; the message states the rule and the smallest example that was found.

    Examples
    --------
    >>> from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
    >>> check_stochastic_solver(equilibrium_payoffs, examples=1)
    """
    drawn = (
        stochastic_games(players=2, actions=(1, 2), states=(1, 2), form="dense") if games is None else games
    )
    require_all(function, drawn, list(_shared(function)), examples)


def _shared(function: Solver) -> Rules:
    yield "the answer is a result with a status and a table", lambda game: result_fault(function(game))
    yield "the inner bound lies in the outer one", lambda game: _inner_fault(_asked(function, game))
    yield "payoffs are feasible", lambda game: _feasible_fault(_asked(function, game), game)
    yield (
        "pure equilibria of the stage are in the set",
        lambda game: _stage_fault(_asked(function, game), game),
    )
    for says, others in OTHERS.items():
        yield says, partial(_terms_fault, function, others)


def _of_repetition(function: Solver) -> Rules:
    yield (
        "nobody is paid less than the pure minmax",
        lambda game: _minmax_fault(_asked(function, game), game),
    )
    yield "more patience loses no payoff", lambda game: _patience_fault(function, game)


def _asked(function: Solver, game: Game, terms: PlayerTerms = GIVEN) -> list[Bounds]:
    """Return the bounds of each set that the solver finds in given terms, as shares in the original terms."""
    retold = Retold(game, terms)
    solved = function(retold.game)
    sets = [solved[state] for state in game.states] if isinstance(game, StochasticGame) else [solved]
    return [retold.bounds(each) for each in sets]


def _terms_fault(function: Solver, others: tuple[PlayerTerms, ...], game: Game) -> str | None:
    first = _asked(function, game)
    faults = ((terms, difference(first, _asked(function, game, terms), "the set")) for terms in others)
    return next((f"{terms}: {fault}" for terms, fault in faults if fault is not None), None)


def _inner_fault(sets: list[Bounds]) -> str | None:
    return first_fault(*(outside(bounds.inner, bounds.outer) for bounds in sets))


def _feasible_fault(sets: list[Bounds], game: Game) -> str | None:
    retold = Retold(game, GIVEN)
    paid = np.concatenate([retold.shares(stage.payoffs.reshape(-1, 2)) for stage in stages_of(game)])
    # Support in 32 directions: the outer set reaches no further than the payoffs of the stage.
    turns = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    normals = np.stack([np.cos(turns), np.sin(turns)])
    most = (paid @ normals).max(axis=0) + NUMERICS.answer
    for bounds in sets:
        if (bounds.outer @ normals > most).any():
            return f"{bounds.outer.tolist()} reaches beyond the payoffs of the stage, in shares"
    return None


def _minmax_fault(sets: list[Bounds], game: RepeatedGame) -> str | None:
    u = game.stage.payoffs
    # Pure minmax of each player: no equilibrium in pure strategies pays less.
    least = Retold(game, GIVEN).shares([u[..., 0].max(axis=0).min(), u[..., 1].max(axis=1).min()])
    for bounds in sets:
        if (bounds.outer < least - NUMERICS.answer).any():
            return f"{bounds.outer.tolist()} pays less than {least.tolist()}, in shares"
    return None


def _stage_fault(sets: list[Bounds], game: Game) -> str | None:
    if len(sets) > 1:
        return None
    paid = [equilibrium.payoffs for equilibrium in pure_equilibria(stages_of(game)[0])]
    fault = outside(Retold(game, GIVEN).shares(np.reshape(paid, (-1, 2))), sets[0].outer)
    return f"a stage equilibrium is missing: {fault}" if fault else None


def _patience_fault(function: Solver, game: RepeatedGame) -> str | None:
    if not game.is_common:
        return None
    # Half of the way to 1.
    later = replace(game, discount_factor=(1 + game.exact_discount_factors[0]) / 2)
    pairs = zip(_asked(function, game), _asked(function, later), strict=True)
    return first_fault(*(outside(now.inner, patient.outer) for now, patient in pairs))
