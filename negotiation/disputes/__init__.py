"""The domain: disputes and their parts, the state of the world, payoffs and their forms, ownership, rules.

Public: the names in `__all__`, the methods of `Scenario`, and `step_effects.step_effects`. A form of payoffs
in another package uses `forms.form`. Everything else may change.
"""

from negotiation.disputes.continuous.phases import QuietTimes
from negotiation.disputes.files.folder import scenario_names
from negotiation.disputes.loading import folder_faults, load_scenario
from negotiation.disputes.posture import Move, Postures
from negotiation.disputes.rules import Legality, apply_move, legality
from negotiation.disputes.scenario import Scenario
from negotiation.disputes.state import State, transition

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
