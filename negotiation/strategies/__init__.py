"""Strategies: the automaton, and a library of strategies, one a file."""

from negotiation.strategies.automaton import OTHERWISE, Automaton
from negotiation.strategies.contrite_tit_for_tat import contrite_tit_for_tat
from negotiation.strategies.escalation_ladder import escalation_ladder
from negotiation.strategies.generous_tit_for_tat import generous_tit_for_tat
from negotiation.strategies.grim_trigger import grim_trigger
from negotiation.strategies.grim_trigger_in_states import grim_trigger_in_states
from negotiation.strategies.markov_strategy import MarkovStrategy
from negotiation.strategies.mirror import mirror
from negotiation.strategies.penance import penance
from negotiation.strategies.product_automaton import product_automaton
from negotiation.strategies.proportionate_answer import proportionate_answer
from negotiation.strategies.renewed_truce import renewed_truce
from negotiation.strategies.simple_strategy_profile import simple_strategy_profile
from negotiation.strategies.slow_to_anger import slow_to_anger
from negotiation.strategies.state_automaton import StateAutomaton
from negotiation.strategies.stick_and_carrot import stick_and_carrot
from negotiation.strategies.tit_for_tat import tit_for_tat

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
