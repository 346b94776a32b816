"""What is played, and what is seen of it: stage, repeated and stochastic games. No country is known here."""

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
