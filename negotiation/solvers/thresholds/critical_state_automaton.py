"""The discount factors at which an automaton is an equilibrium of a stochastic game, exactly.

As for one stage game (`critical_discount_factor`), on pairs of memory and state: with the chain's transition
matrix T the values are V(x) = (1 - x) N(x) / D(x), D(x) = det(I - x T), so that a one-shot deviation to
payoff u' and a lottery q over the next pairs does not gain iff

    N_k(x) - u' D(x) - x sum_l q_l N_l(x) >= 0,

a polynomial inequality. Cost: K^4 rational operations for K pairs, and a root search for each deviation.
"""

from __future__ import annotations

from fractions import Fraction

from negotiation.errors import InvalidStrategy
from negotiation.exact.polynomials import trimmed
from negotiation.games import StochasticGame
from negotiation.numeric import as_fraction
from negotiation.solvers.thresholds.automaton_polynomials import ZERO, Constraint, resolvent_of
from negotiation.solvers.thresholds.numerics import NUMERICS
from negotiation.solvers.thresholds.result import Binding
from negotiation.strategies import StateAutomaton
from negotiation.strategies.state_chain import SEPARATOR, Chain, Pair, reachable_pairs

Numerators = list[list[Fraction]]
"""N_k(x) of one player by pair, coefficients by power of x."""


def state_deviation_constraints(game: StochasticGame, automaton: StateAutomaton) -> list[Constraint]:
    """Return a polynomial for each player, pair that some history reaches, and deviation.

    Parameters
    ----------
    game : StochasticGame
        Its discount factor plays no part.
    automaton : StateAutomaton

    Raises
    ------
    InvalidStrategy
        If the automaton does not fit the game, or has more than `Numerics.most_pairs` pairs.

    Examples
    --------
    >>> from negotiation.strategies.grim_trigger_in_states import grim_trigger_in_states
    >>> payoffs = [[[[9, 9], [1, 10]], [[10, 1], [3, 3]]]]
    >>> game = StochasticGame(payoffs, [[[[1], [1]], [[1], [1]]]], 0.5)
    >>> grim = grim_trigger_in_states(game, {"0": ("0", "0")}, {"0": ("1", "1")})
    >>> found = state_deviation_constraints(game, grim)[0]
    >>> [int(c) for c in found.polynomial], str(found.binding)
    ([-1, 8, -7], "0: 1 instead of 0, in state 'cooperate | 0'")
    """
    chain = reachable_pairs(game, automaton, exact=True)
    if len(chain.pairs) > NUMERICS.most_pairs:
        raise InvalidStrategy(
            f"an exact critical discount factor is for at most {NUMERICS.most_pairs} pairs of memory and "
            f"state; this automaton has {len(chain.pairs)} in this game. `verify` checks it at one"
            " discount factor"
        )
    denominator, adjugates = resolvent_of(_moves(chain))
    found: list[Constraint] = []
    for i in range(game.n_players):
        flow = [as_fraction(chain.payoff(s, chain.automaton.profile(m, s))[i]) for m, s in chain.pairs]
        numerators = [
            [sum((a * u for a, u in zip(matrix[k], flow, strict=True)), ZERO) for matrix in adjugates]
            for k in range(len(flow))
        ]
        for pair in chain.pairs:
            found += _constraints(chain, denominator, numerators, pair, i)
    return found


def _moves(chain: Chain) -> list[list[Fraction]]:
    move = [[ZERO] * len(chain.pairs) for _ in chain.pairs]
    for (memory, state), k in chain.pairs.items():
        for pair, chance in chain.after(memory, state, chain.automaton.profile(memory, state)).items():
            move[k][chain.pairs[pair]] += as_fraction(chance)
    return move


def _constraints(
    chain: Chain, denominator: list[Fraction], numerators: Numerators, pair: Pair, i: int
) -> list[Constraint]:
    """Return the polynomials of a player's deviations in one pair."""
    memory, state = pair
    stage, profile = chain.game.stage(state), chain.automaton.profile(memory, state)
    found = []
    for action in stage.actions[i]:
        if action == profile[i]:
            continue
        other = (*profile[:i], action, *profile[i + 1 :])
        later = [ZERO] * len(denominator)
        for successor, chance in chain.after(memory, state, other).items():
            for k, c in enumerate(numerators[chain.pairs[successor]]):
                later[k + 1] += as_fraction(chance) * c
        u = as_fraction(chain.payoff(state, other)[i])
        own = [*numerators[chain.pairs[pair]], ZERO]
        terms = [n - u * d - a for n, d, a in zip(own, denominator, later, strict=True)]
        binding = Binding(stage.players[i], action, profile[i], f"{memory}{SEPARATOR}{state}")
        found.append(Constraint(trimmed(terms), binding))
    return found
