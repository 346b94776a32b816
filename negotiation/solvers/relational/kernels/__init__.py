"""Compiled loops over states and profiles of games that are bargained anew."""

from negotiation.compiling import announce

announce()
