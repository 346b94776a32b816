"""Compiled inner loops of simulation. Nothing here is public."""

from negotiation.game_theory.compiling import announce

announce()
