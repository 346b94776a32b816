from fractions import Fraction

import pytest

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, issue_signal
from negotiation.strategies import renewed_truce

C, D = ("C", "C"), ("D", "D")


def test_the_clock_runs_down_and_is_drawn_again(dilemma):
    strategy = renewed_truce(dilemma, C, D, 3, Fraction(3, 4))
    assert strategy.states == ("3 left", "2 left", "1 left", "off")
    assert strategy.next_states("3 left", C) == {"2 left": 1}
    assert strategy.next_states("1 left", C) == {"3 left": Fraction(3, 4), "off": Fraction(1, 4)}
    assert strategy.next_states("2 left", ("D", "C")) == {"off": 1}


@pytest.mark.parametrize(("renewal", "after"), [(0, "off"), (1, "1 left")])
def test_a_sure_end_or_renewal_is_no_lottery(dilemma, renewal, after):
    strategy = renewed_truce(dilemma, C, D, 1, renewal)
    assert strategy.next_states("1 left", C) == {after: 1}
    assert strategy.is_deterministic()


def test_alarms_end_it(dilemma):
    signal = issue_signal(dilemma, {"A": ["C"], "B": ["C"]}, slip=Fraction(1, 100))
    strategy = renewed_truce(dilemma, C, D, 4, Fraction(9, 10), alarm="alarm")
    assert strategy.next_states("3 left", "alarm") == {"off": 1}
    assert strategy.next_states("3 left", "calm") == {"2 left": 1}
    assert verify(RepeatedGame(dilemma, Fraction(1, 2), signal), strategy, exact=True).holds
