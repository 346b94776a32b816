"""Compiled loops over states and profiles of games that are bargained anew. Nothing here is public."""

from negotiation.game_theory.compiling import announce

announce()
