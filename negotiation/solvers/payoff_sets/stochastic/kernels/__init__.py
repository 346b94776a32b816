"""Compiled inner loops of payoff sets of stochastic games."""

from negotiation.compiling import announce

announce()
