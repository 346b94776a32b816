"""Compiled inner loops of the Nash solvers."""

from negotiation.game_theory.compiling import announce

announce()
