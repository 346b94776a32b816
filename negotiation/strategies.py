"""Strategies of repeated and stochastic games, by name: a door to `negotiation.game_theory.strategies`."""

from negotiation.game_theory.strategies import *  # noqa: F403
from negotiation.game_theory.strategies import __all__ as __all__
