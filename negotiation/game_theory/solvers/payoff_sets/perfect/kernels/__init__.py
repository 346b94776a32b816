"""Compiled inner loops of payoff sets under perfect monitoring."""

from negotiation.game_theory.compiling import announce

announce()
