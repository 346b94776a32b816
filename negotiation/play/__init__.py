"""Seeded simulation of strategies in games: traces of single plays, and survival over many."""

from negotiation.play.simulate import Trace, simulate
from negotiation.play.simulated_survival import SimulatedSurvival, simulated_survival

__all__ = ["SimulatedSurvival", "Trace", "simulate", "simulated_survival"]
