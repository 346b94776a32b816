"""Hypothesis strategies for games, strategies, the domain and experiments.

All arguments are keyword-only and bounded, and examples shrink to readable ones. Names are loaded when they
are first used. With the package installed, `st.from_type(StageGame)` and the like draw from these strategies.
Public: the names in `__all__`. The rest may change.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from negotiation.testing.hypothesis_needed import require_hypothesis

require_hypothesis()

if TYPE_CHECKING:
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

_HOMES = {
    "stage": ("degenerate_games", "generic_games", "stage_games", "symmetric_games", "zero_sum_games"),
    "named_games": ("coordination_games", "dominance_solvable_games", "prisoners_dilemmas"),
    "repeated": ("discount_factors", "repeated_games", "threat_numbers"),
    "signals": ("probability_rows", "public_signals"),
    "stochastic": ("stochastic_games",),
    "automaton": ("automata", "markov_strategies", "plays", "profiles"),
    "world": ("postures", "scenarios", "states"),
    "rules": ("illegal_moves", "legal_moves", "moves"),
    "records": ("agreements", "move_records", "record_dates"),
    "experiment": ("experiments", "spaces"),
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no strategy {name!r}; there are {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__]
