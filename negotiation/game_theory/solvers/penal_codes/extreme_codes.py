"""Exact optimal penal codes: extreme play at a discount factor, solved in rational numbers.

Play at the corners of the payoff set that are worst for the players is read from the outer bound, and its
payoffs are computed from equations. If the resulting points generate one another, they are the payoffs of the
worst equilibria and of their continuations (Abreu 1986, 1988). If a worst payoff depends on itself in a
non-linear way, it is replaced by a promise slightly above it. Cost: one outer bound, and a few operations in
fractions for each state.

The equations are solved state by state, in rational numbers or in rational functions. For each of a few
states, extreme play gives the profile that is played, the player j who is just deterred there, and the states
that follow by lottery (`payoff_sets/perfect/extreme_play.py`). With x for the discount factor, u_i for the
payoff of i's worst state to i, and d_i(a) for i's best payoff against the other player's action in a,

    p = g(a)                                       where a is played for ever,
    p_j = (1 - x) d_j(a) + x u_j                   for the player j who is just deterred,
    p = (1 - x) g(a) + x (a mixture of states)     for both players.

If a state is followed by a lottery between itself and another state, p is on the line from g(a) to the other
state's payoffs. If two states are followed by lotteries between each other, p is on the line between their
g(a). If a worst payoff u_i depends on itself, the equations are solved at u_i = 0 and at u_i = 1. This
determines u_i if it enters them linearly, and the solution is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Generic, TypeAlias, TypeVar

import numpy as np

from negotiation.base.numeric import FloatArray, as_fraction
from negotiation.game_theory.exact.rational_functions import RationalFunction
from negotiation.game_theory.games import RepeatedGame, StageGame, unilateral_payoffs
from negotiation.game_theory.solvers.payoff_sets.perfect.extreme_play import ExtremePlay, extreme_play
from negotiation.game_theory.solvers.penal_codes.numerics import NUMERICS
from negotiation.game_theory.solvers.penal_codes.self_generation import SelfGeneration, Source


def extreme_codes(game: RepeatedGame) -> Iterator[SelfGeneration]:
    """Yield the points of extreme play, as sets that may be self-generating.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> code = next(extreme_codes(RepeatedGame(stage, Fraction(1, 7))))
    >>> code.is_proven(), [str(x) for x, y in code.points]
    (True, ['3'])
    """
    extreme = extreme_play(own_shares(game.stage), game.float_discount_factors[0])
    if extreme is None:
        return
    for values in _solutions(game, extreme):
        points = complete(values)
        if points is not None:
            yield _generation(game, extreme, points)


def own_shares(stage: StageGame) -> FloatArray:
    """Return the payoffs of a two-player game as shares of each player's own range, from 0 to 1.

    Constant payoffs become 0.

    Shapes: returns (n, m, 2).

    Examples
    --------
    >>> own_shares(StageGame([[[5, 1]], [[7, 1]]])).tolist()
    [[[0.0, 0.0]], [[1.0, 0.0]]]
    """
    exact = stage.given_payoffs()
    moved = exact - exact.reshape(-1, 2).min(axis=0)
    ranges = [x or 1 for x in moved.reshape(-1, 2).max(axis=0).tolist()]
    result: FloatArray = np.stack([moved[..., i] / ranges[i] for i in (0, 1)], axis=-1).astype(np.float64)
    return result


def _solutions(game: RepeatedGame, result: ExtremePlay) -> Iterator[Partial[Fraction]]:
    """Yield the payoffs of the states: the solution of the equations, or else one with promises."""
    payoffs = game.stage.exact_payoffs()
    now, paid = {}, {}
    for k, extreme in result.play.items():
        now[k] = _payoffs(game, extreme.profile)
        for j in (0, 1):
            paid[k, j] = as_fraction(max(unilateral_payoffs(payoffs, extreme.profile, j)))
    equations = ExtremeEquations(result, now, paid, game.exact_discount_factors[0], Fraction(1))
    values = equations.solved({})
    missing = equations.missing(values)
    if not missing:
        yield values
        return
    linear = equations.linear(missing)
    if linear is not None:
        yield linear
    else:
        yield equations.solved({i: _promise(game, result, i) for i in missing})


def _promise(game: RepeatedGame, result: ExtremePlay, player: int) -> Fraction:
    """Return a fraction with a small denominator, as a share of the range, just above a worst payoff."""
    own, room = game.stage.exact_payoffs()[..., player], Fraction(NUMERICS.promised)
    share = float(result.corners[result.worst[player], player])
    least = as_fraction(own.min())
    return least + (ceil(Fraction(share) / room) + 1) * room * (as_fraction(own.max()) - least)


def _generation(game: RepeatedGame, result: ExtremePlay, points: dict[int, Pair[Fraction]]) -> SelfGeneration:
    delta = game.exact_discount_factors[0]
    sources = []
    for k, point in points.items():
        index = result.play[k].profile
        now = _payoffs(game, index)
        after = ((point[0] - (1 - delta) * now[0]) / delta, (point[1] - (1 - delta) * now[1]) / delta)
        sources.append(Source(index, point, after))
    return SelfGeneration(game, tuple(sources))


def _payoffs(game: RepeatedGame, index: tuple[int, int]) -> Pair[Fraction]:
    first, second = game.stage.exact_payoffs()[index]
    return as_fraction(first), as_fraction(second)


# The numbers of the equations: fractions at one discount factor, or functions of the discount factor.
Number = TypeVar("Number", Fraction, RationalFunction)

Pair: TypeAlias = tuple[Number, Number]
Partial: TypeAlias = dict[int, list[Number | None]]


@dataclass(frozen=True, eq=False)
class ExtremeEquations(Generic[Number]):
    """The equations of the states of extreme play."""

    # The profile of each state, the player who is deterred, and the states that follow.
    found: ExtremePlay
    # g: by state, the payoffs of the profile that is played.
    now: Mapping[int, Pair[Number]]
    # d: by state and player, the best payoff against the other's action.
    paid: Mapping[tuple[int, int], Number]
    # The discount factor, and the number 1.
    x: Number
    one: Number

    def missing(self, values: Partial[Number]) -> list[int]:
        """Return the players whose worst payoff was not solved for."""
        return [i for i in (0, 1) if values[self.found.worst[i]][i] is None]

    def solved(self, given: Mapping[int, Number]) -> Partial[Number]:
        """Return the payoffs by state that the equations determine; the others are None.

        The worst payoffs in `given`, by player, replace the payoffs of the worst states as threats.
        """
        values: Partial[Number] = {
            # A profile that is played for ever has its stage payoffs as values.
            k: list(self.now[k]) if extreme.binding is None else [None, None]
            for k, extreme in self.found.play.items()
        }
        waiting = [k for k in values if None in values[k]]
        progress = True
        while progress and waiting:
            progress = False
            for k in waiting:
                before = values[k].count(None)
                # Two points of a line may coincide at this discount factor. The state then remains unsolved.
                with suppress(ZeroDivisionError):
                    self._fill(k, values, given)
                progress = progress or values[k].count(None) < before
            waiting = [k for k in waiting if None in values[k]]
        return values

    def linear(self, missing: list[int]) -> Partial[Number] | None:
        """Return the solution in which one missing worst payoff equals its own threat, or None.

        It is found if the payoff depends linearly on the threat.
        """
        for i in missing:
            state = self.found.worst[i]
            zero = self.one - self.one
            # The worst payoff u gives f(u) = a + b u: two values give a and b, and u = a / (1 - b).
            at_zero, at_one = (self.solved({i: u})[state][i] for u in (zero, self.one))
            if at_zero is not None and at_one is not None and at_one - at_zero != self.one:
                threat = at_zero / (self.one - (at_one - at_zero))
                values = self.solved({i: threat})
                # This holds only if the equations are linear in the threat.
                if values[state][i] == threat:
                    return values
        return None

    def followed(self, k: int, later: Pair[Number]) -> Pair[Number]:
        """Return the payoffs of a state if the continuation payoffs are `later`."""
        rest, now = self.one - self.x, self.now[k]
        return rest * now[0] + self.x * later[0], rest * now[1] + self.x * later[1]

    def _fill(self, k: int, values: Partial[Number], given: Mapping[int, Number]) -> None:
        """Compute, in place, the payoffs of one state that the known payoffs determine."""
        extreme = self.found.play[k]
        if len(extreme.after) == 1:
            later = whole(values[extreme.after[0]])
            if later is not None:
                values[k] = list(self.followed(k, later))
            return
        # A lottery over three corners: both constraints bind, and both payoffs follow from the threats.
        inside = len(extreme.after) > 2
        for j in (0, 1):
            if values[k][j] is None and (inside or j == extreme.binding):
                values[k][j] = self._deterred(k, j, given.get(j, values[self.found.worst[j]][j]))
        for j in (0, 1):
            at = values[k][j]
            if j == extreme.binding and at is not None and not inside:
                line = self._line(k, values)
                values[k][1 - j] = None if line is None else across(line, j, at)

    def _deterred(self, k: int, j: int, threat: Number | None) -> Number | None:
        """Return the payoff of a player who is just deterred in a state, or None if it is not known."""
        if threat is not None:
            return (self.one - self.x) * self.paid[k, j] + self.x * threat
        # u_j = (1 - x) d_j + x u_j in j's own worst state.
        return self.paid[k, j] if k == self.found.worst[j] else None

    def _line(self, k: int, values: Partial[Number]) -> tuple[Pair[Number], Pair[Number]] | None:
        """Return two points on the line on which a state's payoffs lie, or None if they are not known."""
        after = self.found.play[k].after
        # The state may follow itself: v = (1 - x) g + x (a mixture of v and the other end) lies on the line
        # from g to that end.
        if k in after:
            other = after[0] if after[1] == k else after[1]
            end = whole(values[other])
            if end is None and set(self.found.play[other].after) == {k, other}:
                end = self.now[other]
            return None if end is None else (self.now[k], end)
        first, second = whole(values[after[0]]), whole(values[after[1]])
        return (
            None if first is None or second is None else (self.followed(k, first), self.followed(k, second))
        )


def whole(value: list[Number | None]) -> Pair[Number] | None:
    """Return both players' payoffs in a state, or None if one of them is not known."""
    first, second = value
    return None if first is None or second is None else (first, second)


def complete(values: Partial[Number]) -> dict[int, Pair[Number]] | None:
    """Return the payoffs of all states, or None if some are not known."""
    points = {k: point for k, value in values.items() if (point := whole(value)) is not None}
    return points if len(points) == len(values) else None


def across(line: tuple[Pair[Number], Pair[Number]], j: int, at: Number) -> Number:
    """Return the other coordinate of the point on a line whose coordinate along axis j is given.

    Examples
    --------
    >>> zero, one = Fraction(0), Fraction(1)
    >>> across(((zero, zero), (one, 2 * one)), 0, Fraction(1, 2))
    Fraction(1, 1)
    """
    first, second = line
    return first[1 - j] + (at - first[j]) / (second[j] - first[j]) * (second[1 - j] - first[1 - j])
