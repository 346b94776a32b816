"""The discount factors at which a strategy is weakly renegotiation-proof (Farrell and Maskin 1989), exactly.

The strategy has to be subgame perfect, and no state's values may strictly Pareto-dominate another's (see
`renegotiation`). The value of state s less that of t has the sign of N_s(x) - N_t(x), a polynomial, so "not
all players' differences are positive" is a closed condition on signs of polynomials, and the set is a finite
union of closed intervals. Cost: that of `critical_discount_factor`, and a root search for each player and
pair of states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from negotiation.exact.algebraic_numbers import Exact
from negotiation.exact.polynomials import Polynomial, Root, sign_at, trimmed
from negotiation.games import StageGame
from negotiation.labelled import Table, Tabular
from negotiation.numeric import Number
from negotiation.solvers.thresholds.automaton_polynomials import (
    Constraint,
    Signs,
    as_numbers,
    closed_form,
    closed_intervals,
    deviation_constraints,
    not_above,
    numerators,
    reachable,
    resolvent,
    signs_at,
)
from negotiation.solvers.thresholds.numerics import NUMERICS
from negotiation.solvers.thresholds.renegotiation import Dominance
from negotiation.solvers.thresholds.result import Binding
from negotiation.status import Status
from negotiation.strategies import Automaton

STEP = Fraction(NUMERICS.beside)


@dataclass(frozen=True)
class RenegotiationProofSet(Tabular):
    """The common discount factors at which a strategy is weakly renegotiation-proof.

    Parameters
    ----------
    intervals : tuple of pairs
        All of them in (0, 1), as closed intervals; a single point is a pair of equal numbers, and an end at 0
        or 1 stands for the end of the open interval (0, 1).
    value : float, Fraction or None
        The least (0 if all small ones work), a `Fraction` where it is rational; `None` where none works.
    lower, upper : float or None
        Proven bounds of `value`.
    subgame_perfect : tuple of pairs
        The same for subgame perfection alone.
    binding : Binding, Dominance or None
        What fails just below `value`: a deviation that gains, or a pair of states. Where there is no such
        discount factor, what fails in the subgame perfect set or, where that is empty, near 1.
    exact_intervals : tuple of pairs
        The intervals in closed form: ends are `Fraction` or `AlgebraicNumber`.
    """

    intervals: tuple[tuple[Number, Number], ...]
    value: Number | None
    lower: float | None
    upper: float | None
    subgame_perfect: tuple[tuple[Number, Number], ...]
    binding: Binding | Dominance | None
    status: Status = "complete"
    method: str = "Sturm isolation of the polynomials of deviations and of differences in value"
    exact_intervals: tuple[tuple[Exact, Exact], ...] = ()

    @property
    def exact_value(self) -> Exact | None:
        """The least in closed form, or `None` where none works."""
        return self.exact_intervals[0][0] if self.exact_intervals else None

    def table(self) -> Table:
        """Return one row for each interval."""
        rows = tuple((float(low), float(high), str(self.binding or "")) for low, high in self.intervals)
        title = "discount factors at which the strategy is weakly renegotiation-proof"
        return Table(title if rows else f"{title}: none; {self.binding}", ("from", "to", "binding"), rows)


@dataclass(frozen=True)
class _Conditions:
    """What weak renegotiation-proofness asks for: deviations, and value differences by ordered pair."""

    deviations: tuple[Constraint, ...]
    differences: Mapping[tuple[str, str], tuple[Polynomial, ...]]

    def subgame_perfect(self, sign: Signs) -> bool:
        """Return whether no one-shot deviation gains."""
        return all(sign(c.polynomial) >= 0 for c in self.deviations)

    def hold(self, sign: Signs) -> bool:
        """Return whether the strategy is subgame perfect and no state dominates another."""
        return self.subgame_perfect(sign) and self.dominance(sign) is None

    def dominance(self, sign: Signs) -> Dominance | None:
        """Return a state that all players strictly prefer to another one, or None."""
        for (one, other), differences in self.differences.items():
            first = sign(differences[0])
            if first and all(sign(d) == first for d in differences[1:]):
                return Dominance(one, other) if first > 0 else Dominance(other, one)
        return None

    def failing(self, sign: Signs) -> Binding | Dominance | None:
        """Return a deviation that gains, or else a dominance, or None."""
        gaining = (c.binding for c in self.deviations if sign(c.polynomial) < 0)
        return next(gaining, None) or self.dominance(sign)


def least_weakly_renegotiation_proof(stage: StageGame, automaton: Automaton) -> RenegotiationProofSet:
    """Return all common discount factors at which a strategy is weakly renegotiation-proof, and the least.

    Parameters
    ----------
    stage : StageGame
        The game of each period. Floats are taken at their exact binary value.
    automaton : Automaton
        The strategy profile.

    Returns
    -------
    RenegotiationProofSet
        `.intervals`, the least as `.value`, and what fails below it.

    Raises
    ------
    InvalidStrategy, UnknownAction
        If the automaton does not fit the game.

    Examples
    --------
    >>> from negotiation.strategies import grim_trigger
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> found = least_weakly_renegotiation_proof(stage, grim_trigger(stage, ("C", "C"), ("D", "D")))
    >>> found.value, str(found.binding)
    (None, "everybody prefers state 'cooperate' to state 'punish'")
    """
    conditions = _conditions(stage, automaton)
    deviations = [c.polynomial for c in conditions.deviations]
    perfect = closed_intervals(deviations, conditions.subgame_perfect)
    everything = [*deviations, *(d for row in conditions.differences.values() for d in row)]
    intervals = closed_intervals(everything, conditions.hold) if perfect else []
    closed, shown_perfect = closed_form(intervals), as_numbers(closed_form(perfect))
    shown = as_numbers(closed)
    if not intervals:
        return RenegotiationProofSet(
            (), None, None, None, shown_perfect, conditions.failing(_where_it_fails(perfect))
        )
    first = intervals[0][0]
    return RenegotiationProofSet(
        shown,
        shown[0][0],
        not_above(first.low),
        -not_above(-first.high),
        shown_perfect,
        conditions.failing(signs_at(_just_below(first))) if first.high > 0 else None,
        exact_intervals=closed,
    )


def _where_it_fails(perfect: Sequence[tuple[Root, Root]]) -> Signs:
    """Return the signs in the middle of the last subgame perfect interval, or near 1 without one."""
    if not perfect:
        return signs_at(1 - STEP)
    low, high = perfect[-1]
    if low is high:
        return lambda polynomial: sign_at(polynomial, low)
    return signs_at((low.high + high.low) / 2)


def _just_below(root: Root) -> Fraction:
    return max(root.low - STEP, root.low / 2)


def _conditions(stage: StageGame, automaton: Automaton) -> _Conditions:
    deviations = deviation_constraints(stage, automaton)
    _, adjugates = resolvent(stage, automaton)
    by_player = [numerators(stage, automaton, adjugates, i) for i in range(stage.n_players)]
    differences = {
        (s, t): tuple(
            trimmed(a - b for a, b in zip(values[s], values[t], strict=True)) for values in by_player
        )
        for s, t in combinations(reachable(stage, automaton), 2)
    }
    return _Conditions(tuple(deviations), differences)
