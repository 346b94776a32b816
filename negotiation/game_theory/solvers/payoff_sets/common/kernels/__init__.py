"""Compiled inner loops that families of payoff sets share: linear programs of a profile, and mixtures.

Nothing here is public.
"""

from negotiation.game_theory.compiling import announce

announce()
