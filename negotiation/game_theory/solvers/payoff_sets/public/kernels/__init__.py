"""Compiled inner loops of payoff sets under public signals."""

from negotiation.game_theory.compiling import announce

announce()
