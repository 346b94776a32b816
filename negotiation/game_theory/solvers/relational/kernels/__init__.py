"""Compiled loops over states and profiles of renegotiated games. Nothing here is public."""

from negotiation.game_theory.compiling import announce

announce()
