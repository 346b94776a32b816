"""Compiled inner loops of payoff sets under perfect monitoring."""

from negotiation.compiling import announce

announce()
