"""Compiled inner loops of payoff sets under public signals. Nothing here is public."""

from negotiation.game_theory.compiling import announce

announce()
