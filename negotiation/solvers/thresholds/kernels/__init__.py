"""Compiled inner loops of critical discount factors."""

from negotiation.compiling import announce

announce()
