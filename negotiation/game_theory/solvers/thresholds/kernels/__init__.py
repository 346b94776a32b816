"""Compiled inner loops of critical discount factors."""

from negotiation.game_theory.compiling import announce

announce()
