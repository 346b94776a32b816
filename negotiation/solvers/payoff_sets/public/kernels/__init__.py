"""Compiled inner loops of payoff sets under public signals."""

from negotiation.compiling import announce

announce()
