"""Weak renegotiation-proofness of a strategy: no threat that both sides would rather talk their way out of.

A subgame perfect equilibrium is weakly renegotiation-proof when none of its continuation values strictly
Pareto-dominates another (Farrell and Maskin 1989, Games and Economic Behavior 1(4); in the same issue
Bernheim and Ray call it internal consistency). For an automaton these are the values of the states that some
history reaches, after any public draw. Grim trigger in the prisoner's dilemma never is; a punishment in which
the deviator pays and the other gains can be (van Damme 1989).

All ordered pairs of states are compared. Cost: one linear system, and S^2 comparisons for S states.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

from negotiation.checks.verify import verify
from negotiation.exact.polynomials import evaluate
from negotiation.games import RepeatedGame
from negotiation.games.kinds import expect_kind
from negotiation.labelled import Table, Tabular
from negotiation.numeric import KNIFE_EDGE, Number, payoff_tolerance
from negotiation.solutions.verdict import Verdict
from negotiation.solvers.thresholds.automaton_polynomials import numerators, reachable, resolvent
from negotiation.solvers.values.value import value
from negotiation.status import Status
from negotiation.strategies import Automaton


@dataclass(frozen=True)
class Dominance:
    """A pair of states in the first of which every player is better off."""

    better: str
    worse: str

    def __str__(self) -> str:
        return f"everybody prefers state {self.better!r} to state {self.worse!r}"


@dataclass(frozen=True)
class RenegotiationVerdict(Tabular):
    """Whether a strategy is weakly renegotiation-proof at given discount factors.

    Parameters
    ----------
    holds : bool
        Whether it is subgame perfect and no state's values strictly Pareto-dominate another's.
    equilibrium : Verdict
        What `verify` says of subgame perfection.
    dominance : Dominance or None
        The pair of states that comes closest to dominance, or dominates most: by the least gain of a player.
    margin : float or Fraction
        Minus that gain: not negative when there is no dominance; infinite with a single state.
    tolerance : float
        Gain that still counted as none; 0 in an exact check.
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
        """The pair of states that breaks weak renegotiation-proofness, if one does."""
        return self.dominance if self.margin < 0 else None

    def explain(self) -> str:
        """Return the verdict as a sentence."""
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


def renegotiation_proofness(
    game: RepeatedGame, automaton: Automaton, *, exact: bool = False
) -> RenegotiationVerdict:
    """Return whether a strategy is weakly renegotiation-proof in a repeated game.

    Parameters
    ----------
    game : RepeatedGame
        Perfect monitoring; discount factors may be unlike.
    automaton : Automaton
        The strategy profile.
    exact : bool, optional
        Whether to compute in rational numbers, floats at their exact binary value.

    Returns
    -------
    RenegotiationVerdict
        `.holds`, `.offending` (the pair of states), `.equilibrium` and `.margin`.

    Raises
    ------
    InvalidStrategy, UnknownAction
        If the automaton does not fit the game.

    Examples
    --------
    >>> from negotiation.games import StageGame
    >>> from negotiation.strategies import grim_trigger
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> grim = grim_trigger(stage, ("C", "C"), ("D", "D"))
    >>> print(renegotiation_proofness(RepeatedGame(stage, 0.5), grim).explain())
    Not weakly renegotiation-proof: everybody prefers state 'cooperate' to state 'punish'.
    """
    expect_kind(game, RepeatedGame, "a renegotiation-proof strategy")
    equilibrium = verify(game, automaton, exact=exact)
    values = _exact_values(game, automaton) if exact else _values(game, automaton)
    tolerance = 0.0 if exact else payoff_tolerance(game.stage.payoffs, KNIFE_EDGE)
    closest: Dominance | None = None
    margin: Number = float("inf")
    for better, worse in permutations(reachable(game.stage, automaton), 2):
        least_loss = max(b - a for a, b in zip(values[better], values[worse], strict=True))
        if least_loss < margin:
            closest, margin = Dominance(better, worse), least_loss
    if -tolerance <= margin < 0:
        margin = 0.0
    return RenegotiationVerdict(equilibrium.holds and margin >= 0, equilibrium, closest, margin, tolerance)


def _values(game: RepeatedGame, automaton: Automaton) -> dict[str, tuple[Number, ...]]:
    found = value(game, automaton)
    return {state: tuple(row) for state, row in zip(found.states, found.values.tolist(), strict=True)}


def _exact_values(game: RepeatedGame, automaton: Automaton) -> dict[str, tuple[Number, ...]]:
    """Return V_s = (1 - delta) N_s(delta) / D(delta), each player's at its own discount factor."""
    denominator, adjugates = resolvent(game.stage, automaton)
    rows: dict[str, tuple[Number, ...]] = dict.fromkeys(automaton.states, ())
    for i, delta in enumerate(game.exact_discount_factors):
        scale = (1 - delta) / evaluate(tuple(denominator), delta)
        for state, terms in numerators(game.stage, automaton, adjugates, i).items():
            rows[state] += (scale * evaluate(tuple(terms), delta),)
    return rows
