"""The values of an automaton as functions of a common discount factor x, exactly.

With transition matrix T and payoffs u the values are V(x) = (1 - x) N(x) / D(x), where D(x) = det(I - x T) is
positive on (0, 1) and N(x) = adj(I - x T) u; both are polynomials (`exact.rational_functions`). So every
comparison of values is the sign of a polynomial. The discount factors that satisfy a closed condition on such
signs form finitely many closed intervals and single points, whose ends are roots. Cost: S^3 rational
operations for S states, and the factors of each polynomial.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from math import inf, nextafter, prod
from operator import le
from typing import TypeAlias

from negotiation.base.numeric import Number, as_fraction
from negotiation.base.progress import Progress, counted, nobody
from negotiation.errors import InvalidStrategy
from negotiation.game_theory.exact.algebraic_numbers import AlgebraicNumber, Exact, between, roots, sign_at
from negotiation.game_theory.exact.polynomials import Polynomial, evaluate, has_no_root, polynomial, rational
from negotiation.game_theory.exact.rational_functions import resolvent
from negotiation.game_theory.games import Profile, StageGame, unilateral_payoffs
from negotiation.game_theory.solvers.thresholds.numerics import NUMERICS
from negotiation.game_theory.solvers.thresholds.result import Binding
from negotiation.game_theory.strategies import OTHERWISE, Automaton
from negotiation.game_theory.strategies.automaton import as_lottery

ZERO, ONE = Fraction(0), Fraction(1)
X = polynomial([ZERO, ONE])

# The sign of every polynomial at one discount factor, -1, 0 or 1.
Signs: TypeAlias = Callable[[Polynomial], int]

# Closed intervals of discount factors, in order; a single point is a pair of the same number.
Intervals: TypeAlias = tuple[tuple[Exact, Exact], ...]


@dataclass(frozen=True)
class Constraint:
    """A polynomial that must be non-negative, and the deviation that gains if it is negative."""

    polynomial: Polynomial
    binding: Binding


@dataclass(frozen=True)
class ValuePolynomials:
    """The values V = (1 - x) N / D of a strategy: D(x), and for each player N_k(x) by position k of state."""

    denominator: Polynomial
    numerators: tuple[Sequence[Polynomial], ...]

    @classmethod
    def of(cls, moves: Sequence[Sequence[Fraction]], flows: Iterable[Sequence[Fraction]]) -> ValuePolynomials:
        """Return the values for a transition matrix and each player's payoffs by position.

        Shapes: `moves` (S, S), each of `flows` (S,).

        Examples
        --------
        >>> found = ValuePolynomials.of([[ONE]], [[Fraction(3)]])
        >>> print(found.denominator, found.numerators[0][0])
        (-1)*x + 1 3
        """
        solved = resolvent(moves)
        return cls(solved.determinant, tuple(solved.numerators(flow) for flow in flows))

    def deterrence(self, i: int, at: int, paid: Fraction, after: Mapping[int, Fraction]) -> Polynomial:
        """Return the polynomial that is non-negative iff a one-shot deviation of player `i` does not gain.

        A deviation in position s (`at`) to payoff u' (`paid`) and a lottery q over the next positions
        (`after`, chances by position) does not gain iff

            V_s >= (1 - x) u' + x sum_k q_k V_k,   or   N_s(x) - u' D(x) - x sum_k q_k N_k(x) >= 0.
        """
        own = self.numerators[i]
        later = sum((rational(chance) * own[k] for k, chance in after.items()), polynomial([]))
        # V(s) - (1 - x) u - x E V(s'), times the positive D / (1 - x): N(s) - u D - x E N(s').
        return own[at] - rational(paid) * self.denominator - X * later


def reachable(stage: StageGame, automaton: Automaton) -> list[str]:
    """Return the states that some history reaches, in breadth-first order.

    A transition by `OTHERWISE` counts only if the state does not name all action profiles. Raises
    `InvalidStrategy` if it is then missing.
    """
    total, reached = prod(stage.n_actions), [s for s, p in automaton.start.items() if p > 0]
    # The list grows during the loop, which makes this a breadth-first search.
    for state in reached:
        row = dict(automaton.transitions[state])
        otherwise = row.pop(OTHERWISE, None)
        if len({stage.profile_index(key) for key in row}) < total:
            if otherwise is None:
                raise InvalidStrategy(
                    f"state {state!r} of the automaton has transitions for {len(row)} of {total} action "
                    f"profiles; add the others, or an {OTHERWISE!r} transition"
                )
            row[OTHERWISE] = otherwise
        # Many profiles may lead to the same lottery, which is examined once.
        for target in {id(target): target for target in row.values()}.values():
            reached += [s for s, chance in as_lottery(target).items() if chance > 0 and s not in reached]
    return reached


def value_polynomials(stage: StageGame, automaton: Automaton) -> ValuePolynomials:
    """Return the values of an automaton from each of its states, in their order.

    Examples
    --------
    >>> stage = StageGame([[[2, 0]]], actions=(("C",), ("C",)))
    >>> stay = Automaton(["s"], "s", {"s": ("C", "C")}, {"s": {OTHERWISE: "s"}})
    >>> print(value_polynomials(stage, stay).numerators[0][0])
    2
    """
    states, payoffs = automaton.states, stage.given_payoffs()
    profiles = [stage.profile_index(automaton.actions[state]) for state in states]
    moves = [[ZERO] * len(states) for _ in states]
    for k, state in enumerate(states):
        for successor, chance in automaton.next_states(state, automaton.actions[state]).items():
            moves[k][states.index(successor)] += as_fraction(chance)
    flows = [[as_fraction(payoffs[(*index, i)]) for index in profiles] for i in range(stage.n_players)]
    return ValuePolynomials.of(moves, flows)


def deviation_constraints(
    stage: StageGame, automaton: Automaton, report: Progress = nobody
) -> list[Constraint]:
    """Return the most restrictive constraint for each player, reached state and lottery after a deviation."""
    values, position = value_polynomials(stage, automaton), automaton.states.index
    payoffs, reached = stage.given_payoffs(), reachable(stage, automaton)
    constraints: list[Constraint] = []
    for i, state in counted([(i, state) for i in range(stage.n_players) for state in reached], report):
        profile = automaton.actions[state]
        own = unilateral_payoffs(payoffs, stage.profile_index(profile), i)
        for lottery, (u, binding) in _tempting(stage, automaton, state, profile, i, own).items():
            after = {position(successor): chance for successor, chance in lottery}
            constraints.append(Constraint(values.deterrence(i, position(state), u, after), binding))
    return constraints


def _tempting(
    stage: StageGame,
    automaton: Automaton,
    state: str,
    profile: Profile,
    player: int,
    own: Sequence[Number],
) -> dict[tuple[tuple[str, Fraction], ...], tuple[Fraction, Binding]]:
    """Return, for each lottery that a deviation leads to, the largest deviation payoff and the deviation.

    D(x) is positive, so among deviations with the same continuation the one that pays most restricts most.
    `own` has the player's payoff from each own action.
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
    polynomials: Iterable[Polynomial],
    holds: Callable[[Signs], bool],
    low: Fraction = ZERO,
    high: Fraction = ONE,
) -> Intervals:
    """Return the closed intervals of (low, high) on which a condition on signs of polynomials holds.

    `holds` must be a closed condition. It is called with a function that gives the sign of each polynomial at
    one point. An end at `low` or `high` is not itself included.

    Examples
    --------
    >>> rising = polynomial([-ONE, 2 * ONE])
    >>> closed_intervals([rising], lambda sign: sign(rising) >= 0)
    ((Fraction(1, 2), Fraction(1, 1)),)
    """
    # Signs change only at roots: the condition is evaluated at each root and at a point of each gap.
    edges: list[Exact] = [low, *roots((p for p in polynomials if p), low, high), high]
    results: list[tuple[Exact, Exact]] = []
    for left, right in pairwise(edges):
        joined = bool(results) and results[-1][1] is left
        # A closed condition may hold at a root and on neither side of it, for example where two thresholds
        # meet.
        if left is not edges[0] and not joined and holds(signs_at(left)):
            results.append((left, left))
            joined = True
        if holds(signs_at(between(left, right))):
            # A closed condition that holds on a gap holds at its ends.
            start = results.pop()[0] if joined else left
            results.append((start, right))
    return tuple(results)


def feasible(constraints: Iterable[Constraint], report: Progress = nobody) -> Intervals:
    """Return the closed intervals of (0, 1) on which no deviation gains; `report` receives the progress."""
    active = most_restrictive([c.polynomial for c in constraints if c.polynomial], report)
    return closed_intervals(active, lambda sign: all(sign(p) >= 0 for p in active))


def most_restrictive(polynomials: Sequence[Polynomial], report: Progress = nobody) -> list[Polynomial]:
    """Return some of the polynomials: all of these are non-negative at a point of (0, 1) iff all given are.

    A polynomial that is above another on all of (0, 1) adds no restriction and is left out. This is decided
    by Descartes' rule on the difference, which may keep a few too many. It saves most of the roots, which are
    costly: of hundreds of deviations, few are closest to gaining at any discount factor.

    Examples
    --------
    >>> low, high = polynomial([-ONE, 2 * ONE]), polynomial([Fraction(-1, 2), 2 * ONE])
    >>> most_restrictive([high, low, low]) == [low]
    True
    """
    points = [Fraction(k, NUMERICS.compared_at) for k in range(1, NUMERICS.compared_at)]
    heights = [[evaluate(p, x) for x in points] for p in polynomials]
    restrictive: list[int] = []
    lowest_first = sorted(range(len(polynomials)), key=lambda k: heights[k][len(points) // 2])
    for k in counted(lowest_first, report):
        below = (j for j in restrictive if all(map(le, heights[j], heights[k])))
        if not any(_lies_below(polynomials[j], polynomials[k]) for j in below):
            restrictive.append(k)
    return [polynomials[k] for k in sorted(restrictive)]


def _lies_below(first: Polynomial, other: Polynomial) -> bool:
    """Return whether a polynomial is nowhere above another on (0, 1), if Descartes' rule can tell."""
    difference = other - first
    if not difference:
        return True
    return has_no_root(difference, ZERO, ONE) and evaluate(difference, Fraction(1, 2)) > 0


def signs_at(point: Exact) -> Signs:
    """Return the function that gives the sign of a polynomial at a point: -1, 0 or 1.

    Examples
    --------
    >>> signs_at(Fraction(1, 2))(polynomial([-ONE, 2 * ONE]))
    0
    """
    return partial(_sign, point)


def _sign(point: Exact, p: Polynomial) -> int:
    return sign_at(p, point)


def not_above(number: Exact) -> float:
    """Return the largest float that is not above a number, or its neighbour."""
    near = float(number)
    return near if number >= near else nextafter(near, -inf)


def not_below(number: Exact) -> float:
    """Return the smallest float that is not below a number, or its neighbour."""
    near = float(number)
    return near if number <= near else nextafter(near, inf)


def as_numbers(intervals: Iterable[tuple[Exact, Exact]]) -> tuple[tuple[Number, Number], ...]:
    """Return intervals with ends as `Fraction` if they are rational, and as nearest floats otherwise."""
    return tuple((as_number(low), as_number(high)) for low, high in intervals)


def as_number(end: Exact) -> Number:
    """Return a rational number unchanged, and the float nearest to an irrational one."""
    return float(end) if isinstance(end, AlgebraicNumber) else end
