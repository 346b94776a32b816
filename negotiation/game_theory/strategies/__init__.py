"""Strategies of repeated and stochastic games: automata, and a library of named strategies, one per file.

Public: the names in `negotiation.strategies`; the rest may change.
"""

from negotiation.game_theory.strategies.automaton import OTHERWISE, Automaton
from negotiation.game_theory.strategies.contrite_tit_for_tat import contrite_tit_for_tat
from negotiation.game_theory.strategies.escalation_ladder import escalation_ladder
from negotiation.game_theory.strategies.generous_tit_for_tat import generous_tit_for_tat
from negotiation.game_theory.strategies.grim_trigger import grim_trigger
from negotiation.game_theory.strategies.grim_trigger_in_states import grim_trigger_in_states
from negotiation.game_theory.strategies.markov_strategy import MarkovStrategy
from negotiation.game_theory.strategies.mirror import mirror
from negotiation.game_theory.strategies.penance import penance
from negotiation.game_theory.strategies.product_automaton import product_automaton
from negotiation.game_theory.strategies.proportionate_answer import proportionate_answer
from negotiation.game_theory.strategies.renewed_truce import renewed_truce
from negotiation.game_theory.strategies.simple_strategy_profile import simple_strategy_profile
from negotiation.game_theory.strategies.slow_to_anger import slow_to_anger
from negotiation.game_theory.strategies.state_automaton import StateAutomaton
from negotiation.game_theory.strategies.stick_and_carrot import stick_and_carrot
from negotiation.game_theory.strategies.tit_for_tat import tit_for_tat

__all__ = [
    "OTHERWISE",
    "Automaton",
    "MarkovStrategy",
    "StateAutomaton",
    "contrite_tit_for_tat",
    "escalation_ladder",
    "generous_tit_for_tat",
    "grim_trigger",
    "grim_trigger_in_states",
    "mirror",
    "penance",
    "product_automaton",
    "proportionate_answer",
    "renewed_truce",
    "simple_strategy_profile",
    "slow_to_anger",
    "stick_and_carrot",
    "tit_for_tat",
]
