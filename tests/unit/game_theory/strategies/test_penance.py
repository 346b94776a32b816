from fractions import Fraction

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.strategies import penance

C, D = ("C", "C"), ("D", "D")


def test_one_period_of_defection_deters_from_a_sixth_on(dilemma):
    # The deviator gains 1 now and loses 6 in the next period.
    assert critical_discount_factor(dilemma, penance(dilemma, C, D, 1)).value == Fraction(1, 6)
    assert critical_discount_factor(dilemma, penance(dilemma, C, D, 2)).value < Fraction(1, 6)


def test_a_deviator_repents_by_cooperating_alone(dilemma):
    strategy = penance(dilemma, C, {"A": ("C", "D"), "B": ("D", "C")}, 1)
    assert strategy.actions["punish A 1"] == ("C", "D")
    assert strategy.next_states("punish A 1", ("C", "D")) == {"path 1": 1}
    assert verify(RepeatedGame(dilemma, Fraction(1, 2)), strategy, exact=True).holds
