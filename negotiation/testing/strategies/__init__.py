"""Hypothesis strategies that generate games, automata, records of disputes and experiments.

All arguments are keyword-only, and examples shrink to readable ones. `st.from_type(StageGame)` and similar
calls draw from these strategies. Public: the names in `__all__`. The rest may change.
"""

from negotiation.testing.strategies.automaton import automata, markov_strategies, plays, profiles
from negotiation.testing.strategies.experiment import experiments, spaces
from negotiation.testing.strategies.named_games import (
    coordination_games,
    dominance_solvable_games,
    prisoners_dilemmas,
)
from negotiation.testing.strategies.records import agreements, move_records, record_dates
from negotiation.testing.strategies.repeated import discount_factors, repeated_games, threat_numbers
from negotiation.testing.strategies.rules import illegal_moves, legal_moves, moves
from negotiation.testing.strategies.signals import probability_rows, public_signals
from negotiation.testing.strategies.stage import (
    degenerate_games,
    generic_games,
    stage_games,
    symmetric_games,
    zero_sum_games,
)
from negotiation.testing.strategies.stochastic import stochastic_games
from negotiation.testing.strategies.world import postures, scenarios, states

__all__ = [
    # stage games
    "coordination_games",
    "degenerate_games",
    "dominance_solvable_games",
    "generic_games",
    "prisoners_dilemmas",
    "stage_games",
    "symmetric_games",
    "zero_sum_games",
    # games over time
    "discount_factors",
    "probability_rows",
    "public_signals",
    "repeated_games",
    "stochastic_games",
    "threat_numbers",
    # strategies
    "automata",
    "markov_strategies",
    "plays",
    "profiles",
    # the domain
    "agreements",
    "illegal_moves",
    "legal_moves",
    "move_records",
    "moves",
    "postures",
    "record_dates",
    "scenarios",
    "states",
    # experiments
    "experiments",
    "spaces",
]
