"""Compiled inner loops of payoff sets under perfect monitoring. Nothing here is public."""

from negotiation.game_theory.compiling import announce

announce()
