"""Which check a candidate in a stochastic game takes: Markov strategies, and automata with state."""

from __future__ import annotations

from collections.abc import Mapping

from negotiation.checks.markov_strategies import verify_markov_strategy
from negotiation.checks.state_automata import verify_state_automaton
from negotiation.checks.state_payoff_sets import verify_state_payoff_sets
from negotiation.checks.transfers import verify_transfers
from negotiation.errors import InvalidStrategy
from negotiation.games import StochasticGame
from negotiation.solutions.state_payoff_set import StatePayoffSets
from negotiation.solutions.verdict import Verdict
from negotiation.strategies.markov_strategy import MarkovStrategy
from negotiation.strategies.state_automaton import StateAutomaton


def verify_stochastic(
    game: StochasticGame,
    candidate: object,
    *,
    exact: bool = False,
) -> Verdict:
    """Check whether a candidate is an equilibrium of a stochastic game; `verify` comes here.

    Parameters
    ----------
    game : StochasticGame
    candidate : object
        A StateAutomaton, a MarkovStrategy, an equilibrium with such a `strategy`, or a mapping from state to
        profile: one action label or one probability vector for each player; or StatePayoffSets, whose inner
        bounds are checked.
    exact : bool, optional
        Whether to compute in rational numbers.

    Raises
    ------
    InvalidStrategy
        If the candidate is of another kind, or does not fit the game.

    Examples
    --------
    >>> import numpy as np
    >>> game = StochasticGame([[[[2, 2], [0, 3]], [[3, 0], [1, 1]]]], np.ones((1, 2, 2, 1)), 0.5)
    >>> verify_stochastic(game, {"0": ("1", "1")}).margin
    0.5
    """
    if isinstance(strategy := getattr(candidate, "strategy", None), MarkovStrategy):
        candidate = strategy  # of a Markov perfect equilibrium
    if isinstance(candidate, StateAutomaton):
        return verify_state_automaton(game, candidate, exact=exact)
    if isinstance(candidate, StatePayoffSets) and candidate.sets[0].transfers:
        return verify_transfers(game, candidate, exact=exact)
    if isinstance(candidate, StatePayoffSets):
        return verify_state_payoff_sets(game, candidate, exact=exact)
    if isinstance(candidate, MarkovStrategy):
        return verify_markov_strategy(game, candidate, exact=exact)
    if isinstance(candidate, Mapping):
        return verify_markov_strategy(game, MarkovStrategy(candidate), exact=exact)
    raise InvalidStrategy(
        f"cannot check a {type(candidate).__name__} in a StochasticGame: it takes a MarkovStrategy, a "
        "mapping from state to profile, a StateAutomaton or StatePayoffSets"
    )
