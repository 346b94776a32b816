"""Compiled inner loops of payoff sets of stochastic games."""

from negotiation.game_theory.compiling import announce

announce()
