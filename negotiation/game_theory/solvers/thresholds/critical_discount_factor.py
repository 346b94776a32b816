"""The discount factors at which a strategy is an equilibrium, exactly.

The threshold of an action profile is computed by `profile.critical_profile`, and that of a policy of a
stochastic game by `policy.critical_policy`.

For an automaton with transition matrix T and payoffs u the values are V(x) = (1 - x) N(x) / D(x), where
D(x) = det(I - x T) is positive on (0, 1) and N(x) = adj(I - x T) u; both are polynomials. A one-shot
deviation to payoff u' and state s' does not gain iff

    N_s(x) - u' D(x) - x N_s'(x) >= 0,

a polynomial inequality. The set of discount factors that satisfy all these inequalities is a finite union of
closed intervals and single points. Their ends are roots of the polynomials, which are algebraic numbers, so
knife edges are decided exactly. For grim trigger the least of them is Friedman's (1971) threshold
(T - R) / (T - P). In a stochastic game the same holds with pairs of memory and state in place of states.
Cost: S^3 rational operations for S states or pairs, and the factors of one polynomial for each player, state
and successor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from negotiation.base.numeric import as_fraction
from negotiation.base.progress import Progress, nobody, part_of, told
from negotiation.base.reading.numbers import expect_flag
from negotiation.errors import InvalidStrategy
from negotiation.game_theory.exact.algebraic_numbers import Exact, roots, sign_at
from negotiation.game_theory.exact.polynomials import evaluate
from negotiation.game_theory.games import PublicSignal, RepeatedGame, StageGame, StochasticGame, departures
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.games.plain_payoffs import plain_game, plain_stage
from negotiation.game_theory.solutions.private_readings import PrivateReadings
from negotiation.game_theory.solvers.thresholds.automaton_polynomials import (
    ONE,
    ZERO,
    Constraint,
    ValuePolynomials,
    as_numbers,
    deviation_constraints,
    feasible,
    not_above,
    not_below,
)
from negotiation.game_theory.solvers.thresholds.numerics import NUMERICS
from negotiation.game_theory.solvers.thresholds.result import Binding, CriticalDiscountFactor
from negotiation.game_theory.solvers.values.public_transitions import expected_automaton
from negotiation.game_theory.strategies import Automaton, MarkovStrategy, StateAutomaton
from negotiation.game_theory.strategies.state_chain import SEPARATOR, Chain, Pair, reachable_pairs

__all__ = ["Binding", "CriticalDiscountFactor", "critical_discount_factor"]


@Takes("a threshold", (StageGame, RepeatedGame, StochasticGame))
def critical_discount_factor(
    game: StageGame | RepeatedGame | StochasticGame,
    target: Automaton | StateAutomaton | MarkovStrategy | Mapping[str, Sequence[str]] | Sequence[str],
    *,
    monitoring: PublicSignal | None = None,
    transfers: bool = False,
    progress: Progress | None = None,
) -> CriticalDiscountFactor:
    """Return the common discount factors at which a strategy or profile is an equilibrium.

    Parameters
    ----------
    game : StageGame, RepeatedGame or StochasticGame
        The game of each period, or a repeated or stochastic game, whose discount factor is ignored. For an
        automaton or a profile without transfers, float payoffs are read as nearby fractions, as in `solve`,
        and integers and `Fraction` objects are used unchanged.
    target : Automaton, StateAutomaton, policy or profile of action labels
        A strategy profile as an automaton, whose transitions may be lotteries. Or an action profile of two
        players (one label for each player, or a mapping from player to label), which is played for ever under
        the most severe equilibrium punishments. For a stochastic game, a `StateAutomaton`; or a policy of two
        players (a `MarkovStrategy`, a mapping from state to profile, or one profile for all states), which is
        played for ever under the most severe equilibrium punishments.
    monitoring : PublicSignal, optional
        The public signal that players observe; by default that of a repeated game, and perfect monitoring for
        other games. With a signal the target must be an automaton with transitions by signal, and the
        equilibria are perfect public ones.
    transfers : bool, optional
        Whether players may pay each other before they act, for profiles and policies only; False by default.
    progress : callable, optional
        Function that is called with the percentage done, and 100. It is used for an automaton of a repeated
        game, which takes most of a minute with a hundred states. By default progress is logged.

    Returns
    -------
    CriticalDiscountFactor
        All such discount factors as `.intervals` and the least as `.value`; in closed form, if found, as
        `.exact_intervals` and `.exact_value`; bounds of the least; and the deviation that binds there.

    Raises
    ------
    InvalidStrategy
        If the target is of none of these kinds, or does not fit the game or the signal; if a signal is given
        for a stochastic game or a profile; if the target is an automaton while `transfers` is True; or if a
        `StateAutomaton` reaches more than 40 pairs of memory and state.
    InvalidGame
        If `game` is of none of these kinds; if a profile does not name one action for each player; if the
        target is a profile or a policy and the game does not have two players; or if `monitoring` is not a
        PublicSignal or `transfers` is not a bool.
    UnknownAction, UnknownState, UnknownPlayer
        If the target names an action, a state or a player that the game does not have.

    Notes
    -----
    For an automaton, incentives are polynomial inequalities in the discount factor, whose roots are found
    exactly. For grim trigger the result is the threshold (T - R) / (T - P) of Friedman (1971).

    Examples
    --------
    >>> from negotiation.game_theory.strategies import grim_trigger
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> found = critical_discount_factor(stage, grim_trigger(stage, ("C", "C"), ("D", "D")))
    >>> found.value, str(found.binding)
    (Fraction(1, 7), "0: D instead of C, in state 'cooperate'")
    >>> critical_discount_factor(stage, ("C", "C")).value
    Fraction(1, 7)

    With transfers only the sum of the gains matters, (1 - x) 2 <= x 12:

    >>> round(critical_discount_factor(stage, ("C", "C"), transfers=True).value, 9), round(1 / 7, 9)
    (0.142857143, 0.142857143)

    An irrational threshold, from two periods of punishment, (1 - x) 10 + x (1 - x^2) 3 + x^3 9 <= 9:

    >>> from negotiation.game_theory.strategies import penance
    >>> found = critical_discount_factor(stage, penance(stage, ("C", "C"), ("D", "D"), 2))
    >>> print(found.exact_value, found.value)
    root of 6x^2 + 6x - 1 in [0.14, 0.15] 0.14549722436790283
    """
    expect_flag("transfers", transfers)
    if isinstance(game, StochasticGame):
        if monitoring is not None:
            raise InvalidStrategy("a stochastic game has perfect monitoring; leave `monitoring` out")
        return _in_states(game, target, transfers)
    if isinstance(game, RepeatedGame):
        # The game's own discount factor is not read: the answer is all of them.
        seen = game.monitoring if monitoring is None else monitoring
        return _in_stage(game.stage, target, seen, transfers, progress)
    return _in_stage(game, target, monitoring, transfers, progress)


def _in_stage(
    stage: StageGame,
    target: object,
    monitoring: PublicSignal | None,
    transfers: bool,
    progress: Progress | None,
) -> CriticalDiscountFactor:
    """Return the result for a repeated stage game."""
    if monitoring is not None:
        expect_kind(monitoring, PublicSignal, "`monitoring`")
    if isinstance(target, (Mapping, np.ndarray)):
        target = stage.profile(target)
    if transfers:
        return _with_transfers(stage, target, monitoring)
    if isinstance(target, (tuple, list)):
        from negotiation.game_theory.solvers.thresholds.profile import critical_profile

        if monitoring is not None:
            raise InvalidStrategy(
                "with a public signal `target` must be an Automaton with transitions by signal; got the "
                f"profile {tuple(target)!r}. For the payoffs of all equilibria use "
                "equilibrium_payoffs(RepeatedGame(stage, discount_factor, monitoring))"
            )
        return critical_profile(stage, target)
    if not isinstance(target, Automaton):
        raise InvalidStrategy(_no_target(target))
    # Parts of a hundred: what signals lead to, the polynomials, their roots.
    with told("critical discount factor", progress) as report:
        if monitoring is not None:
            # The chances of the next state, averaged over the signal, give an automaton with the same values.
            target = expected_automaton(stage, target, monitoring, part_of(report, 0, 20, 100))
        constraints = deviation_constraints(plain_stage(stage), target, part_of(report, 20, 50, 100))
        return _from_constraints(constraints, part_of(report, 50, 100, 100))


def _no_target(target: object) -> str:
    """Return the error message for a target that is neither an automaton nor a profile, with advice."""
    if isinstance(target, PrivateReadings):
        return (
            "readings that each side holds in private are not one strategy and have no critical discount "
            "factor. For the text as written use agreement.critical_discount_factor(), and for the readings "
            "pair.verdict()"
        )
    return (
        "`target` must be an Automaton, such as strategies.grim_trigger(stage, cooperate, punish), or under "
        f"perfect monitoring a profile of one label for each player; got {type(target).__name__}"
    )


def _in_states(game: StochasticGame, target: object, transfers: bool) -> CriticalDiscountFactor:
    """Return the result for a stochastic game."""
    from negotiation.game_theory.solvers.thresholds.policy import critical_policy

    if isinstance(target, StateAutomaton):
        if transfers:
            raise InvalidStrategy(
                "a StateAutomaton does not describe payments, so `transfers` must be False. With transfers "
                "give a policy, which says what is played in each state"
            )
        return _from_constraints(state_deviation_constraints(plain_game(game), target))
    if isinstance(target, (tuple, list)):
        target = {state: tuple(target) for state in game.states}
    if not isinstance(target, (MarkovStrategy, Mapping)):
        raise InvalidStrategy(
            "in a stochastic game `target` must be a StateAutomaton, a MarkovStrategy, a mapping from state "
            f"to profile, or one profile for all states; got {type(target).__name__}"
        )
    return critical_policy(game, target, transfers=transfers)


def _with_transfers(
    stage: StageGame, target: object, monitoring: PublicSignal | None
) -> CriticalDiscountFactor:
    """Return the result for a profile with transfers, from the stochastic game with one state."""
    from negotiation.game_theory.solvers.thresholds.policy import critical_policy

    if monitoring is not None or not isinstance(target, (tuple, list)):
        came = type(target).__name__ if monitoring is None else "a public signal"
        raise InvalidStrategy(
            "with transfers=True `target` must be a profile of one label for each player, under perfect "
            f"monitoring; got {came}"
        )
    game = StochasticGame.from_stages({"always": stage}, np.ones((1, *stage.n_actions, 1)), Fraction(1, 2))
    # The discount factor of the game is a placeholder: the policy is tried at a grid of others.
    return critical_policy(game, {"always": tuple(target)}, transfers=True)


def state_deviation_constraints(game: StochasticGame, automaton: StateAutomaton) -> list[Constraint]:
    """Return a constraint for each player, reached pair of memory and state, and deviation."""
    chain = reachable_pairs(game, automaton, exact=True)
    if len(chain.pairs) > NUMERICS.most_pairs:
        raise InvalidStrategy(
            f"an exact critical discount factor is for at most {NUMERICS.most_pairs} pairs of memory and "
            f"state; this automaton reaches {len(chain.pairs)} in this game. `verify` checks it at one "
            "discount factor"
        )
    plan = chain.automaton.profile
    moves = [[ZERO] * len(chain.pairs) for _ in chain.pairs]
    for (memory, state), k in chain.pairs.items():
        for pair, chance in chain.after(memory, state, plan(memory, state)).items():
            moves[k][chain.pairs[pair]] += as_fraction(chance)
    flows = [
        [as_fraction(chain.payoff(state, plan(memory, state))[i]) for memory, state in chain.pairs]
        for i in range(game.n_players)
    ]
    values = ValuePolynomials.of(moves, flows)
    return [
        constraint
        for i in range(game.n_players)
        for pair in chain.pairs
        for constraint in _in_pair(chain, values, pair, i)
    ]


def _in_pair(chain: Chain, values: ValuePolynomials, pair: Pair, i: int) -> list[Constraint]:
    """Return the constraints of a player's deviations in one pair of memory and state."""
    memory, state = pair
    stage, profile = chain.game.stage(state), chain.automaton.profile(memory, state)
    constraints = []
    for action, other in departures(profile, i, stage.actions[i]):
        after = {chain.pairs[p]: as_fraction(q) for p, q in chain.after(memory, state, other).items()}
        paid = as_fraction(chain.payoff(state, other)[i])
        binding = Binding(stage.players[i], action, profile[i], f"{memory}{SEPARATOR}{state}")
        constraints.append(Constraint(values.deterrence(i, chain.pairs[pair], paid, after), binding))
    return constraints


def _from_constraints(constraints: list[Constraint], report: Progress = nobody) -> CriticalDiscountFactor:
    """Return the discount factors at which every polynomial is non-negative, and the deviation that binds."""
    closed = feasible(constraints, report)
    if not closed:
        return CriticalDiscountFactor((), None, None, None, _blocking(constraints))
    first, shown = closed[0][0], as_numbers(closed)
    return CriticalDiscountFactor(
        shown,
        shown[0][0],
        not_above(first),
        not_below(first),
        _binding(constraints, first) if first > 0 else None,
        exact_intervals=closed,
    )


def _binding(constraints: list[Constraint], at: Exact) -> Binding | None:
    return next((c.binding for c in constraints if c.polynomial and sign_at(c.polynomial, at) == 0), None)


def _blocking(constraints: list[Constraint]) -> Binding | None:
    """Return a deviation that gains at every discount factor, else one that gains near 1, else any."""
    # A deviation that gains at every discount factor explains most; one that gains near 1 explains why
    # patience does not help.
    almost_one = ONE - Fraction(NUMERICS.beside)
    gaining = [c for c in constraints if c.polynomial and evaluate(c.polynomial, almost_one) < 0]
    always = [c for c in gaining if not roots([c.polynomial], ZERO, ONE)]
    return next((c.binding for c in [*always, *gaining, *constraints]), None)
