"""Extreme play solved for every discount factor at once, and where it is an equilibrium.

Extreme play says of each of a few states which profile is played, which player j is just deterred there, and
which states follow by lot (`payoff_sets/perfect/extreme_play.py`). With x for the discount factor, u_i for
what i's worst state pays i, and d_i(a) for i's best payoff against the others' actions in a,

    p = g(a)                                       where a is played for ever,
    p_j = (1 - x) d_j(a) + x u_j                   for the player j who is just deterred,
    p = (1 - x) g(a) + x (a mixture of states)     for both players.

Where a state follows on a lottery between itself and another, p is on the line from g(a) to that state's
payoffs, and where two states follow on lotteries between each other, on the line from the one's g to the
other's. Solved state by state every payoff and every chance is a rational function of x, and the play is an
equilibrium exactly where finitely many of these are not negative: chances, and what each deviation costs.

Two things may stand in the way. If a worst payoff u_i depends on itself the equations are solved at u_i = 0
and at u_i = 1; where it enters them linearly that gives it, and the solution is checked. If not, u_i is
replaced by a promise: a number a little above it. Whoever is deterred by the promise is deterred by less, so
that what is found is an equilibrium all the same, and it tells the threshold exactly if no constraint that
begins to hold there rests on the promise. Cost: a few operations on rational functions for each state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import NamedTuple, TypeAlias

from negotiation.checks.automata import verify_automaton
from negotiation.exact.algebraic_numbers import Exact, sign_at
from negotiation.exact.rational_functions import ONE, ZERO, RationalFunction
from negotiation.games import RepeatedGame
from negotiation.solvers.payoff_sets.perfect.extreme_play import Extreme, ExtremePlay
from negotiation.solvers.thresholds.automaton_polynomials import Signs, closed_intervals, not_below
from negotiation.solvers.thresholds.result import Binding
from negotiation.solvers.thresholds.target import Target
from negotiation.strategies import OTHERWISE, Automaton
from negotiation.strategies.automaton import Key
from negotiation.strategies.automaton import Target as Next

X, REST = RationalFunction.of(ZERO, ONE), RationalFunction.of(ONE, -ONE)
NOTHING, WHOLE = RationalFunction.of(ZERO), RationalFunction.of(ONE)

Point: TypeAlias = tuple[RationalFunction, RationalFunction]
Partial: TypeAlias = dict[int, list[RationalFunction | None]]


class Condition(NamedTuple):
    """A function that may not be negative, the state that it is about, and whom it deters there."""

    function: RationalFunction
    state: int
    player: int


@dataclass(frozen=True, eq=False)
class SolvedPlay:
    """An automaton whose payoffs and chances are rational functions of the discount factor.

    Parameters
    ----------
    target : Target
        The profile that is played for ever, and the game.
    path : int
        The state in which play begins, and the target profile is played for ever.
    play : mapping from int to Extreme
        What is played in each state: corners of the set, and the path.
    worst : pair of int
        The states that answer the players' deviations.
    values : mapping from int to pair of RationalFunction
        Payoffs in whole numbers.
    chances : mapping from int to tuple of RationalFunction
        Of the states that may follow, in the order of `Extreme.after`.
    """

    target: Target
    path: int
    play: Mapping[int, Extreme]
    worst: tuple[int, int]
    values: Mapping[int, Point]
    chances: Mapping[int, tuple[RationalFunction, ...]]

    @cached_property
    def conditions(self) -> list[Condition]:
        """The functions that are not negative exactly where the play is an equilibrium."""
        found = []
        for state, extreme in self.play.items():
            for i in (0, 1):
                paid = self.target.best_other(i, extreme.profile)
                if paid is not None:
                    threat = self.values[self.worst[i]][i]
                    margin = self.values[state][i] - REST * _number(paid) - X * threat
                    found.append(Condition(margin, state, i))
            if extreme.binding is not None and len(extreme.after) > 1:
                found += [Condition(chance, state, extreme.binding) for chance in self.chances[state]]
        return found

    def least(self, low: Fraction, high: Fraction) -> Exact | None:
        """Return the least number in an open interval from which the play is an equilibrium.

        None where it is nowhere, or at the beginning of the interval already.
        """
        functions = [condition.function for condition in self.conditions]
        parts = [function.numerator for function in functions]
        for below in (function.denominator for function in functions if not function.is_polynomial):
            if below not in parts:
                parts.append(below)

        def holds(sign: Signs) -> bool:
            signs = ((sign(function.numerator), sign(function.denominator)) for function in functions)
            return all(below != 0 and over * below >= 0 for over, below in signs)

        found = closed_intervals(parts, holds, low, high)
        return found[0][0] if found and found[0][0] != low else None

    def binding(self, number: Exact) -> Binding | None:
        """Return the deviation that begins to be deterred at a number: on the path, else in a punishment.

        Of a lottery that has come to its end it is the deviation that the lottery just deters. A punishment
        that is made to just deter does so at every number, which begins nothing; on the path it does.
        """
        rank = {self.worst[0]: 2, self.worst[1]: 2, self.path: 0}
        found = [
            (rank.get(c.state, 1), k, c)
            for k, c in enumerate(self.conditions)
            if self._begins(c) and sign_at(c.function.numerator, number) == 0
        ]
        if not found:
            return None
        _, _, condition = min(found, key=lambda row: row[:2])
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
        """Unique names of the states: the profile played, numbered where several states play it."""
        labels = self.target.stage.labels
        return _names({state: ", ".join(labels(e.profile)) for state, e in self.play.items()})

    def at(self, delta: Fraction) -> Automaton | None:
        """Return the automaton at a discount factor, in rational numbers; None where a chance is none."""
        labels = self.target.stage.labels
        names = self.names
        actions = {names[state]: labels(extreme.profile) for state, extreme in self.play.items()}
        moves: dict[str, dict[Key, Next]] = {}
        for state, extreme in self.play.items():
            shares = [chance.at(delta) for chance in self.chances[state]]
            lottery = {
                names[m]: p for m, p in zip(extreme.after, shares, strict=True) if p is not None and p > 0
            }
            if sum(lottery.values()) != 1:
                return None
            row = self._answers(actions[names[state]], names)
            row[OTHERWISE] = next(iter(lottery)) if len(lottery) == 1 else lottery
            moves[names[state]] = row
        whole = Automaton(names.values(), names[self.path], actions, moves)
        kept = whole.reachable()
        return Automaton(kept, names[self.path], {s: actions[s] for s in kept}, {s: moves[s] for s in kept})

    def _answers(self, profile: tuple[str, ...], names: Mapping[int, str]) -> dict[Key, Next]:
        row: dict[Key, Next] = {}
        for i, labels in enumerate(self.target.stage.actions):
            for action in labels:
                if action != profile[i]:
                    row[(*profile[:i], action, *profile[i + 1 :])] = names[self.worst[i]]
        return row

    def certified(self, number: Exact) -> Automaton | None:
        """Return the automaton at a number, or the float not below it, if the independent check passes it."""
        at = number if isinstance(number, Fraction) else Fraction(not_below(number))
        automaton = self.at(at) if at < 1 else None
        if automaton and verify_automaton(RepeatedGame(self.target.stage, at), automaton, exact=True).holds:
            return automaton
        return None


def solved_plays(target: Target, found: ExtremePlay, room: float) -> Iterator[SolvedPlay]:
    """Yield extreme play, with the target's path before it, as rational functions of the discount factor.

    Parameters
    ----------
    target : Target
    found : ExtremePlay
        Read at some discount factor close above the one that is looked for.
    room : float
        How far above the worst payoffs promises are, as a share of the range; a power of two.

    Yields
    ------
    SolvedPlay
        The solution of the equations, if they can be solved one after the other; else one for each promise.

    Examples
    --------
    >>> from negotiation.games import StageGame
    >>> from negotiation.solvers.payoff_sets.perfect.extreme_play import extreme_play
    >>> from negotiation.solvers.thresholds.target import plain_target
    >>> target = plain_target(StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]]), ("0", "0"))
    >>> found = next(solved_plays(target, extreme_play(target.shares, 0.2), 0.01))
    >>> found.least(Fraction(1, 10), Fraction(1, 5))
    Fraction(1, 7)
    """
    for values in _Equations(target, found).solutions(room):
        points = {k: (v[0], v[1]) for k, v in values.items() if v[0] is not None and v[1] is not None}
        if len(points) == len(values):
            with suppress(ZeroDivisionError):
                yield _assembled(target, found, points)


def _assembled(target: Target, found: ExtremePlay, values: dict[int, Point]) -> SolvedPlay:
    path = len(found.corners)
    play = {path: Extreme(target.index, None, (path,)), **found.play}
    values = {path: _payoffs(target, target.index), **values}
    chances = {k: _chances(target, extreme, values[k], values) for k, extreme in play.items()}
    return SolvedPlay(target, path, play, found.worst, values, chances)


class _Equations:
    """The equations of the states, solved one after the other."""

    def __init__(self, target: Target, found: ExtremePlay) -> None:
        self.target, self.found = target, found
        self.now = {k: _payoffs(target, extreme.profile) for k, extreme in found.play.items()}
        self.paid = {
            (k, j): _number(target.best(j, extreme.profile))
            for k, extreme in found.play.items()
            for j in (0, 1)
        }

    def solutions(self, room: float) -> Iterator[Partial]:
        """Yield the payoffs of the states: as the equations say, or else with each promise in turn."""
        values = self.solved({})
        missing = [i for i in (0, 1) if values[self.found.worst[i]][i] is None]
        if not missing:
            yield values
            return
        linear = self._linear(missing)
        if linear is not None:
            yield linear
            return
        promises = {i: self._promise(i, room) for i in missing}
        for i in missing:
            for level in self._just_enough(i, values):
                yield self.solved(promises | {i: level})
        yield self.solved(promises)

    def solved(self, given: Mapping[int, RationalFunction]) -> Partial:
        """Return what can be solved, some worst payoffs being given; the rest is left as None."""
        values: Partial = {
            k: list(self.now[k]) if extreme.binding is None else [None, None]
            for k, extreme in self.found.play.items()
        }
        waiting = [k for k in values if None in values[k]]
        progress = True
        while progress and waiting:
            progress = False
            for k in waiting:
                before = values[k].count(None)
                with suppress(ZeroDivisionError):
                    self._fill(k, values, given)
                progress = progress or values[k].count(None) < before
            waiting = [k for k in waiting if None in values[k]]
        return values

    def _linear(self, missing: list[int]) -> Partial | None:
        """Return the solution with a worst payoff that gives itself, where the equations are linear in it."""
        for i in missing:
            state = self.found.worst[i]
            at_zero, at_one = (self.solved({i: u})[state][i] for u in (NOTHING, WHOLE))
            if at_zero is not None and at_one is not None and at_one - at_zero != WHOLE:
                threat = at_zero / (WHOLE - (at_one - at_zero))
                values = self.solved({i: threat})
                if values[state][i] == threat:
                    return values
        return None

    def _just_enough(self, player: int, values: Partial) -> Iterator[RationalFunction]:
        """Yield the worst payoffs with which a constraint of a player just holds where it begins to hold.

        The target's own, g_i = u_i + (1 - x) / x h_i; and those of states that are followed by nothing but a
        corner whose payoffs are known.
        """
        own = _payoffs(self.target, self.target.index)[player]
        yield own - REST / X * _number(self.target.gains[player])
        for k, extreme in self.found.play.items():
            if extreme.binding == player:
                for m in extreme.after:
                    reward = values[m][player]
                    if m != k and reward is not None:
                        yield reward - REST / X * (self.paid[k, player] - self.now[k][player])

    def _promise(self, player: int, room: float) -> RationalFunction:
        """Return a plain number a little above a player's worst payoff."""
        share = float(self.found.corners[self.found.worst[player], player]) + room
        parts = Fraction(ceil(share / room)) * Fraction(room)
        return RationalFunction.of(parts * self.target.ranges[player])

    def _fill(self, k: int, values: Partial, given: Mapping[int, RationalFunction]) -> None:
        """Fill in what is known of one state's payoffs."""
        extreme, now = self.found.play[k], self.now[k]
        if len(extreme.after) == 1:
            later = _point(values[extreme.after[0]])
            if later is not None:
                values[k] = [REST * now[i] + X * later[i] for i in (0, 1)]
            return
        inside = len(extreme.after) > 2
        for j in (0, 1):
            if values[k][j] is None and (inside or j == extreme.binding):
                values[k][j] = self._deterred(k, j, given.get(j, values[self.found.worst[j]][j]))
        for j in (0, 1):
            at = values[k][j]
            if j == extreme.binding and at is not None and not inside:
                line = self._line(k, values)
                values[k][1 - j] = None if line is None else _across(line, j, at)

    def _deterred(self, k: int, j: int, threat: RationalFunction | None) -> RationalFunction | None:
        """Return the payoff of a player who is just deterred in a state, None where that is not known."""
        if threat is not None:
            return REST * self.paid[k, j] + X * threat
        # u_j = (1 - x) d_j + x u_j in j's own worst state.
        return self.paid[k, j] if k == self.found.worst[j] else None

    def _line(self, k: int, values: Partial) -> tuple[Point, Point] | None:
        """Return two points on the line on which a state's payoffs are, or None where they are not known."""
        now, after = self.now[k], self.found.play[k].after
        if k in after:
            other = after[0] if after[1] == k else after[1]
            end = _point(values[other])
            if end is None and set(self.found.play[other].after) == {k, other}:
                end = self.now[other]
            return None if end is None else (now, end)
        one, two = (_point(values[m]) for m in after)
        return None if one is None or two is None else (_followed(now, one), _followed(now, two))


def _followed(now: Point, later: Point) -> Point:
    return REST * now[0] + X * later[0], REST * now[1] + X * later[1]


def _across(line: tuple[Point, Point], j: int, at: RationalFunction) -> RationalFunction:
    """Return the other coordinate of the point of a line that has this one along axis j."""
    one, two = line
    return one[1 - j] + (at - one[j]) / (two[j] - one[j]) * (two[1 - j] - one[1 - j])


def _chances(
    target: Target, extreme: Extreme, value: Point, values: Mapping[int, Point]
) -> tuple[RationalFunction, ...]:
    """Return the chances of the states that follow, which make up a state's payoffs."""
    if len(extreme.after) == 1:
        return (WHOLE,)
    now = _payoffs(target, extreme.profile)
    w = ((value[0] - REST * now[0]) / X, (value[1] - REST * now[1]) / X)
    ends = [values[m] for m in extreme.after]
    if len(ends) == 2:
        i = 0 if ends[0][0] != ends[1][0] else 1
        second = (w[i] - ends[0][i]) / (ends[1][i] - ends[0][i])
        return WHOLE - second, second
    a, b, c = ends
    area = _cross(a, b, c)
    return _cross(w, b, c) / area, _cross(a, w, c) / area, _cross(a, b, w) / area


def _cross(a: Point, b: Point, c: Point) -> RationalFunction:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _point(value: list[RationalFunction | None]) -> Point | None:
    first, second = value
    return None if first is None or second is None else (first, second)


def _payoffs(target: Target, index: tuple[int, int]) -> Point:
    return _number(int(target.whole[(*index, 0)])), _number(int(target.whole[(*index, 1)]))


def _number(value: int) -> RationalFunction:
    return RationalFunction.of(Fraction(value))


def _names(profiles: Mapping[int, str]) -> dict[int, str]:
    """Return unique names of states: the profile played, numbered where several states play it."""
    found: dict[int, str] = {}
    for state, name in profiles.items():
        count, label = 1, name
        while label in found.values():
            count += 1
            label = f"{name} ({count})"
        found[state] = label
    return found
