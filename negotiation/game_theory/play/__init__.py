"""Seeded simulation of strategies in games.

Public: `simulate`, `simulate_moves` and what they return. The rest may change.
"""

from negotiation.game_theory.play.simulate import Trace, simulate

__all__ = ["Trace", "simulate"]
