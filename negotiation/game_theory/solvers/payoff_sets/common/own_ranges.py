"""Scaling of each player's payoffs to a common range, for solvers that compare lengths.

Players' payoffs have no common unit, so no tolerance may compare them. A solver of payoff sets therefore gets
a game in which each player's least payoff is 0 and the greatest payoffs lie between two neighbouring powers
of two. To this end a base is subtracted from the payoffs and the difference is multiplied by a power of two.
In floats the product is exact and the difference is rounded once; in rational numbers both are exact. The
result is mapped back to the original units. The common scale is that of one player, so that small whole
numbers stay whole.

Games with transfers are an exception, because money has the same unit for both players.

Knife edges are decided in small whole numbers. Where the bounds do not meet, a constraint may hold or fail by
less than they resolve. If each player's payoffs are multiples of a common part of the range (for floats, in
the nearest game of simple fractions), the game can be written in small whole numbers. That game is solved:
its vertices are short fractions, so an exact set can be recognised, and in rational numbers a constraint
either holds or fails. The same solver then runs once or twice more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import wraps
from math import gcd, lcm
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np

from negotiation.base.numeric import (
    FloatArray,
    IntArray,
    Number,
    NumberArray,
    ObjectArray,
    as_fraction,
    is_exact,
    read_only,
)
from negotiation.errors import InvalidGame
from negotiation.game_theory.games import RepeatedGame, StageGame, StochasticGame
from negotiation.game_theory.games.plain_payoffs import plain_shares
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSet, StatePayoffSets
from negotiation.game_theory.solutions.transfer_payoff_set import StateTransferSet
from negotiation.game_theory.solvers.payoff_sets.numerics import NUMERICS

Solver = TypeVar("Solver", bound=Callable[..., PayoffSet])
StateSolver = TypeVar("StateSolver", bound=Callable[..., StatePayoffSets])


class OwnRanges(NamedTuple):
    """Each player's least payoff, range of payoffs and power of two by which payoffs are divided."""

    # The least payoff of each player.
    bases: tuple[Number, ...]
    # (N,): the greatest payoffs less the least ones.
    ranges: FloatArray
    # (N,): payoffs are divided by two to these powers; 0 for a player whose payoffs are constant.
    exponents: IntArray
    # Whether rational payoffs are so far from zero that their floats lose the differences.
    far: bool

    @property
    def are_alike(self) -> bool:
        """Whether all players' payoffs are already on one scale and floats keep their differences."""
        return not self.far and not self.exponents.any()

    def back(self, payoffs: FloatArray) -> FloatArray:
        """Return scaled payoffs, shape (..., N), in the original units of the players."""
        result: FloatArray = np.ldexp(payoffs, self.exponents) + [float(base) for base in self.bases]
        return result


def own_ranges(stages: Sequence[StageGame]) -> OwnRanges:
    """Return the ranges of the players' payoffs over the stage games.

    Examples
    --------
    >>> found = own_ranges([StageGame.from_matrices([[0, 5]], [[7, 1007]])])
    >>> found.ranges.tolist(), found.exponents.tolist()
    ([5.0, 1000.0], [0, 7])
    """
    flat = _flat([stage.payoffs for stage in stages])
    bases = flat.min(axis=0)
    with np.errstate(over="ignore"):
        ranges = flat.max(axis=0) - bases
    from_zero = np.abs(flat).max(axis=0)
    far = bool((from_zero > NUMERICS.near_zero * ranges).any()) and all(stage.is_rational for stage in stages)
    if far:
        flat = _flat([stage.exact_payoffs() for stage in stages])
        bases = flat.min(axis=0)
        ranges = (flat.max(axis=0) - bases).astype(np.float64)
    for player, size in zip(stages[0].players, ranges.tolist(), strict=True):
        if size > 0.0 and not NUMERICS.least_range <= size <= 1.0 / NUMERICS.least_range:
            raise InvalidGame(
                f"the payoffs of {player} span {size:.3g}, but double precision needs a span from "
                f"{NUMERICS.least_range:g} to {1.0 / NUMERICS.least_range:g}; measure payoffs in another unit"
            )
    powers = np.frexp(ranges)[1][ranges > 0.0].tolist()
    common = min(powers, key=lambda power: (abs(power - NUMERICS.usual_power), power), default=0)
    exponents = np.where(ranges > 0.0, np.frexp(ranges)[1] - common, 0).astype(np.intp)
    return OwnRanges(tuple(bases.tolist()), ranges, exponents, far)


def _flat(payoffs: Sequence[NumberArray]) -> NumberArray:
    rows = [array.reshape(-1, array.shape[-1]) for array in payoffs]
    return rows[0] if len(rows) == 1 else np.concatenate(rows)


def on_own_ranges(stage: StageGame, own: OwnRanges) -> StageGame:
    """Return the stage game with each player's payoffs less their base and divided by their power of two.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[0, 5]], [[7, 1007]])
    >>> on_own_ranges(stage, own_ranges([stage])).payoffs.tolist()
    [[[0.0, 0.0], [5.0, 7.8125]]]
    """
    return stage.in_units([as_fraction(base) for base in own.bases], own.exponents.tolist(), own.far)


def each_on_own_range(solver: Solver) -> Solver:
    """Return the solver of two-player repeated games, applied to the game with scaled payoffs.

    A game whose players' payoffs are already on one scale is not changed. The gap of the result is measured
    in the players' ranges.
    """

    @wraps(solver)
    def mapped(game: RepeatedGame, **options: Any) -> PayoffSet:
        """Solve the game with scaled payoffs and return the result in the original units."""
        own = own_ranges((game.stage,))
        if own.are_alike:
            mapped_set = solver(game, **options)
            return replace(mapped_set, gap=gap_in_ranges(mapped_set, own.ranges))
        mapped_set = solver(replace(game, stage=on_own_ranges(game.stage, own)), **options)
        return replace(mapped_set, game=game, **_in_players_units(mapped_set, own))

    return cast("Solver", mapped)


def states_on_own_ranges(solver: StateSolver) -> StateSolver:
    """Return the solver of two-player stochastic games, applied to the game with scaled payoffs.

    Each player has one scale for all states, since payoffs of different states are added up.
    """

    @wraps(solver)
    def mapped(game: StochasticGame, **options: Any) -> StatePayoffSets:
        """Solve the game with scaled payoffs and return the result in the original units."""
        own = own_ranges(game.stages)
        if game.n_players != 2 or own.are_alike:
            mapped_set = solver(game, **options)
            sets = tuple(replace(part, gap=gap_in_ranges(part, own.ranges)) for part in mapped_set.sets)
            return replace(mapped_set, sets=sets)
        mapped_set = solver(_moved(game, own), **options)
        parts = (replace(part, game=game, **_in_players_units(part, own)) for part in mapped_set.sets)
        return replace(mapped_set, game=game, sets=tuple(parts))

    return cast("StateSolver", mapped)


def states_from_own_bases(solver: StateSolver) -> StateSolver:
    """Return the solver of games with transfers, applied to the game with each player's least payoff at 0.

    Units are not changed, because money has the same unit for both players. A game whose payoffs are not far
    from zero is not changed at all.
    """

    @wraps(solver)
    def mapped(game: StochasticGame, *options: Any) -> StatePayoffSets:
        """Solve the game with least payoffs at zero and return the result in the original payoffs."""
        own = own_ranges(game.stages)
        if not own.far:
            return solver(game, *options)
        # Transfers are in one unit for all players: bases may be subtracted, but units not changed.
        own = own._replace(exponents=np.zeros_like(own.exponents))
        mapped_set = solver(_moved(game, own), *options)
        joint = float(sum(as_fraction(base) for base in own.bases))
        parts = (
            replace(part, game=game, **_in_players_units(part, own), joint=part.joint + joint)
            for part in mapped_set.sets
            if isinstance(part, StateTransferSet)
        )
        return replace(mapped_set, game=game, sets=tuple(parts))

    return cast("StateSolver", mapped)


def _moved(game: StochasticGame, own: OwnRanges) -> StochasticGame:
    stages = (on_own_ranges(stage, own) for stage in game.stages)
    by_state = dict(zip(game.states, stages, strict=True))
    return StochasticGame.from_stages(by_state, game.transitions, game.discount_factor)


def _in_players_units(solution: PayoffSet | StatePayoffSet, own: OwnRanges) -> dict[str, Any]:
    """Return the fields of a set that are measured in payoffs, in the original units."""
    changed: dict[str, Any] = {}
    for name in ("outer", "inner", "threats", "continuations"):
        changed[name] = own.back(getattr(solution, name))
        read_only(changed[name])
    size = float(own.ranges.max()) or 1.0
    return {**changed, "size": size, "gap": gap_in_ranges(solution, np.ldexp(own.ranges, -own.exponents))}


def gap_in_ranges(solution: PayoffSet | StatePayoffSet, ranges: FloatArray) -> float:
    """Return the gap of a set with each player's payoffs divided by the player's range.

    Shapes: `ranges` (2,).
    """
    from negotiation.game_theory.solvers.payoff_sets.common.polygons import (
        distance_between_near,
        largest_distance,
    )

    if not len(solution.outer) or not len(solution.inner):
        return solution.gap
    units = np.stack([np.full(2, solution.size), np.where(ranges > 0.0, ranges, 1.0)])
    if min(len(solution.outer), len(solution.inner)) > NUMERICS.long_polygon:
        in_size, in_ranges = (
            distance_between_near(solution.outer / unit, solution.inner / unit) for unit in units
        )
        # The solver's own gap may exceed the distance by an allowance for rounding, which is kept.
        return float(in_ranges + max(0.0, solution.gap - in_size))
    in_size, in_ranges = (
        float(
            largest_distance(
                solution.outer / unit, len(solution.outer), solution.inner / unit, len(solution.inner)
            )
        )
        for unit in units
    )
    # The solver's allowance beyond the distance, as for rounding, is kept.
    return in_ranges + max(0.0, solution.gap - in_size)


def decided_in_whole_numbers(
    payoff_set: PayoffSet, meet: float, solver: Callable[[RepeatedGame], PayoffSet]
) -> PayoffSet:
    """Return the set, or the solution of the same game in whole numbers if the bounds meet only there.

    Bounds meet if their gap is at most `meet`. The result is in the original units in either case.
    """
    if payoff_set.gap <= meet:
        return payoff_set
    game = payoff_set.game
    flat = game.stage.payoffs.reshape(-1, 2)
    given = game.stage.given_payoffs().reshape(-1, 2)
    read = [_shares(given[:, i], flat[:, i]) for i in (0, 1)]
    if max(units for _, units in read) > NUMERICS.most_plain_units:
        return payoff_set
    unit = np.ptp(flat, axis=0) / [units for _, units in read]
    for whole in _whole_games(game, np.array([shares for shares, _ in read], dtype=object).T):
        other = solver(whole)
        if other.status == "complete" and other.gap <= meet:
            return _back(other, payoff_set, flat.min(axis=0), unit)
    return payoff_set


def _shares(given: ObjectArray, floats: FloatArray) -> tuple[list[int], int]:
    """Return one player's payoffs above the least in whole units, and the number of units in the range."""
    if given.dtype != object:
        return plain_shares(floats)
    above = [as_fraction(x) - as_fraction(given.min()) for x in given]
    common = lcm(*(x.denominator for x in above))
    whole = [int(x * common) for x in above]
    unit = gcd(*whole) or 1
    return [x // unit for x in whole], max(max(whole) // unit, 1)


def _whole_games(game: RepeatedGame, shares: ObjectArray) -> Iterator[RepeatedGame]:
    """Yield the game in whole numbers: first in floats if it has floats, then in rational numbers."""
    shape, labels = game.stage.payoffs.shape, (game.stage.players, game.stage.actions)
    rational = game.stage.is_rational and all(is_exact(delta) for delta in game.discount_factors)
    if not rational:
        stage = StageGame(shares.astype(np.float64).reshape(shape), *labels)
        yield RepeatedGame(stage, game.discount_factors)
    exact = tuple(_plain(delta) for delta in game.discount_factors)
    whole = RepeatedGame(StageGame(shares.reshape(shape), *labels), exact)
    if not rational or whole.stage != game.stage:
        yield whole


def _plain(delta: Number) -> Fraction:
    """Return the short fraction that a float rounds, if there is one, and otherwise the number itself."""
    given = as_fraction(delta)
    short = given.limit_denominator(NUMERICS.most_plain_units)
    return short if not is_exact(delta) and float(short) == delta else given


def _back(other: PayoffSet, payoff_set: PayoffSet, low: FloatArray, unit: FloatArray) -> PayoffSet:
    """Return the solution `other` of the game in whole numbers, in the units of the original game."""
    moved = {
        name: low + unit * getattr(other, name) for name in ("outer", "inner", "threats", "continuations")
    }
    read_only(*moved.values())
    reason = f"{other.reason}, in the smallest whole numbers that say the same"
    return replace(other, game=payoff_set.game, reason=reason, size=payoff_set.size, **moved)
