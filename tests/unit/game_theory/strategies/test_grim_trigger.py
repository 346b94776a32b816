from fractions import Fraction

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame
from negotiation.strategies import grim_trigger


def test_punishing_by_no_equilibrium_is_not_subgame_perfect(dilemma):
    odd = grim_trigger(dilemma, ("C", "C"), ("C", "D"))
    for delta in (Fraction(1, 100), Fraction(1, 2), Fraction(99, 100)):
        assert not verify(RepeatedGame(dilemma, delta), odd, exact=True).holds
