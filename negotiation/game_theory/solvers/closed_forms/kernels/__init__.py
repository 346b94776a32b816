"""Compiled inner loops of the closed forms."""

from negotiation.game_theory.compiling import announce

announce()
