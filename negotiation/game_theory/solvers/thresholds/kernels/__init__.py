"""Compiled inner loops of critical discount factors. Nothing here is public."""

from negotiation.game_theory.compiling import announce

announce()
