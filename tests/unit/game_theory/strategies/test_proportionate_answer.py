from fractions import Fraction

import numpy as np
import pytest

from negotiation.game_theory.games import StageGame
from negotiation.strategies import proportionate_answer

LEVELS = ("0", "1", "2", "3")


@pytest.fixture
def issue():
    return StageGame(np.zeros((4, 4, 2)), ("A", "B"), (LEVELS, LEVELS))


@pytest.mark.parametrize(
    ("ratio", "answers"), [(1, "0123"), (Fraction(1, 2), "0112"), (2, "0233"), (0.9, "0123")]
)
def test_the_answer_rises_with_the_breach(issue, ratio, answers):
    strategy = proportionate_answer(issue, ("0", "0"), ratio)
    for done, answer in zip(LEVELS, answers, strict=True):
        assert strategy.next_states("0, 0", (done, "0")) == {f"0, {answer}": 1}
        assert strategy.next_states("0, 0", ("0", done)) == {f"{answer}, 0": 1}


def test_the_answer_is_no_breach_and_lasts_one_period(issue):
    strategy = proportionate_answer(issue, ("0", "0"))
    assert strategy.next_states("0, 2", ("0", "2")) == {"0, 0": 1}
    assert strategy.next_states("0, 2", ("1", "2")) == {"0, 1": 1}
    assert strategy.next_states("0, 2", ("0", "3")) == {"1, 0": 1}
    assert strategy.next_states("0, 2", ("0", "0")) == {"0, 0": 1}


def test_breaches_are_counted_from_the_prescribed_level(issue):
    strategy = proportionate_answer(issue, ("1", "2"))
    assert strategy.initial == "1, 2"
    assert strategy.next_states("1, 2", ("0", "0")) == {"1, 2": 1}
    assert strategy.next_states("1, 2", ("3", "2")) == {"1, 3": 1}


def test_signals_say_the_size(issue):
    strategy = proportionate_answer(issue, ("0", "0"), sizes={"mild": {"A": 1}, "both": {"A": 2, "B": 1}})
    assert strategy.next_states("0, 0", "mild") == {"0, 1": 1}
    assert strategy.next_states("0, 1", "both") == {"1, 2": 1}
    assert strategy.next_states("0, 1", "calm") == {"0, 0": 1}
    assert strategy.reachable() == strategy.states
