"""The values of an automaton as functions of a common discount factor x, exactly.

With transition matrix T and payoffs u the values are V(x) = (1 - x) N(x) / D(x), where D(x) = det(I - x T) is
positive on (0, 1) and N(x) = adj(I - x T) u; both are polynomials, found by the Faddeev-LeVerrier recursion
in rational numbers. So every comparison of values is the sign of a polynomial, and the discount factors that
satisfy a closed condition on such signs are finitely many closed intervals and single points, found from the
roots by Sturm's theorem. Cost: S^4 rational operations for S states, and a root search for each polynomial.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import inf, nextafter, prod
from typing import TypeAlias

from negotiation.errors import InvalidStrategy
from negotiation.exact.algebraic_numbers import Exact, exact_number
from negotiation.exact.polynomials import Polynomial, Root, distinct_roots, evaluate, sign_at, trimmed
from negotiation.games import Profile, StageGame, unilateral_payoffs
from negotiation.numeric import Number, as_fraction
from negotiation.solvers.thresholds.result import Binding
from negotiation.strategies import OTHERWISE, Automaton
from negotiation.strategies.automaton import as_lottery

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Constraint:
    """A polynomial that has to be non-negative, and the deviation that gains where it is not."""

    polynomial: Polynomial
    binding: Binding


Signs: TypeAlias = Callable[[Polynomial], int]
"""The sign of every polynomial at one discount factor, -1, 0 or 1."""


def reachable(stage: StageGame, automaton: Automaton) -> list[str]:
    """Return the states that some history reaches: `OTHERWISE` counts where some profile is not named.

    Raises
    ------
    InvalidStrategy
        If an action profile has no transition.
    """
    total, found = prod(stage.n_actions), [s for s, p in automaton.start.items() if p > 0]
    for state in found:
        row = dict(automaton.transitions[state])
        otherwise = row.pop(OTHERWISE, None)
        if len({stage.profile_index(key) for key in row}) < total:
            if otherwise is None:
                raise InvalidStrategy(
                    f"state {state!r} names {len(row)} of {total} action profiles and has no "
                    f"{OTHERWISE!r} transition; add one"
                )
            row[OTHERWISE] = otherwise
        for target in row.values():
            found += [s for s, chance in as_lottery(target).items() if chance > 0 and s not in found]
    return found


def resolvent(stage: StageGame, automaton: Automaton) -> tuple[list[Fraction], list[list[list[Fraction]]]]:
    """Return det(I - x T) and adj(I - x T) by powers of x (Faddeev-LeVerrier).

    Examples
    --------
    >>> stage = StageGame([[[0, 0]]], actions=(("C",), ("C",)))
    >>> stay = Automaton(["s"], "s", {"s": ("C", "C")}, {"s": {OTHERWISE: "s"}})
    >>> resolvent(stage, stay)[0]
    [Fraction(1, 1), Fraction(-1, 1)]
    """
    states = automaton.states
    size = len(states)
    move = [[ZERO] * size for _ in states]
    for k, state in enumerate(states):
        stage.profile_index(automaton.actions[state])
        for successor, chance in automaton.next_states(state, automaton.actions[state]).items():
            move[k][states.index(successor)] += as_fraction(chance)
    return resolvent_of(move)


def resolvent_of(move: list[list[Fraction]]) -> tuple[list[Fraction], list[list[list[Fraction]]]]:
    """Return det(I - x T) and adj(I - x T) of a transition matrix, by powers of x.

    Examples
    --------
    >>> resolvent_of([[ONE]])
    ([Fraction(1, 1), Fraction(-1, 1)], [[[Fraction(1, 1)]]])
    """
    size = len(move)
    power = [[ONE if r == c else ZERO for c in range(size)] for r in range(size)]
    determinant, adjugates = [ONE], [power]
    for k in range(1, size + 1):
        product = [
            [sum((move[r][m] * power[m][c] for m in range(size)), ZERO) for c in range(size)]
            for r in range(size)
        ]
        coefficient = -sum((product[r][r] for r in range(size)), ZERO) / k
        determinant.append(coefficient)
        power = [
            [product[r][c] + (coefficient if r == c else ZERO) for c in range(size)] for r in range(size)
        ]
        adjugates.append(power)
    return determinant, adjugates[:size]


def numerators(
    stage: StageGame, automaton: Automaton, adjugates: list[list[list[Fraction]]], player: int
) -> dict[str, list[Fraction]]:
    """Return N_s(x) = [adj(I - x T) u]_s by state, coefficients by power of x."""
    payoffs = stage.given_payoffs()
    flow = [
        as_fraction(payoffs[(*stage.profile_index(automaton.actions[state]), player)])
        for state in automaton.states
    ]
    return {
        state: [sum((a * u for a, u in zip(matrix[k], flow, strict=True)), ZERO) for matrix in adjugates]
        for k, state in enumerate(automaton.states)
    }


def deviation_constraints(stage: StageGame, automaton: Automaton) -> list[Constraint]:
    """Return the most restrictive polynomial for each player, state and lottery after a deviation.

    A one-shot deviation to payoff u' and state s' does not gain iff N_s(x) - u' D(x) - x N_s'(x) >= 0.

    Raises
    ------
    InvalidStrategy
        If an action profile has no transition.
    """
    denominator, adjugates = resolvent(stage, automaton)
    payoffs = stage.given_payoffs()
    reached = reachable(stage, automaton)
    found: list[Constraint] = []
    for i in range(stage.n_players):
        values = numerators(stage, automaton, adjugates, i)
        for state in reached:
            profile = automaton.actions[state]
            own = unilateral_payoffs(payoffs, stage.profile_index(profile), i)
            for lottery, (u, binding) in _tempting(stage, automaton, state, profile, i, own).items():
                after = [ZERO] * len(denominator)
                for successor, chance in lottery:
                    for k, c in enumerate(values[successor]):
                        after[k] += chance * c
                terms = [
                    n - u * d - a
                    for n, d, a in zip([*values[state], ZERO], denominator, [ZERO, *after[:-1]], strict=True)
                ]
                found.append(Constraint(trimmed(terms), binding))
    return found


def _tempting(
    stage: StageGame,
    automaton: Automaton,
    state: str,
    profile: Profile,
    player: int,
    own: Sequence[Number],
) -> dict[tuple[tuple[str, Fraction], ...], tuple[Fraction, Binding]]:
    """Return, for each lottery that a deviation leads to, the largest deviation payoff and its action.

    D(x) is positive, so among deviations with the same continuation the one that pays most restricts most.
    """
    best: dict[tuple[tuple[str, Fraction], ...], tuple[Fraction, Binding]] = {}
    for action, u in zip(stage.actions[player], own, strict=True):
        if action == profile[player]:
            continue
        key = (*profile[:player], action, *profile[player + 1 :])
        lottery = tuple((s, as_fraction(p)) for s, p in automaton.next_states(state, key).items())
        payoff = as_fraction(u)
        if lottery not in best or payoff > best[lottery][0]:
            best[lottery] = (payoff, Binding(stage.players[player], action, profile[player], state))
    return best


def closed_intervals(
    polynomials: Iterable[Polynomial], holds: Callable[[Signs], bool]
) -> list[tuple[Root, Root]]:
    """Return the closed intervals of (0, 1) on which a condition on signs holds.

    Parameters
    ----------
    polynomials : iterable of Polynomial
        All those whose signs the condition asks for.
    holds : callable
        The condition, given the signs at one point; it has to be closed: a weak inequality, or made of such
        by "and" and "or".

    Returns
    -------
    list of pairs of Root
        In order; a single point is a pair of the same root.

    Examples
    --------
    >>> rising = (-ONE, 2 * ONE)
    >>> [(float(a.low), float(b.low)) for a, b in closed_intervals([rising], lambda sign: sign(rising) >= 0)]
    [(0.5, 1.0)]
    """
    active = [p for p in polynomials if p]
    edges = [Root(ZERO, ZERO, ()), *distinct_roots(active, ZERO, ONE), Root(ONE, ONE, ())]
    found: list[tuple[Root, Root]] = []
    for left, right in pairwise(edges):
        if left.high > 0 and not _ends_at(found, left) and holds(_signs_at_root(left)):
            found.append((left, left))
        if holds(signs_at((left.high + right.low) / 2)):
            if _ends_at(found, left):
                found[-1] = (found[-1][0], right)
            else:
                found.append((left, right))
    return found


def signs_at(point: Fraction) -> Signs:
    """Return the function that gives the sign of a polynomial at a point.

    Examples
    --------
    >>> signs_at(Fraction(1, 2))((-ONE, 2 * ONE))
    0
    """

    def sign(polynomial: Polynomial) -> int:
        """Return the sign at the point."""
        value = evaluate(polynomial, point)
        return (value > 0) - (value < 0)

    return sign


def _signs_at_root(root: Root) -> Signs:
    return lambda polynomial: sign_at(polynomial, root)


def _ends_at(found: list[tuple[Root, Root]], root: Root) -> bool:
    return bool(found) and found[-1][1] is root


def not_above(number: Fraction) -> float:
    """Return the largest float that is not above the number, or its neighbour."""
    near = float(number)
    return near if near <= number else nextafter(near, -inf)


def closed_form(intervals: Iterable[tuple[Root, Root]]) -> tuple[tuple[Exact, Exact], ...]:
    """Return the ends of intervals as fractions or algebraic numbers."""
    return tuple((exact_number(low), exact_number(high)) for low, high in intervals)


def as_numbers(intervals: Iterable[tuple[Exact, Exact]]) -> tuple[tuple[Number, Number], ...]:
    """Return the ends of intervals as `Fraction` where they are rational, else as floats."""
    return tuple((_number(low), _number(high)) for low, high in intervals)


def _number(end: Exact) -> Number:
    return end if isinstance(end, Fraction) else float(end)
