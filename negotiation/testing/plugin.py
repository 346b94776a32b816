"""The entry point by which `st.from_type(StageGame)` works where this package and Hypothesis are installed.

Hypothesis calls `register` when it is imported. Strategies are loaded when a type is first drawn.
"""

from functools import partial
from importlib import import_module
from typing import Any

import hypothesis.strategies as st

# The strategy of each type, by name. `Experiment` is left out: its module is slow to import.
TYPES = {
    "stage_games": ("negotiation.game_theory.games.stage", "StageGame"),
    "repeated_games": ("negotiation.game_theory.games.repeated", "RepeatedGame"),
    "stochastic_games": ("negotiation.game_theory.games.stochastic", "StochasticGame"),
    "public_signals": ("negotiation.game_theory.games.monitoring", "PublicSignal"),
    "automata": ("negotiation.game_theory.strategies", "Automaton"),
    "postures": ("negotiation.disputes.posture", "Postures"),
    "states": ("negotiation.disputes.state", "State"),
    "scenarios": ("negotiation.disputes.scenario", "Scenario"),
    "moves": ("negotiation.disputes.posture", "Move"),
    "move_records": ("negotiation.truces.record.moves", "MoveRecord"),
    "agreements": ("negotiation.truces.verdicts.agreements", "Agreement"),
}
# Those of a stage game, which is drawn first.
OF_A_STAGE = ("public_signals", "automata")


def register() -> None:
    """Tell Hypothesis how to draw the package's types.

    Examples
    --------
    >>> from negotiation.game_theory.games import StageGame
    >>> register()
    >>> st.from_type(StageGame).validate()
    """
    for name, (module, kind) in TYPES.items():
        st.register_type_strategy(getattr(import_module(module), kind), partial(_drawn, name))


def _drawn(name: str, _: type) -> st.SearchStrategy[Any]:
    """Return the strategy for a type, given the name of the function that makes the strategy."""
    from negotiation.testing import strategies

    make = getattr(strategies, name)
    if name in OF_A_STAGE:
        return strategies.stage_games().flatmap(lambda stage: make(stage=stage))
    drawn: st.SearchStrategy[Any] = make()
    return drawn
