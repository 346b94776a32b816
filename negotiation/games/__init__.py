"""What is played: stage and repeated games. Nothing here knows of any country."""

from negotiation.games.repeated import RepeatedGame, check_discount_factor
from negotiation.games.stage import Profile, StageGame, unilateral_payoffs

__all__ = ["Profile", "RepeatedGame", "StageGame", "check_discount_factor", "unilateral_payoffs"]
