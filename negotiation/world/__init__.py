"""The domain: what a dispute is made of, the state, payoffs and their forms, ownership, rules."""

from negotiation.world.continuous.phases import QuietTimes
from negotiation.world.loading import folder_faults, load_scenario, scenario_names
from negotiation.world.posture import Move, Postures
from negotiation.world.rules import Legality, apply_move, legality
from negotiation.world.scenario import Scenario
from negotiation.world.state import State, transition

__all__ = [
    "Legality",
    "Move",
    "Postures",
    "QuietTimes",
    "Scenario",
    "State",
    "apply_move",
    "folder_faults",
    "legality",
    "load_scenario",
    "scenario_names",
    "transition",
]
