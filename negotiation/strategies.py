"""Strategies of repeated and stochastic games: automata, and a library of named strategies."""

from negotiation.game_theory.strategies import *  # noqa: F403
from negotiation.game_theory.strategies import __all__ as __all__
