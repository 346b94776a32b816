"""The contracts of solvers of payoff sets: of repeated games, under a public signal, and of stochastic games.

Such a solver gives bounds: an inner one of equilibrium payoffs alone, an outer one of all of them. So two
calls agree on a set if the inner bound of either lies in the outer bound of the other. Changing the
unit of one player, the order of actions or the order of players changes the names of payoffs and not the set,
and more patience makes it no smaller where that is a theorem: Abreu, Pearce and Stacchetti (1990), theorem 6,
for convex sets under a public signal and under perfect monitoring, not in stochastic games.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.games import PublicSignal, RepeatedGame, StageGame, StochasticGame
from negotiation.game_theory.solutions.bounded_set import distance_to_polygon
from negotiation.game_theory.solvers.nash.pure_equilibria import pure_equilibria
from negotiation.testing.contracts.results import status_fault, table_fault
from negotiation.testing.contracts.rules import first_fault, require_all
from negotiation.testing.numerics import NUMERICS
from negotiation.testing.strategies.repeated import repeated_games
from negotiation.testing.strategies.stage import stage_games
from negotiation.testing.strategies.stochastic import stochastic_games

Game: TypeAlias = Any
Map: TypeAlias = Callable[[FloatArray], FloatArray]

# How many games each rule is tried on where the caller does not say; a set takes longer than a profile.
SETS = 20

# The other unit of a player: exact in doubles, and far from the one in which the others are paid.
SCALE, SHIFT = 1 / 1024, 50


def check_repeated_solver(
    function: Callable[[RepeatedGame], Any],
    *,
    games: st.SearchStrategy[RepeatedGame] | None = None,
    examples: int = SETS,
) -> None:
    """Check a solver of payoff sets of repeated games of two players under perfect monitoring.

    Its result has a status, a table and the bounds `outer` and `inner`, vertices in the plane. The inner
    bound lies in the outer one, and this among the feasible payoffs of at least the pure minmax. Pure
    equilibria of the stage game are in it; with more patience no payoff is lost; and the unit of
    one player, the order of the actions and the order of the players change nothing.

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
    """Check a solver of payoff sets of repeated games of two players under a public signal.

    The rules are those of `check_repeated_solver`.

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
    """Check a solver of payoff sets of stochastic games of two players: one set for each state.

    The rules are those of `check_repeated_solver` but for patience, which moves the weights of the states;
    pure equilibria of the stage are asked for where there is one state.

    Examples
    --------
    >>> from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
    >>> check_stochastic_solver(equilibrium_payoffs, examples=1)
    """
    drawn = (
        stochastic_games(players=2, actions=(1, 2), states=(1, 2), form="dense") if games is None else games
    )
    require_all(function, drawn, list(_shared(function)), examples)


def _shared(function: Any) -> Iterator[tuple[str, Any]]:
    yield (
        "the answer is a result with a status and a table",
        lambda game: first_fault(status_fault(found := function(game)), table_fault(found)),
    )
    yield (
        "the inner bound lies in the outer one",
        lambda game: _outside(game, _sets(function(game)), _sets(function(game))),
    )
    yield "payoffs are feasible", lambda game: _feasible_fault(function(game), game)
    yield "pure equilibria of the stage are in the set", lambda game: _stage_fault(function(game), game)
    yield "the unit of one player changes nothing", lambda game: _unit_fault(function, game)
    yield (
        "the order of the actions changes nothing",
        lambda game: _fault(function, game, _changed(game, lambda a: a[::-1, ::-1]), _same),
    )
    yield (
        "the order of the players changes nothing",
        lambda game: _fault(function, game, _changed(game, _swapped, swap=True), _mirrored),
    )


def _of_repetition(function: Any) -> Iterator[tuple[str, Any]]:
    yield "nobody is paid less than the pure minmax", lambda game: _minmax_fault(function(game), game)
    yield "more patience loses no payoff", lambda game: _patience_fault(function, game)


def _stages(game: Game) -> tuple[StageGame, ...]:
    return game.stages if isinstance(game, StochasticGame) else (game.stage,)


def _sets(result: Any) -> list[Any]:
    return [result] if hasattr(result, "outer") else [result[state] for state in result]


def _ranges(game: Game) -> FloatArray:
    paid = np.concatenate([stage.payoffs.reshape(-1, 2) for stage in _stages(game)])
    spread = np.ptp(paid, axis=0)
    return np.where(spread > 0, spread, 1.0)


def _same(vertices: FloatArray) -> FloatArray:
    return vertices


def _mirrored(vertices: FloatArray) -> FloatArray:
    """Return vertices with the players exchanged, counter-clockwise again."""
    return vertices[::-1, ::-1]


def _outside(game: Game, inner: list[Any], outer: list[Any], back: Map = _same) -> str | None:
    """Return an inner vertex of the first sets that is outside the second ones, whose unit `back` undoes."""
    ranges = _ranges(game)
    for one, other in zip(inner, outer, strict=True):
        # In ranges of the players, so that one distance counts for both.
        hull = back(other.outer) / ranges if len(other.outer) else None
        for vertex in one.inner:
            if hull is None or distance_to_polygon(vertex / ranges, hull) > NUMERICS.answer:
                return f"{vertex.tolist()} is proven, and outside {back(other.outer).tolist()}"
    return None


def _fault(function: Any, game: Game, other: Game, back: Map) -> str | None:
    """Return what the sets of a game lack of those of the same game in other terms, or those of these."""
    one, two = _sets(function(game)), _sets(function(other))
    lost = _outside(game, one, two, back)
    if lost is not None:
        return lost
    # The other way round: proven in the other terms, so in the outer bound of the first.
    renamed = [replace(s, inner=back(s.inner)) if len(s.inner) else s for s in two]
    return _outside(game, renamed, one)


def _unit_fault(function: Any, game: Game) -> str | None:
    for player in range(2):
        scale, shift = np.ones(2), np.zeros(2)
        scale[player], shift[player] = SCALE, SHIFT

        # Bound now: the loop goes on to the other player before these are called.
        def back(v: FloatArray, scale: FloatArray = scale, shift: FloatArray = shift) -> FloatArray:
            """Return payoffs in the first unit again."""
            return np.asarray((v - shift) / scale)

        def there(u: FloatArray, scale: FloatArray = scale, shift: FloatArray = shift) -> FloatArray:
            """Return payoffs in the other unit."""
            return np.asarray(u * scale + shift)

        made = _changed(game, _same, paid=there)
        wrong = _fault(function, game, made, back)
        if wrong is not None:
            return f"player {player + 1} in another unit: {wrong}"
    return None


def _swapped(array: Any) -> Any:
    return np.swapaxes(array, 0, 1)


def _changed(game: Game, profiles: Map, *, swap: bool = False, paid: Map = _same) -> Game:
    """Return a game whose profiles stand in another order, and that pays in other units."""
    columns = slice(None, None, -1 if swap else 1)
    stages = [StageGame(paid(profiles(stage.payoffs)[..., columns])) for stage in _stages(game)]
    factors = game.discount_factor
    if isinstance(factors, (tuple, list)):
        factors = factors[columns]
    if isinstance(game, RepeatedGame):
        signal = game.monitoring
        told = PublicSignal(profiles(signal.given_probabilities()), signal.signals) if signal else None
        return RepeatedGame(stages[0], factors, told)
    rows = [profiles(_rows(game, state)) for state in game.states]
    return StochasticGame.from_stages(dict(zip(game.states, stages, strict=True)), np.array(rows), factors)


def _rows(game: StochasticGame, state: str) -> Any:
    stage = game.stage(state)
    rows = np.zeros((*stage.n_actions, game.n_states))
    for index in product(*map(range, stage.n_actions)):
        for after, chance in game.next_states(state, stage.labels(index)).items():
            rows[(*index, game.state_index(after))] = float(chance)
    return rows


def _feasible_fault(result: Any, game: Game) -> str | None:
    paid = np.concatenate([stage.payoffs.reshape(-1, 2) for stage in _stages(game)]) / _ranges(game)
    # Support in 32 directions: the outer set reaches no further than the payoffs of the stage.
    turns = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    normals = np.stack([np.cos(turns), np.sin(turns)])
    for found in _sets(result):
        if (
            len(found.outer)
            and (found.outer / _ranges(game) @ normals > (paid @ normals).max(0) + NUMERICS.answer).any()
        ):
            return f"{found.outer.tolist()} reaches beyond the payoffs of the stage"
    return None


def _minmax_fault(result: Any, game: RepeatedGame) -> str | None:
    u = game.stage.payoffs
    # Pure minmax of each player: no equilibrium in pure strategies pays less.
    least = np.array([u[..., 0].max(axis=0).min(), u[..., 1].max(axis=1).min()])
    for found in _sets(result):
        if len(found.outer) and ((found.outer - least) / _ranges(game) < -NUMERICS.answer).any():
            return f"{found.outer.tolist()} pays less than {least.tolist()}"
    return None


def _stage_fault(result: Any, game: Game) -> str | None:
    if len(_stages(game)) > 1:
        return None
    ranges, (found,) = _ranges(game), _sets(result)
    for equilibrium in pure_equilibria(_stages(game)[0]):
        point = np.asarray(equilibrium.payoffs, dtype=np.float64) / ranges
        if not len(found.outer) or distance_to_polygon(point, found.outer / ranges) > NUMERICS.answer:
            return f"{equilibrium.payoffs.tolist()} is paid in a stage equilibrium and missing"
    return None


def _patience_fault(function: Any, game: RepeatedGame) -> str | None:
    if not game.is_common:
        return None
    # Half of the way to 1.
    later = replace(game, discount_factor=(1 + game.exact_discount_factors[0]) / 2)
    return _outside(game, _sets(function(game)), _sets(function(later)))
