"""Extreme play solved for every discount factor at once, and where it is an equilibrium.

If the discount factor x is left open, the equations of extreme play (`penal_codes/extreme_codes.py`) make
every payoff and every chance a rational function of x. The play is an equilibrium exactly where finitely many
such functions are not negative: the chances, and the loss from each deviation.

If a worst payoff depends on itself in a non-linear way, it is replaced by a promise: a number or function a
little above it. A player who is deterred by the promise is also deterred by the worst payoff, so the result
is still an equilibrium. It gives the threshold exactly if the promise is the level at which the binding
constraint holds with equality, or if no binding constraint depends on the promise. Cost: a few operations on
rational functions for each state, and the roots of their numerators.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import NamedTuple, TypeAlias

from negotiation.game_theory.checks.automata import verify_automaton
from negotiation.game_theory.exact.algebraic_numbers import Exact, sign_at
from negotiation.game_theory.exact.rational_functions import ONE, ZERO, RationalFunction
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solvers.payoff_sets.perfect.extreme_play import Extreme, ExtremePlay
from negotiation.game_theory.solvers.penal_codes.extreme_codes import (
    ExtremeEquations,
    Pair,
    Partial,
    complete,
)
from negotiation.game_theory.solvers.penal_codes.self_generation import answers, unique_names
from negotiation.game_theory.solvers.thresholds.automaton_polynomials import (
    Signs,
    closed_intervals,
    not_below,
)
from negotiation.game_theory.solvers.thresholds.result import Binding
from negotiation.game_theory.solvers.thresholds.target import Target
from negotiation.game_theory.strategies import OTHERWISE, Automaton
from negotiation.game_theory.strategies.automaton import Key, reached_only
from negotiation.game_theory.strategies.automaton import Target as Next

X, REST = RationalFunction.of(ZERO, ONE), RationalFunction.of(ONE, -ONE)
WHOLE = RationalFunction.of(ONE)

Point: TypeAlias = Pair[RationalFunction]


class Condition(NamedTuple):
    """A function that must not be negative, the state that it belongs to, and the player whom it deters."""

    function: RationalFunction
    state: int
    player: int


@dataclass(frozen=True, eq=False)
class SolvedPlay:
    """An automaton whose payoffs and chances are rational functions of the discount factor."""

    # The profile that is played for ever, and the game.
    target: Target
    # The initial state, in which the target profile is played for ever.
    path: int
    # The play in each state: the corners of the set, and the path.
    play: Mapping[int, Extreme]
    # The states that follow the deviations of players 1 and 2.
    worst: tuple[int, int]
    # Both players' payoffs in each state.
    values: Mapping[int, Point]
    # The chances of the states that may follow each state, in the order of `Extreme.after`.
    chances: Mapping[int, tuple[RationalFunction, ...]]

    @cached_property
    def conditions(self) -> list[Condition]:
        """The conditions that all hold exactly where the play is an equilibrium."""
        result = []
        for state, extreme in self.play.items():
            for i in (0, 1):
                # u_i(s) - (1 - x) d_i - x w_i >= 0: the best deviation, followed by the worst state, does not
                # gain.
                paid = self.target.best_other(i, extreme.profile)
                if paid is not None:
                    threat = self.values[self.worst[i]][i]
                    margin = self.values[state][i] - REST * _number(paid) - X * threat
                    result.append(Condition(margin, state, i))
            # The chances of a lottery sum to one by construction; each must not be negative.
            if extreme.binding is not None and len(extreme.after) > 1:
                result += [Condition(chance, state, extreme.binding) for chance in self.chances[state]]
        return result

    def least(self, low: Fraction, high: Fraction) -> Exact | None:
        """Return the least number in an open interval from which on the play is an equilibrium.

        None if it is an equilibrium nowhere in the interval, or already at its beginning.
        """
        functions = [condition.function for condition in self.conditions]
        parts = [function.numerator for function in functions]
        for below in (function.denominator for function in functions if not function.is_polynomial):
            if below not in parts:
                parts.append(below)

        def holds(sign: Signs) -> bool:
            """Return whether no quotient has a pole here, or is negative."""
            signs = ((sign(function.numerator), sign(function.denominator)) for function in functions)
            return all(below != 0 and over * below >= 0 for over, below in signs)

        intervals = closed_intervals(parts, holds, low, high)
        return intervals[0][0] if intervals and intervals[0][0] != low else None

    def binding(self, number: Exact) -> Binding | None:
        """Return the deviation that begins to be deterred at a number: on the path, else in a punishment.

        If the chance of a lottery becomes 0 at the number, it is the deviation that the lottery just deters.
        Conditions in punishments that hold with equality at every number are left out. None if no condition
        begins to hold.
        """
        rank = {self.worst[0]: 2, self.worst[1]: 2, self.path: 0}
        candidates = [
            (rank.get(c.state, 1), k, c)
            for k, c in enumerate(self.conditions)
            if self._begins(c) and sign_at(c.function.numerator, number) == 0
        ]
        if not candidates:
            return None
        _, _, condition = min(candidates, key=lambda row: row[:2])
        extreme, labels = self.play[condition.state], self.target.stage.actions[condition.player]
        action = self.target.best_other_action(condition.player, extreme.profile)
        return Binding(
            self.target.stage.players[condition.player],
            labels[action],
            labels[extreme.profile[condition.player]],
            self.names[condition.state],
        )

    def _begins(self, condition: Condition) -> bool:
        tempted = condition.state == self.path and self.target.gains[condition.player] > 0
        return tempted or bool(condition.function.numerator)

    @cached_property
    def names(self) -> dict[int, str]:
        """Unique names of the states: the profile played, numbered if several states play it."""
        labels = self.target.stage.labels
        names = unique_names(", ".join(labels(extreme.profile)) for extreme in self.play.values())
        return dict(zip(self.play, names, strict=True))

    def at(self, delta: Fraction) -> Automaton | None:
        """Return the automaton at a discount factor, in rational numbers; None if a chance is undefined."""
        labels = self.target.stage.labels
        names = self.names
        actions = {names[state]: labels(extreme.profile) for state, extreme in self.play.items()}
        moves: dict[str, dict[Key, Next]] = {}
        for state, extreme in self.play.items():
            shares = [chance.at(delta) for chance in self.chances[state]]
            lottery = {
                names[m]: p for m, p in zip(extreme.after, shares, strict=True) if p is not None and p > 0
            }
            # At this discount factor some chance has a zero denominator.
            if sum(lottery.values()) != 1:
                return None
            row = answers(self.target.stage, actions[names[state]], [names[k] for k in self.worst])
            row[OTHERWISE] = next(iter(lottery)) if len(lottery) == 1 else lottery
            moves[names[state]] = row
        return reached_only(Automaton(names.values(), names[self.path], actions, moves))

    def certified(self, number: Exact) -> Automaton | None:
        """Return the automaton at a number, or None if the independent check does not pass it.

        An irrational number is replaced by the nearest float that is not below it.
        """
        at = number if isinstance(number, Fraction) else Fraction(not_below(number))
        automaton = self.at(at) if at < 1 else None
        if automaton and verify_automaton(RepeatedGame(self.target.stage, at), automaton, exact=True).holds:
            return automaton
        return None


def solved_plays(target: Target, extreme_play: ExtremePlay, room: float) -> Iterator[SolvedPlay]:
    """Yield extreme play with the target's path, in rational functions of the discount factor.

    There is one for each promise of a worst payoff that the equations leave open, or one in all. `room` is
    how far above a worst payoff a plain promise is, as a share of the range.
    """
    for values in _solutions(target, extreme_play, room):
        points = complete(values)
        if points is not None:
            with suppress(ZeroDivisionError):
                yield _assembled(target, extreme_play, points)


def _assembled(target: Target, extreme_play: ExtremePlay, values: dict[int, Point]) -> SolvedPlay:
    path = len(extreme_play.corners)
    play = {path: Extreme(target.index, None, (path,)), **extreme_play.play}
    values = {path: _payoffs(target, target.index), **values}
    chances = {k: _chances(target, extreme, values[k], values) for k, extreme in play.items()}
    return SolvedPlay(target, path, play, extreme_play.worst, values, chances)


def _solutions(target: Target, extreme_play: ExtremePlay, room: float) -> Iterator[Partial[RationalFunction]]:
    """Yield the payoffs of the states: the solution of the equations, or else one for each promise."""
    now = {k: _payoffs(target, extreme.profile) for k, extreme in extreme_play.play.items()}
    paid = {(k, j): _number(target.best(j, e.profile)) for k, e in extreme_play.play.items() for j in (0, 1)}
    equations = ExtremeEquations(extreme_play, now, paid, X, WHOLE)
    values = equations.solved({})
    missing = equations.missing(values)
    if not missing:
        yield values
        return
    linear = equations.linear(missing)
    if linear is not None:
        yield linear
        return
    promises = {i: _promise(target, extreme_play, i, room) for i in missing}
    # A worst payoff that the equations leave open is replaced by a promise: a level at which one constraint
    # just holds, or a plain number above the worst payoff.
    for i in missing:
        for level in _just_enough(target, equations, i, values):
            yield equations.solved(promises | {i: level})
    yield equations.solved(promises)


def _just_enough(
    target: Target,
    equations: ExtremeEquations[RationalFunction],
    player: int,
    values: Partial[RationalFunction],
) -> Iterator[RationalFunction]:
    """Yield the worst payoffs at which a constraint of a player holds with equality.

    The constraints are the target's own, g_i = u_i + (1 - x) / x h_i, and those of states that may be
    followed by a corner whose payoffs are known.
    """
    own = _payoffs(target, target.index)[player]
    # The target's own constraint at equality: x (g - u) = (1 - x) h.
    yield own - REST / X * _number(target.gains[player])
    for k, extreme in equations.found.play.items():
        if extreme.binding == player:
            for m in extreme.after:
                reward = values[m][player]
                if m != k and reward is not None:
                    yield reward - REST / X * (equations.paid[k, player] - equations.now[k][player])


def _promise(target: Target, extreme_play: ExtremePlay, player: int, room: float) -> RationalFunction:
    """Return a constant a little above a player's worst payoff, a multiple of `room` times the range."""
    share = float(extreme_play.corners[extreme_play.worst[player], player]) + room
    parts = Fraction(ceil(share / room)) * Fraction(room)
    return RationalFunction.of(parts * target.ranges[player])


def _chances(
    target: Target, extreme: Extreme, value: Point, values: Mapping[int, Point]
) -> tuple[RationalFunction, ...]:
    """Return the chances of the states that follow, with which a state has its payoffs `value`."""
    if len(extreme.after) == 1:
        return (WHOLE,)
    now = _payoffs(target, extreme.profile)
    w = ((value[0] - REST * now[0]) / X, (value[1] - REST * now[1]) / X)
    ends = [values[m] for m in extreme.after]
    if len(ends) == 2:
        # On an edge either coordinate gives the share, unless the edge is parallel to the other axis.
        i = 0 if ends[0][0] != ends[1][0] else 1
        second = (w[i] - ends[0][i]) / (ends[1][i] - ends[0][i])
        return WHOLE - second, second
    a, b, c = ends
    # Barycentric coordinates: areas of the triangles with the point in place of a corner.
    area = _cross(a, b, c)
    return _cross(w, b, c) / area, _cross(a, w, c) / area, _cross(a, b, w) / area


def _cross(a: Point, b: Point, c: Point) -> RationalFunction:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _payoffs(target: Target, index: tuple[int, int]) -> Point:
    return _number(int(target.whole[(*index, 0)])), _number(int(target.whole[(*index, 1)]))


def _number(value: int) -> RationalFunction:
    return RationalFunction.of(Fraction(value))
