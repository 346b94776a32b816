"""Compiled loops over the states and options of games in continuous time. Nothing here is public."""

from negotiation.game_theory.compiling import announce

announce()
