"""Compiled inner loops of simulation."""

from negotiation.game_theory.compiling import announce

announce()
