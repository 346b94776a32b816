"""A profile's critical discount factor in closed form, where a plain automaton attains it.

Bisection leaves a bracket, and above it an automaton that sustains the profile, certified in rational
numbers. Its lotteries carry the slack with which it was found. Without the chances that are nearly nothing it
is a plain automaton, whose own discount factors are known exactly (`automaton_polynomials`), or one whose
lotteries move with the discount factor x so that its incentives bind at every x. If the least discount factor
of that form lies where the outer bound stops excluding the profile, it is the threshold, as a fraction or as
a root of a polynomial: an equilibrium there is proven exactly, its absence below to the width of the
bisection.

Best punishments use public lotteries that make some player just willing to carry them out (Abreu 1986). In an
automaton found at one discount factor let each state go on to one state, or by lot to two, and let one
player's deviation bind in each state of the second kind:

    p_j = (1 - x) u_j(deviation) + x p_j(punishment)       for that player j,
    p = (1 - x) u + x ((1 - c) p(one) + c p(two))          for both players.

Solved state by state, every payoff p and chance c is a rational function of x, and the code is an equilibrium
exactly where finitely many of them are not negative: a union of closed intervals with algebraic ends. Cost:
the polynomials of a few automata, one for each state and deviation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import islice, product
from typing import TypeAlias

from negotiation.checks.automata import verify_automaton
from negotiation.exact.algebraic_numbers import Exact
from negotiation.exact.rational_functions import ONE, ZERO, RationalFunction
from negotiation.games import RepeatedGame, StageGame
from negotiation.numeric import Number, as_fraction, payoff_scale
from negotiation.solvers.thresholds.automaton_polynomials import (
    Intervals,
    Signs,
    closed_intervals,
    deviation_constraints,
    feasible,
    not_below,
)
from negotiation.solvers.thresholds.numerics import NUMERICS
from negotiation.solvers.values.value import value
from negotiation.strategies import OTHERWISE, Automaton
from negotiation.strategies.automaton import Target, as_lottery

Point: TypeAlias = tuple[RationalFunction, RationalFunction]
X, REST = RationalFunction.of(ZERO, ONE), RationalFunction.of(ONE, -ONE)
WHOLE = RationalFunction.of(ONE)


@dataclass(frozen=True)
class Departure:
    """A deviation in a state: whose, what it pays at once, and the state that follows."""

    player: int
    payoff: Fraction
    after: str


@dataclass(frozen=True)
class ParametricCode:
    """An automaton whose payoffs and chances are rational functions of the discount factor.

    Parameters
    ----------
    automaton : Automaton
        Gives states, profiles and where they lead; its chances do not count.
    values : mapping from state to pair of RationalFunction
        Payoffs of the two players.
    chances : mapping from state to RationalFunction
        Chance of the second state, where play goes on by lot.
    conditions : tuple of RationalFunction
        The code is an equilibrium where none is negative.
    """

    automaton: Automaton
    values: Mapping[str, Point]
    chances: Mapping[str, RationalFunction]
    conditions: tuple[RationalFunction, ...]

    def at(self, delta: Fraction) -> Automaton | None:
        """Return the automaton at a discount factor, its chances rational numbers; None at a pole."""
        moves = {state: dict(row) for state, row in self.automaton.transitions.items()}
        for state, chance in self.chances.items():
            share = chance.at(delta)
            if share is None or not 0 <= share <= 1:
                return None
            one, two = _onward(self.automaton, state)
            moves[state][_followed(self.automaton, state)] = {
                s: p for s, p in ((one, 1 - share), (two, share)) if p
            }
        return Automaton(self.automaton.states, self.automaton.initial, self.automaton.actions, moves)


def closed_threshold(
    stage: StageGame, strategy: Automaton, certified: Fraction, low: float, high: float
) -> tuple[Exact, Automaton] | None:
    """Return the least discount factor of a plain form of a strategy, if it lies in a bracket.

    Parameters
    ----------
    stage : StageGame
        Two players, rational payoffs.
    strategy : Automaton
        A subgame perfect equilibrium at `certified`.
    certified : Fraction
        A discount factor somewhat above the bracket.
    low, high : float
        Where the threshold is known to lie.

    Returns
    -------
    pair of Fraction or AlgebraicNumber, and Automaton; or None
        The form is subgame perfect at the number, by the signs of its polynomials there, and by the
        independent check, in rational numbers, at the float not below it, where the automaton is given.

    Examples
    --------
    >>> from negotiation.strategies import penance
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> strategy = penance(stage, ("C", "C"), ("D", "D"), 2)
    >>> number, _ = closed_threshold(stage, strategy, Fraction(1, 2), 0.1454, 0.1455)
    >>> print(number)
    root of 6x^2 + 6x - 1 in [0.14, 0.15]
    """
    plain = without_slack(strategy)
    if len(plain.states) > NUMERICS.most_parametric_states:
        return None
    if plain.is_deterministic():
        return _within(stage, feasible(deviation_constraints(stage, plain)), lambda _: plain, low, high)
    for code in parametric_codes(stage, plain, _margins(stage, plain, certified)):
        parts = [p for condition in code.conditions for p in (condition.numerator, condition.denominator)]
        intervals = closed_intervals(parts, partial(_holds, code.conditions))
        found = _within(stage, intervals, code.at, low, high)
        if found is not None:
            return found
    return None


def _within(
    stage: StageGame,
    intervals: Intervals,
    automaton_at: Callable[[Fraction], Automaton | None],
    low: float,
    high: float,
) -> tuple[Exact, Automaton] | None:
    """Return the first least end of an interval that lies in a bracket, and the automaton there, if sound."""
    for number, _ in intervals:
        if low <= number <= high:
            at = number if isinstance(number, Fraction) else Fraction(not_below(number))
            automaton = automaton_at(at)
            if automaton and verify_automaton(RepeatedGame(stage, at), automaton, exact=True).holds:
                return number, automaton
    return None


def _holds(conditions: tuple[RationalFunction, ...], sign: Signs) -> bool:
    signs = [(sign(condition.numerator), sign(condition.denominator)) for condition in conditions]
    return all(below != 0 and over * below >= 0 for over, below in signs)


def _margins(stage: StageGame, automaton: Automaton, delta: Fraction) -> dict[tuple[str, Departure], float]:
    """Return what each departure costs at a discount factor, relative to the player's own range."""
    values = value(RepeatedGame(stage, float(delta)), automaton).values
    at = {state: values[k] for k, state in enumerate(automaton.states)}
    d = float(delta)
    scale = [payoff_scale(stage.payoffs[..., i]) for i in range(stage.n_players)]
    return {
        (state, x): float(at[state][x.player] - (1 - d) * float(x.payoff) - d * at[x.after][x.player])
        / scale[x.player]
        for state, x in departures(stage, automaton)
    }


def without_slack(strategy: Automaton) -> Automaton:
    """Return the automaton without slack: chances up to `Numerics.least_chance`, and what only they reach.

    Examples
    --------
    >>> from negotiation.strategies import OTHERWISE
    >>> chances = {"a": Fraction(1, 10**9), "b": 1 - Fraction(1, 10**9)}
    >>> slack = Automaton("ab", "b", {"a": ("C",), "b": ("D",)},
    ...                   {"a": {OTHERWISE: "a"}, "b": {OTHERWISE: chances}})
    >>> print(without_slack(slack))
    automaton
    state  actions  after      next state
    > b    D        otherwise  b
    """
    moves = {
        state: {key: _likely(target) for key, target in row.items()}
        for state, row in strategy.transitions.items()
    }
    whole = Automaton(strategy.states, _likely(strategy.initial), strategy.actions, moves)
    kept = whole.reachable()
    return Automaton(kept, whole.initial, {s: whole.actions[s] for s in kept}, {s: moves[s] for s in kept})


def _likely(target: Target) -> Target:
    kept = {state: chance for state, chance in as_lottery(target).items() if chance > NUMERICS.least_chance}
    if len(kept) == 1:
        return next(iter(kept))
    total: Number = sum(kept.values())
    return {state: chance / total for state, chance in kept.items()}


def parametric_codes(
    stage: StageGame, automaton: Automaton, margins: Mapping[tuple[str, Departure], float]
) -> Iterator[ParametricCode]:
    """Yield the codes that an automaton with lotteries between two states may be an instance of.

    Parameters
    ----------
    stage : StageGame
        Two players, rational payoffs.
    automaton : Automaton
        Found at some discount factor; deviations lead to single states.
    margins : mapping from state and departure to float
        What each departure costs there, relative to the payoff range: those near 0 may bind.

    Yields
    ------
    ParametricCode
        None where a lottery has more than two states or the equations go round in a circle.
    """
    drawn = [state for state in automaton.states if len(_onward(automaton, state)) > 1]
    if any(len(_onward(automaton, state)) > 2 for state in drawn):
        return
    choices = [
        [
            d
            for (s, d), margin in sorted(margins.items(), key=lambda item: item[1])
            if s == state and margin <= NUMERICS.binding_margin
        ]
        for state in drawn
    ]
    for binding in islice(product(*choices), NUMERICS.most_bindings):
        values, chances = _solved(stage, automaton, dict(zip(drawn, binding, strict=True)))
        if len(values) == len(automaton.states):
            conditions = _conditions(values, chances, list(margins))
            yield ParametricCode(automaton, values, chances, conditions)


def departures(stage: StageGame, automaton: Automaton) -> Iterator[tuple[str, Departure]]:
    """Yield each state with the deviations there, the most tempting for each state that follows.

    Where a deviation leads by lot to several states, each counts: more than has to be asked for.
    """
    payoffs = stage.exact_payoffs()
    most: dict[tuple[str, int, str], Fraction] = {}
    for state in automaton.states:
        profile = automaton.actions[state]
        for i in (0, 1):
            for action in stage.actions[i]:
                if action != profile[i]:
                    key = (*profile[:i], action, *profile[i + 1 :])
                    paid = as_fraction(payoffs[(*stage.profile_index(key), i)])
                    for after in automaton.next_states(state, key):
                        most[state, i, after] = max(paid, most.get((state, i, after), paid))
    for (state, i, after), paid in most.items():
        yield state, Departure(i, paid, after)


def _followed(automaton: Automaton, state: str) -> tuple[str, ...] | str:
    profile = automaton.actions[state]
    return profile if profile in automaton.transitions[state] else OTHERWISE


def _onward(automaton: Automaton, state: str) -> tuple[str, ...]:
    """Return the states that follow when all play as prescribed, a state itself first."""
    found = as_lottery(automaton.transitions[state][_followed(automaton, state)])
    return tuple(sorted((s for s, p in found.items() if p > 0), key=lambda s: s != state))


def _solved(
    stage: StageGame, automaton: Automaton, binding: Mapping[str, Departure]
) -> tuple[dict[str, Point], dict[str, RationalFunction]]:
    """Return payoffs and chances of the states whose equations can be solved one after the other."""
    payoffs = stage.exact_payoffs()
    values: dict[str, Point] = {}
    chances: dict[str, RationalFunction] = {}
    progress = True
    while progress:
        progress = False
        for state in automaton.states:
            if state in values:
                continue
            own = payoffs[stage.profile_index(automaton.actions[state])]
            now = (_constant(own[0]), _constant(own[1]))
            found = _state(state, now, _onward(automaton, state), binding.get(state), values)
            if found is not None:
                values[state] = found[0]
                if found[1] is not None:
                    chances[state] = found[1]
                progress = True
    return values, chances


def _state(
    state: str,
    now: Point,
    onward: tuple[str, ...],
    binding: Departure | None,
    values: Mapping[str, Point],
) -> tuple[Point, RationalFunction | None] | None:
    """Return payoffs and chance of one state, or None while they depend on unknown ones."""
    if onward == (state,):
        return now, None
    if any(s not in values for s in onward if s != state):
        return None
    if binding is None:
        return _mixed(now, values[onward[0]]), None
    j = binding.player
    if binding.after == state:
        worth = _constant(binding.payoff)
    elif binding.after in values:
        worth = REST * _constant(binding.payoff) + X * values[binding.after][j]
    else:
        return None
    try:
        if onward[0] == state:
            # p is on the line from the stage payoffs to the other state's: p = u + t (p_two - u).
            two = values[onward[1]]
            t = (worth - now[j]) / (two[j] - now[j])
            point = (now[0] + t * (two[0] - now[0]), now[1] + t * (two[1] - now[1]))
            return point, t * REST / (X * (WHOLE - t))
        one, two = values[onward[0]], values[onward[1]]
        c = ((worth - REST * now[j]) / X - one[j]) / (two[j] - one[j])
        mean = (one[0] + c * (two[0] - one[0]), one[1] + c * (two[1] - one[1]))
        return _mixed(now, mean), c
    except ZeroDivisionError:
        return None


def _mixed(now: Point, later: Point) -> Point:
    return REST * now[0] + X * later[0], REST * now[1] + X * later[1]


def _constant(value: object) -> RationalFunction:
    return RationalFunction.of(as_fraction(value))


def _conditions(
    values: Mapping[str, Point], chances: Mapping[str, RationalFunction], found: list[tuple[str, Departure]]
) -> tuple[RationalFunction, ...]:
    bounds = [condition for chance in chances.values() for condition in (chance, WHOLE - chance)]
    gains = [
        values[state][d.player] - REST * _constant(d.payoff) - X * values[d.after][d.player]
        for state, d in found
    ]
    return (*bounds, *gains)
