"""Compiled inner loops of simulation."""

from negotiation.compiling import announce

announce()
