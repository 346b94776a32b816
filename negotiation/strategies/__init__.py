"""Strategies: the automaton, and a library of strategies, one a file."""

from negotiation.strategies.automaton import OTHERWISE, Automaton
from negotiation.strategies.grim_trigger import grim_trigger

__all__ = ["OTHERWISE", "Automaton", "grim_trigger"]
