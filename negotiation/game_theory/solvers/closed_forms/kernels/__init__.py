"""Compiled inner loops of the closed forms. Nothing here is public."""

from negotiation.game_theory.compiling import announce

announce()
