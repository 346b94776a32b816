"""Compiled inner loops that families of payoff sets share: the linear programs of one action profile."""

from negotiation.game_theory.compiling import announce

announce()
