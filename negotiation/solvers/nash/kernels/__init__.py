"""Compiled inner loops of the Nash solvers."""

from negotiation.compiling import announce

announce()
