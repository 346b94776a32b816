"""A profile's critical discount factor in closed form, where a plain automaton attains it.

Bisection leaves a bracket, and above it an automaton that sustains the profile, certified in rational
numbers. Its lotteries carry the slack with which it was found. Without the chances that are nearly nothing it
is a plain automaton, whose own discount factors are known exactly (`automaton_polynomials`), or one whose
lotteries move with the discount factor so that deviations bind (`parametric_code`). If the least discount
factor of that form lies where the outer bound stops excluding the profile, it is the threshold, as a fraction
or as a root of a polynomial: an equilibrium there is proven exactly, its absence below to the width of the
bisection. Cost: the polynomials of a few automata.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial

from negotiation.checks.automata import verify_automaton
from negotiation.exact.algebraic_numbers import Exact, exact_number
from negotiation.exact.polynomials import Root
from negotiation.exact.rational_functions import RationalFunction
from negotiation.games import RepeatedGame, StageGame
from negotiation.numeric import Number, payoff_scale
from negotiation.solvers.thresholds.automaton_polynomials import (
    Signs,
    closed_intervals,
    deviation_constraints,
    not_above,
)
from negotiation.solvers.thresholds.numerics import NUMERICS
from negotiation.solvers.thresholds.parametric_code import Departure, departures, parametric_codes
from negotiation.solvers.values.value import value
from negotiation.strategies import Automaton
from negotiation.strategies.automaton import Target, as_lottery


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
        active = [c.polynomial for c in deviation_constraints(stage, plain) if c.polynomial]
        intervals = closed_intervals(active, lambda sign: all(sign(p) >= 0 for p in active))
        return _within(stage, intervals, lambda _: plain, low, high)
    for code in parametric_codes(stage, plain, _margins(stage, plain, certified)):
        parts = [p for condition in code.conditions for p in (condition.numerator, condition.denominator)]
        intervals = closed_intervals(parts, partial(_holds, code.conditions))
        found = _within(stage, intervals, code.at, low, high)
        if found is not None:
            return found
    return None


def _within(
    stage: StageGame,
    intervals: Sequence[tuple[Root, Root]],
    automaton_at: Callable[[Fraction], Automaton | None],
    low: float,
    high: float,
) -> tuple[Exact, Automaton] | None:
    """Return the first least end of an interval that lies in a bracket, and the automaton there, if sound."""
    for least, _ in intervals:
        if low <= least.low and least.high <= high:
            number = exact_number(least)
            at = number if isinstance(number, Fraction) else Fraction(not_below(number))
            automaton = automaton_at(at)
            if automaton and verify_automaton(RepeatedGame(stage, at), automaton, exact=True).holds:
                return number, automaton
    return None


def _holds(conditions: Sequence[RationalFunction], sign: Signs) -> bool:
    signs = [(sign(condition.numerator), sign(condition.denominator)) for condition in conditions]
    return all(below != 0 and over * below >= 0 for over, below in signs)


def _margins(stage: StageGame, automaton: Automaton, delta: Fraction) -> dict[tuple[str, Departure], float]:
    """Return what each departure costs at a discount factor, relative to the payoff range, smallest first."""
    values = value(RepeatedGame(stage, float(delta)), automaton).values
    at = {state: values[k] for k, state in enumerate(automaton.states)}
    d, scale = float(delta), payoff_scale(stage.payoffs)
    return {
        (state, x): float(at[state][x.player] - (1 - d) * float(x.payoff) - d * at[x.after][x.player]) / scale
        for state, x in departures(stage, automaton)
    }


def not_below(number: Exact) -> float:
    """Return the smallest float that is not below a number, or its neighbour."""
    if isinstance(number, Fraction):
        return -not_above(-number)
    return -not_above(-number.refined(Fraction(1, 2**70)).upper)


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
