"""Compiled inner loops of the Markov solvers."""

from negotiation.game_theory.compiling import announce

announce()
