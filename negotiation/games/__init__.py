"""What is played: stage, repeated and stochastic games, and what is seen. Nothing here knows of any country."""

from negotiation.games.monitoring import PublicSignal
from negotiation.games.repeated import RepeatedGame, check_discount_factor
from negotiation.games.stage import Profile, StageGame, unilateral_payoffs
from negotiation.games.stochastic import StochasticGame
from negotiation.games.transitions import FactoredTransitions, SparseTransitions, Transitions

__all__ = [
    "FactoredTransitions",
    "Profile",
    "PublicSignal",
    "RepeatedGame",
    "SparseTransitions",
    "StageGame",
    "StochasticGame",
    "Transitions",
    "check_discount_factor",
    "unilateral_payoffs",
]
