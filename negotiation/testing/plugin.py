"""The entry point by which `st.from_type(StageGame)` works where this package and Hypothesis are installed.

Hypothesis calls `register` when it is imported. Strategies are loaded when a type is first asked for.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TypeAlias

import hypothesis.strategies as st

Maker: TypeAlias = Callable[[type], st.SearchStrategy[object]]

# The strategy of each type, by name. `Experiment` is left out: its module is slow to import.
TYPES = {
    "stage_games": ("negotiation.game_theory.games.stage", "StageGame"),
    "repeated_games": ("negotiation.game_theory.games.repeated", "RepeatedGame"),
    "stochastic_games": ("negotiation.game_theory.games.stochastic", "StochasticGame"),
    "public_signals": ("negotiation.game_theory.games.monitoring", "PublicSignal"),
    "postures": ("negotiation.disputes.posture", "Postures"),
    "states": ("negotiation.disputes.state", "State"),
    "scenarios": ("negotiation.disputes.scenario", "Scenario"),
    "moves": ("negotiation.disputes.posture", "Move"),
    "move_records": ("negotiation.truces.record.moves", "MoveRecord"),
    "agreements": ("negotiation.truces.verdicts.agreements", "Agreement"),
}


def register() -> None:
    """Tell Hypothesis how to draw the package's types.

    Examples
    --------
    >>> from negotiation.game_theory.games import StageGame
    >>> register()
    >>> st.from_type(StageGame).validate()
    """
    for name, (module, kind) in TYPES.items():
        st.register_type_strategy(getattr(import_module(module), kind), _maker(name))
    from negotiation.game_theory.strategies import Automaton

    st.register_type_strategy(Automaton, _automata)


def _maker(name: str) -> Maker:
    def make(_: type) -> st.SearchStrategy[object]:
        """Return what draws values of the type."""
        from negotiation.testing import strategies

        found: st.SearchStrategy[object] = getattr(strategies, name)()
        return found

    return make


def _automata(_: type) -> st.SearchStrategy[object]:
    from negotiation.testing import strategies

    return strategies.stage_games().flatmap(lambda stage: strategies.automata(stage=stage))
