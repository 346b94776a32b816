"""The domain: instruments, countries, calibrations, state, payoffs, ownership, rules and scenarios."""

from negotiation.world.loading import discovered_instruments, load_scenario, scenario_names
from negotiation.world.posture import Move, Postures
from negotiation.world.rules import Legality, apply_move, legality
from negotiation.world.scenario import Scenario
from negotiation.world.state import State, transition

__all__ = [
    "Legality",
    "Move",
    "Postures",
    "Scenario",
    "State",
    "apply_move",
    "discovered_instruments",
    "legality",
    "load_scenario",
    "scenario_names",
    "transition",
]
