"""Seeded simulation of strategies in games."""

from negotiation.play.simulate import Trace, simulate

__all__ = ["Trace", "simulate"]
