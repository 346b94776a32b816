"""Compiled inner loops of payoff sets of stochastic games. Nothing here is public."""

from negotiation.game_theory.compiling import announce

announce()
