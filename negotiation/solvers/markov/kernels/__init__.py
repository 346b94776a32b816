"""Compiled inner loops of the Markov solvers."""

from negotiation.compiling import announce

announce()
