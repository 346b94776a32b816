import numpy as np

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.product import product_game
from negotiation.strategies import mirror, tit_for_tat


def test_with_one_instrument_it_is_tit_for_tat(dilemma):
    assert mirror(dilemma) == tit_for_tat(dilemma)


def test_each_instrument_is_answered_in_kind(dilemma):
    joint = product_game(dilemma, dilemma)
    strategy = mirror(joint)
    assert strategy.initial == "C|C, C|C"
    assert strategy.next_states("C|C, C|C", ("D|C", "C|D")) == {"C|D, D|C": 1}
    assert len(strategy.states) == 16


def test_a_level_that_one_does_not_have_is_answered_by_the_highest():
    stage = StageGame(np.zeros((3, 2, 2)), ("A", "B"), (("a0", "a1", "a2"), ("b0", "b1")))
    strategy = mirror(stage)
    assert strategy.next_states("a0, b0", ("a2", "b1")) == {"a1, b1": 1}
    assert strategy.reachable() == strategy.states
