"""Compiled inner loops of the solvers."""

from negotiation.compiling import announce

announce()
