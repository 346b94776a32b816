"""Weak renegotiation-proofness of a strategy: no continuation is worse for all players than another.

A subgame perfect equilibrium is weakly renegotiation-proof if none of its continuation values strictly
Pareto-dominates another (Farrell and Maskin 1989, Games and Economic Behavior 1(4); in the same issue
Bernheim and Ray call it internal consistency). For an automaton these are the values of the states that some
history reaches, after any public draw. Grim trigger in the prisoner's dilemma is never weakly
renegotiation-proof. A strategy can be if its punishments harm the deviator and benefit the other player (van
Damme 1989).

All pairs of states are compared. For all common discount factors x at once: the value of state s less the
value of t has the sign of N_s(x) - N_t(x), a polynomial (`automaton_polynomials`). So "not all players'
differences are positive" is a closed condition on signs of polynomials, and the set is a finite union of
closed intervals. Cost: S^2 comparisons for S states, of numbers or of polynomials for each player.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, Number
from negotiation.base.status import Status
from negotiation.errors import InvalidStrategy
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.exact.algebraic_numbers import Exact, between
from negotiation.game_theory.exact.polynomials import Polynomial, evaluate
from negotiation.game_theory.games import RepeatedGame, StageGame, own_units
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.games.plain_payoffs import plain_stage
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.game_theory.solvers.thresholds.automaton_polynomials import (
    Constraint,
    Intervals,
    Signs,
    as_numbers,
    closed_intervals,
    deviation_constraints,
    feasible,
    not_above,
    not_below,
    reachable,
    signs_at,
    value_polynomials,
)
from negotiation.game_theory.solvers.thresholds.numerics import NUMERICS
from negotiation.game_theory.solvers.thresholds.result import Binding
from negotiation.game_theory.solvers.values.value import value
from negotiation.game_theory.strategies import OTHERWISE, Automaton


@dataclass(frozen=True)
class Dominance:
    """A pair of states such that every player is better off in the first."""

    better: str
    worse: str

    def __str__(self) -> str:
        return f"everybody prefers state {self.better!r} to state {self.worse!r}"


@dataclass(frozen=True)
class RenegotiationVerdict(Tabular):
    """The verdict on whether a strategy is weakly renegotiation-proof.

    Parameters
    ----------
    holds : bool
        Whether the strategy is subgame perfect and the values of no state strictly Pareto-dominate the values
        of another.
    equilibrium : Verdict
        The verdict of `verify` on subgame perfection.
    dominance : Dominance or None
        The pair of reached states with the strongest dominance, or closest to dominance, measured by the
        least gain of a player from the second state to the first. `None` if only one state is reached.
    margin : float or Fraction
        Minus that gain, in payoffs. It is not negative if there is no dominance, and infinite if only one
        state is reached.
    tolerance : float
        Largest gain of any player that counts as zero, in payoffs; 0 in an exact check.
    status : {"complete"}
        Always complete.
    method : str
        The method, in words.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> grim = ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D"))
    >>> print(ng.renegotiation_proofness(ng.RepeatedGame(stage, 0.5), grim).explain())
    Not weakly renegotiation-proof: everybody prefers state 'cooperate' to state 'punish'.
    """

    holds: bool
    equilibrium: Verdict
    dominance: Dominance | None
    margin: Number
    tolerance: float
    status: Status = "complete"
    method: str = "comparison of all pairs of continuation values"

    @property
    def offending(self) -> Dominance | None:
        """Pair of states that violates weak renegotiation-proofness, or `None`."""
        return self.dominance if self.margin < 0 else None

    def explain(self) -> str:
        """Return the verdict in words.

        Returns
        -------
        str
            Whether the strategy is weakly renegotiation-proof, and the margin or what is violated.
        """
        if self.holds:
            return f"Weakly renegotiation-proof: no continuation dominates. Margin {float(self.margin):.6g}."
        why = self.equilibrium.explain() if not self.equilibrium.holds else f"{self.dominance}."
        return f"Not weakly renegotiation-proof: {why}"

    def table(self) -> Table:
        """Return the verdict as a table of one row."""
        pair = self.offending
        return Table(
            "weak renegotiation-proofness",
            ("holds", "subgame perfect", "margin", "all prefer", "to"),
            (
                (
                    self.holds,
                    self.equilibrium.holds,
                    float(self.margin),
                    pair.better if pair else None,
                    pair.worse if pair else None,
                ),
            ),
        )


@Takes("a renegotiation-proof strategy", (RepeatedGame,))
def renegotiation_proofness(
    game: RepeatedGame, automaton: Automaton, *, exact: bool = False
) -> RenegotiationVerdict:
    """Check whether a strategy is weakly renegotiation-proof in a repeated game.

    Parameters
    ----------
    game : RepeatedGame
        The game, under perfect monitoring; discount factors may differ.
    automaton : Automaton
        The strategy profile.
    exact : bool, optional
        Whether to compute in rational numbers, with floats at their exact binary value; False by default.

    Returns
    -------
    RenegotiationVerdict
        The verdict as `.holds`, the violating pair of states as `.offending`, the verdict on subgame
        perfection as `.equilibrium`, and the `.margin`.

    Raises
    ------
    InvalidGame
        If `game` is not a RepeatedGame.
    InvalidStrategy, UnknownAction
        If the automaton does not fit the game, or it depends on the game's public signal.

    Notes
    -----
    A subgame perfect equilibrium is weakly renegotiation-proof if none of its continuation values strictly
    Pareto-dominates another (Farrell and Maskin 1989, Games and Economic Behavior 1(4)).

    Examples
    --------
    >>> from negotiation.game_theory.games import StageGame
    >>> from negotiation.game_theory.strategies import grim_trigger
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> grim = grim_trigger(stage, ("C", "C"), ("D", "D"))
    >>> print(renegotiation_proofness(RepeatedGame(stage, 0.5), grim).explain())
    Not weakly renegotiation-proof: everybody prefers state 'cooperate' to state 'punish'.
    """
    equilibrium = verify(game, automaton, exact=exact)
    if game.monitoring is not None and any({*row} != {OTHERWISE} for row in automaton.transitions.values()):
        raise InvalidStrategy(
            "renegotiation_proofness is for perfect monitoring, but the game has a public signal on which "
            "`automaton` depends. `verify(game, automaton)` checks whether it is an equilibrium"
        )
    measured = own_units(game.stage)
    values = _exact_values(game, automaton) if exact else _values(game, measured.payoffs[0], automaton)
    nothing = [0.0] * game.stage.n_players if exact else measured.tolerances()
    closest: Dominance | None = None
    margin: Number = float("inf")
    tolerance = max(nothing)
    for better, worse in permutations(reachable(game.stage, automaton), 2):
        losses = [b - a for a, b in zip(values[better], values[worse], strict=True)]
        # A loss is how much less a player has in the better state. If the largest loss is negative, all
        # players are better off there. Gains within the tolerance count as zero.
        counted = [0 * x if -near <= x < 0 else x for x, near in zip(losses, nothing, strict=True)]
        if (least_loss := max(counted)) < margin:
            closest, margin = Dominance(better, worse), least_loss
    return RenegotiationVerdict(equilibrium.holds and margin >= 0, equilibrium, closest, margin, tolerance)


def _values(game: RepeatedGame, payoffs: FloatArray, automaton: Automaton) -> dict[str, tuple[Number, ...]]:
    """Return the players' values by state, from payoffs that are shifted to each player's least one."""
    stage = StageGame(payoffs, game.stage.players, game.stage.actions)
    worths = value(RepeatedGame(stage, game.discount_factors), automaton)
    return {state: tuple(row) for state, row in zip(worths.states, worths.values.tolist(), strict=True)}


def _exact_values(game: RepeatedGame, automaton: Automaton) -> dict[str, tuple[Number, ...]]:
    """Return the values V_s = (1 - delta) N_s / D by state, with each player's own discount factor."""
    polynomials = value_polynomials(game.stage, automaton)
    rows: dict[str, tuple[Number, ...]] = dict.fromkeys(automaton.states, ())
    for delta, own in zip(game.exact_discount_factors, polynomials.numerators, strict=True):
        scale = (1 - delta) / evaluate(polynomials.denominator, delta)
        for state, numerator in zip(automaton.states, own, strict=True):
            rows[state] += (scale * evaluate(numerator, delta),)
    return rows


@dataclass(frozen=True)
class RenegotiationProofSet(Tabular):
    """The common discount factors at which a strategy is weakly renegotiation-proof.

    Parameters
    ----------
    intervals : tuple of pairs
        All such discount factors in (0, 1), as closed intervals. A single point is a pair of equal numbers;
        an end at 0 or 1 is not included.
    value : float, Fraction or None
        The least of them, a `Fraction` if it is rational; 0 if all small discount factors are included, and
        `None` if there are none.
    lower, upper : float or None
        Proven bounds of `value`; `None` if `value` is `None`.
    subgame_perfect : tuple of pairs
        The discount factors at which the strategy is subgame perfect, in the same form as `intervals`.
    binding : Binding, Dominance or None
        What fails just below `value`: a deviation that gains, or a pair of states of which one dominates. If
        `value` is `None`, what fails in the last interval of `subgame_perfect` or, if there is none, near 1.
        `None` if `value` is 0.
    exact_intervals : tuple of pairs
        The intervals in closed form, with `Fraction` or `AlgebraicNumber` ends.
    status : {"complete"}
        Always complete.
    method : str
        The method, in words.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> penance = ng.strategies.penance(stage, ("C", "C"), ("D", "D"), 1)
    >>> found = ng.least_weakly_renegotiation_proof(stage, penance)
    >>> found.value, str(found.binding)
    (None, "everybody prefers state 'cooperate' to state 'punish 1'")
    """

    intervals: tuple[tuple[Number, Number], ...]
    value: Number | None
    lower: float | None
    upper: float | None
    subgame_perfect: tuple[tuple[Number, Number], ...]
    binding: Binding | Dominance | None
    status: Status = "complete"
    method: str = "signs of the polynomials of deviations and of differences in value"
    exact_intervals: tuple[tuple[Exact, Exact], ...] = ()

    @property
    def exact_value(self) -> Exact | None:
        """Least of these discount factors in closed form; `None` if there are none."""
        return self.exact_intervals[0][0] if self.exact_intervals else None

    def table(self) -> Table:
        """Return a table with one row for each interval: its ends, and what binds."""
        rows = tuple((float(low), float(high), str(self.binding or "")) for low, high in self.intervals)
        title = "discount factors at which the strategy is weakly renegotiation-proof"
        return Table(title if rows else f"{title}: none; {self.binding}", ("from", "to", "binding"), rows)


@dataclass(frozen=True)
class _Conditions:
    """The conditions of weak renegotiation-proofness.

    They are the constraints of all deviations, and each player's difference in value by pair of states. Each
    pair of different states is listed in one order.
    """

    deviations: tuple[Constraint, ...]
    differences: Mapping[tuple[str, str], tuple[Polynomial, ...]]

    def subgame_perfect(self, sign: Signs) -> bool:
        """Return whether no one-shot deviation gains."""
        return all(sign(c.polynomial) >= 0 for c in self.deviations)

    def hold(self, sign: Signs) -> bool:
        """Return whether the strategy is subgame perfect and no state dominates another."""
        return self.subgame_perfect(sign) and self.dominance(sign) is None

    def dominance(self, sign: Signs) -> Dominance | None:
        """Return the first pair of states of which all players strictly prefer one, or None."""
        for (result, other), differences in self.differences.items():
            # All differences have one sign and none is zero: the sign says which state dominates.
            first = sign(differences[0])
            if first and all(sign(d) == first for d in differences[1:]):
                return Dominance(result, other) if first > 0 else Dominance(other, result)
        return None

    def failing(self, sign: Signs) -> Binding | Dominance | None:
        """Return the first deviation that gains, else the first dominance, else None."""
        gaining = (c.binding for c in self.deviations if sign(c.polynomial) < 0)
        return next(gaining, None) or self.dominance(sign)


@Takes("a renegotiation-proof strategy", (StageGame,))
def least_weakly_renegotiation_proof(stage: StageGame, automaton: Automaton) -> RenegotiationProofSet:
    """Return the common discount factors at which a strategy is weakly renegotiation-proof.

    Parameters
    ----------
    stage : StageGame
        The game of each period. Float payoffs are read as nearby fractions, as in `solve`.
    automaton : Automaton
        The strategy profile.

    Returns
    -------
    RenegotiationProofSet
        All such discount factors as `.intervals`, the least as `.value`, and what fails just below it as
        `.binding`.

    Raises
    ------
    InvalidGame
        If `stage` is not a StageGame.
    InvalidStrategy, UnknownAction
        If `automaton` is not an Automaton, or does not fit the game.

    Notes
    -----
    A subgame perfect equilibrium is weakly renegotiation-proof if none of its continuation values strictly
    Pareto-dominates another (Farrell and Maskin 1989, Games and Economic Behavior 1(4)).

    Examples
    --------
    >>> from negotiation.game_theory.strategies import grim_trigger
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> found = least_weakly_renegotiation_proof(stage, grim_trigger(stage, ("C", "C"), ("D", "D")))
    >>> found.value, str(found.binding)
    (None, "everybody prefers state 'cooperate' to state 'punish'")
    """
    if not isinstance(automaton, Automaton):
        raise InvalidStrategy(
            "`automaton` must be an Automaton, such as strategies.grim_trigger(stage, cooperate, punish); "
            f"got {type(automaton).__name__}"
        )
    conditions = _conditions(plain_stage(stage), automaton)
    deviations = [c.polynomial for c in conditions.deviations]
    perfect = feasible(conditions.deviations)
    everything = [*deviations, *(d for row in conditions.differences.values() for d in row)]
    intervals = closed_intervals(everything, conditions.hold) if perfect else ()
    shown, shown_perfect = as_numbers(intervals), as_numbers(perfect)
    if not intervals:
        # Name a dominance where the strategy is subgame perfect, or if it never is, what fails near 1.
        failing = conditions.failing(signs_at(_where_it_fails(perfect)))
        return RenegotiationProofSet((), None, None, None, shown_perfect, failing)
    first = intervals[0][0]
    return RenegotiationProofSet(
        shown,
        shown[0][0],
        not_above(first),
        not_below(first),
        shown_perfect,
        # The condition that binds at the least discount factor is the one that fails just below it.
        conditions.failing(signs_at(_just_below(first))) if first > 0 else None,
        exact_intervals=intervals,
    )


def _where_it_fails(perfect: Intervals) -> Exact:
    """Return a point of the last subgame perfect interval, or a point near 1 if there is none."""
    if not perfect:
        # (0, 1) is open: near its end.
        return 1 - Fraction(NUMERICS.beside)
    low, high = perfect[-1]
    return low if low is high else between(low, high)


def _just_below(number: Exact) -> Fraction:
    near, step = Fraction(not_above(number)), Fraction(NUMERICS.beside)
    # Above zero also where the number is smaller than the step.
    return max(near - step, near / 2)


def _conditions(stage: StageGame, automaton: Automaton) -> _Conditions:
    numerators = value_polynomials(stage, automaton).numerators
    position = automaton.states.index
    differences = {
        (s, t): tuple(own[position(s)] - own[position(t)] for own in numerators)
        for s, t in combinations(reachable(stage, automaton), 2)
    }
    return _Conditions(tuple(deviation_constraints(stage, automaton)), differences)
