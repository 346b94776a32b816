"""Compiled loops over states and profiles of games that are bargained anew."""

from negotiation.game_theory.compiling import announce

announce()
