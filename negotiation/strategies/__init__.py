"""Strategies: the automaton, and a library of strategies, one a file."""

from negotiation.strategies.automaton import OTHERWISE, Automaton
from negotiation.strategies.grim_trigger import grim_trigger
from negotiation.strategies.penance import penance
from negotiation.strategies.product_automaton import product_automaton
from negotiation.strategies.renewed_truce import renewed_truce
from negotiation.strategies.simple_strategy_profile import simple_strategy_profile
from negotiation.strategies.stick_and_carrot import stick_and_carrot
from negotiation.strategies.tit_for_tat import tit_for_tat

__all__ = [
    "OTHERWISE",
    "Automaton",
    "grim_trigger",
    "penance",
    "product_automaton",
    "renewed_truce",
    "simple_strategy_profile",
    "stick_and_carrot",
    "tit_for_tat",
]
