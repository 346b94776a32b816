"""Game classes: stage, repeated, stochastic and continuous-time games, and public signals.

Public: `as_game`, `ContinuousTimeGame`, `DecisionMaker`, `EventPath`, `independent_signals`, `issue_signal`,
`product_game`, `PublicSignal`, `read_nfg`, `RepeatedGame`, `StageGame`, `StochasticGame`, `write_nfg`, and
what they return; the rest may change.
"""

from negotiation.game_theory.games.continuous_time import ContinuousTimeGame, DecisionMaker
from negotiation.game_theory.games.event_path import EventPath
from negotiation.game_theory.games.issue_signal import alarm_chances, independent_signals, issue_signal
from negotiation.game_theory.games.monitoring import PublicSignal
from negotiation.game_theory.games.option_rows import OptionRows
from negotiation.game_theory.games.own_units import OwnUnits, own_units, ranges_by_player
from negotiation.game_theory.games.repeated import RepeatedGame, check_discount_factor, float_discount_factor
from negotiation.game_theory.games.slips import slip_kernel, stage_under_slips
from negotiation.game_theory.games.stage import Profile, StageGame, departures, unilateral_payoffs
from negotiation.game_theory.games.stochastic import StochasticGame
from negotiation.game_theory.games.transitions import FactoredTransitions, SparseTransitions, Transitions

__all__ = [
    "ContinuousTimeGame",
    "DecisionMaker",
    "EventPath",
    "FactoredTransitions",
    "OptionRows",
    "OwnUnits",
    "Profile",
    "PublicSignal",
    "RepeatedGame",
    "SparseTransitions",
    "StageGame",
    "StochasticGame",
    "Transitions",
    "alarm_chances",
    "check_discount_factor",
    "departures",
    "float_discount_factor",
    "independent_signals",
    "issue_signal",
    "own_units",
    "ranges_by_player",
    "slip_kernel",
    "stage_under_slips",
    "unilateral_payoffs",
]
