from fractions import Fraction

import pytest

from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import generous_tit_for_tat, tit_for_tat

C, D = ("C", "C"), ("D", "D")
BLAME = {"A": ["alarm A", "alarm A and B"], "B": ["alarm B", "alarm A and B"]}


@pytest.mark.parametrize("alarm", [None, BLAME])
def test_without_generosity_it_is_tit_for_tat(dilemma, alarm):
    assert generous_tit_for_tat(dilemma, C, D, 0, alarm=alarm) == tit_for_tat(dilemma, C, D, alarm=alarm)


def test_each_answer_is_drawn_by_itself(dilemma):
    third = Fraction(1, 3)
    assert generous_tit_for_tat(dilemma, C, D, third).next_states("C, C", D) == {
        "C, C": third * third,
        "C, D": third * (1 - third),
        "D, C": (1 - third) * third,
        "D, D": (1 - third) ** 2,
    }


def test_under_noise_generosity_pays(dilemma, blame_signal):
    game = RepeatedGame(dilemma, Fraction(9, 10), blame_signal)
    harsh, mild = (
        value(game, generous_tit_for_tat(dilemma, C, D, f, alarm=BLAME)).payoffs[0] for f in (0, 0.5)
    )
    assert harsh < mild < 9


def test_an_alarm_names_whom_to_answer(dilemma):
    strategy = generous_tit_for_tat(dilemma, C, D, 0, alarm=BLAME)
    assert strategy.next_states("C, C", "alarm A") == {"C, D": 1}
    assert strategy.next_states("C, C", "alarm A and B") == {"D, D": 1}
    assert strategy.next_states("C, D", "calm") == {"C, C": 1}
    common = generous_tit_for_tat(dilemma, C, D, 0, alarm="alarm")
    assert common.next_states("C, C", "alarm") == {"D, D": 1}
