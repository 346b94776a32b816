"""Compiled loops over the states and options of games in continuous time."""

from negotiation.compiling import announce

announce()
