from fractions import Fraction

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.strategies import tit_for_tat


def test_each_does_what_the_other_did(dilemma):
    strategy = tit_for_tat(dilemma)
    assert strategy.initial == "C, C"
    assert strategy.next_states("C, C", ("D", "C")) == {"C, D": 1}
    assert strategy.next_states("C, D", ("C", "D")) == {"D, C": 1}
    assert strategy.next_states("D, D", ("D", "D")) == {"D, D": 1}


def test_it_is_subgame_perfect_at_one_discount_factor_at_most():
    # T - R = P - S and the loss by one round of answers agree only at delta = (T - R) / (R - S).
    stage = StageGame.from_matrices([[3, 0], [4, 1]], [[3, 4], [0, 1]], actions=(("C", "D"), ("C", "D")))
    found = critical_discount_factor(stage, tit_for_tat(stage))
    assert found.intervals == ((Fraction(1, 3), Fraction(1, 3)),)
    assert verify(RepeatedGame(stage, Fraction(1, 3)), tit_for_tat(stage), exact=True).holds
