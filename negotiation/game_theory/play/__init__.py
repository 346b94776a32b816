"""Seeded simulation of strategies in games."""

from negotiation.game_theory.play.simulate import Trace, simulate

__all__ = ["Trace", "simulate"]
