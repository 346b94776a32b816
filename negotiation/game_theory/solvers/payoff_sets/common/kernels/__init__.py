"""Compiled inner loops that families of payoff sets share: the linear programs of one action profile.

Nothing here is public.
"""

from negotiation.game_theory.compiling import announce

announce()
