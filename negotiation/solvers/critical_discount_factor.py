"""The discount factors at which a strategy is an equilibrium, exactly.

For an automaton with transition matrix T the values are V(x) = (1 - x) N(x) / D(x), where D(x) = det(I - x T)
is positive on (0, 1) and N(x) = adj(I - x T) u; both are polynomials, found by the Faddeev-LeVerrier
recursion in rational numbers. A one-shot deviation to payoff u' and state s' does not gain iff

    N_s(x) - u' D(x) - x N_s'(x) >= 0,

a polynomial inequality. The set of discount factors that satisfy all of them is a finite union of closed
intervals and single points, found from the roots by Sturm's theorem, so knife edges are decided exactly.
For grim trigger it gives Friedman's (1971) threshold (T - R) / (T - P). Cost: S^4 rational operations for S
states, and one root search for each player, state and successor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import inf, nextafter, prod

from negotiation.errors import InvalidStrategy
from negotiation.games import Profile, StageGame, unilateral_payoffs
from negotiation.labelled import Table, Tabular
from negotiation.numeric import Number, as_fraction
from negotiation.solvers.polynomials import (
    Polynomial,
    Root,
    distinct_roots,
    evaluate,
    roots_inside,
    sign_at,
    trimmed,
)
from negotiation.solvers.verdict import Status
from negotiation.strategies import OTHERWISE, Automaton
from negotiation.strategies.automaton import as_lottery

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Binding:
    """The deviation that binds at a threshold."""

    player: str
    action: str
    prescribed: str
    state: str

    def __str__(self) -> str:
        return f"{self.player}: {self.action} instead of {self.prescribed}, in state {self.state!r}"


@dataclass(frozen=True)
class CriticalDiscountFactor(Tabular):
    """The discount factors at which a strategy is a subgame perfect equilibrium.

    Parameters
    ----------
    intervals : tuple of pairs
        All common discount factors in (0, 1) that work, as closed intervals; a single point is a pair of
        equal numbers. An end at 0 or 1 stands for the end of the open interval (0, 1).
    value : float, Fraction or None
        The least of them (0 if all small ones work), a `Fraction` where it is rational with a denominator
        up to 2**29; `None` where none works.
    lower, upper : float or None
        Proven bounds of `value`.
    binding : Binding or None
        The deviation that stops gaining at `value`; where no discount factor works, one that gains at
        every discount factor or, failing that, near 1. `None` where nothing binds.
    """

    intervals: tuple[tuple[Number, Number], ...]
    value: Number | None
    lower: float | None
    upper: float | None
    binding: Binding | None
    status: Status = "complete"
    method: str = "Sturm isolation of the one-shot-deviation polynomials"

    def table(self) -> Table:
        """Return one row for each interval."""
        rows = tuple((float(low), float(high), str(self.binding or "")) for low, high in self.intervals)
        title = "discount factors at which the strategy is an equilibrium"
        return Table(
            title if rows else f"{title}: none; {self.binding} gains", ("from", "to", "binding"), rows
        )


@dataclass(frozen=True)
class _Constraint:
    polynomial: Polynomial
    binding: Binding


def critical_discount_factor(stage: StageGame, target: Automaton) -> CriticalDiscountFactor:
    """Return all common discount factors at which a strategy is a subgame perfect equilibrium.

    Parameters
    ----------
    stage : StageGame
        The game of each period, perfectly monitored. Floats are taken at their exact binary value.
    target : Automaton
        The strategy profile; transitions may be lotteries with rational or float probabilities.

    Returns
    -------
    CriticalDiscountFactor
        `.intervals`, the least as `.value`, and what binds there.

    Raises
    ------
    InvalidStrategy
        If the target is not an automaton of this game.

    Examples
    --------
    >>> from negotiation.strategies import grim_trigger
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> found = critical_discount_factor(stage, grim_trigger(stage, ("C", "C"), ("D", "D")))
    >>> found.value, str(found.binding)
    (Fraction(1, 7), "0: D instead of C, in state 'cooperate'")
    """
    if not isinstance(target, Automaton):
        raise InvalidStrategy(
            f"a critical discount factor is for an Automaton; got {type(target).__name__}. Build one, for "
            "example with strategies.grim_trigger(stage, cooperate, punish)"
        )
    constraints = _constraints(stage, target)
    intervals = _feasible(constraints)
    if not intervals:
        return CriticalDiscountFactor((), None, None, None, _blocking(constraints))
    first = intervals[0][0]
    binding = _binding(constraints, first) if first.high > 0 else None
    value = _number(first)
    return CriticalDiscountFactor(
        tuple((_number(low), _number(high)) for low, high in intervals),
        value,
        _not_above(first.low),
        -_not_above(-first.high),
        binding,
    )


def _constraints(stage: StageGame, automaton: Automaton) -> list[_Constraint]:
    """Return the most restrictive polynomial for each player, state and lottery after a deviation."""
    denominator, adjugates = _resolvent(stage, automaton)
    payoffs = stage.given_payoffs()
    reached = _reachable(stage, automaton)
    found: list[_Constraint] = []
    for i in range(stage.n_players):
        numerators = _numerators(stage, automaton, adjugates, i)
        for state in reached:
            profile = automaton.actions[state]
            own = unilateral_payoffs(payoffs, stage.profile_index(profile), i)
            for lottery, (u, binding) in _tempting(stage, automaton, state, profile, i, own).items():
                after = [ZERO] * len(denominator)
                for successor, chance in lottery:
                    for k, c in enumerate(numerators[successor]):
                        after[k] += chance * c
                terms = [
                    n - u * d - a
                    for n, d, a in zip(
                        [*numerators[state], ZERO], denominator, [ZERO, *after[:-1]], strict=True
                    )
                ]
                found.append(_Constraint(trimmed(terms), binding))
    return found


def _reachable(stage: StageGame, automaton: Automaton) -> list[str]:
    """Return the states that some history reaches: `OTHERWISE` counts where some profile is not named."""
    total, found = prod(stage.n_actions), [automaton.initial]
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


def _resolvent(stage: StageGame, automaton: Automaton) -> tuple[list[Fraction], list[list[list[Fraction]]]]:
    """Return det(I - x T) and adj(I - x T) by powers of x (Faddeev-LeVerrier)."""
    states = automaton.states
    size = len(states)
    move = [[ZERO] * size for _ in states]
    for k, state in enumerate(states):
        stage.profile_index(automaton.actions[state])
        for successor, chance in automaton.next_states(state, automaton.actions[state]).items():
            move[k][states.index(successor)] += as_fraction(chance)
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


def _numerators(
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


def _feasible(constraints: list[_Constraint]) -> list[tuple[Root, Root]]:
    """Return the closed intervals of (0, 1) on which every polynomial is non-negative."""
    active = [c.polynomial for c in constraints if c.polynomial]
    edges = [Root(ZERO, ZERO, ()), *distinct_roots(active, ZERO, ONE), Root(ONE, ONE, ())]
    found: list[tuple[Root, Root]] = []
    for left, right in pairwise(edges):
        if left.high > 0 and all(sign_at(p, left) >= 0 for p in active) and not _ends_at(found, left):
            found.append((left, left))
        middle = (left.high + right.low) / 2
        if all(evaluate(p, middle) >= 0 for p in active):
            if _ends_at(found, left):
                found[-1] = (found[-1][0], right)
            else:
                found.append((left, right))
    return found


def _ends_at(found: list[tuple[Root, Root]], root: Root) -> bool:
    return bool(found) and found[-1][1] is root


def _binding(constraints: list[_Constraint], root: Root) -> Binding | None:
    return next((c.binding for c in constraints if c.polynomial and sign_at(c.polynomial, root) == 0), None)


def _blocking(constraints: list[_Constraint]) -> Binding | None:
    """Return a deviation that gains at every discount factor, else one that gains near 1, else any."""
    almost_one = ONE - Fraction(1, 2**40)
    gaining = [c for c in constraints if c.polynomial and evaluate(c.polynomial, almost_one) < 0]
    always = [c for c in gaining if not roots_inside(c.polynomial, ZERO, ONE)]
    return next((c.binding for c in [*always, *gaining, *constraints]), None)


def _not_above(number: Fraction) -> float:
    near = float(number)
    return near if near <= number else nextafter(near, -inf)


def _number(root: Root) -> Number:
    return root.low if root.is_exact else float((root.low + root.high) / 2)
