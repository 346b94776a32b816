"""Compiled inner loops of the Nash solvers. Nothing here is public."""

from negotiation.game_theory.compiling import announce

announce()
