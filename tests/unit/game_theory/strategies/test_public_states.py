from fractions import Fraction

import pytest

from negotiation.errors import InvalidStrategy
from negotiation.game_theory.games import PublicSignal
from negotiation.game_theory.strategies.public_states import public_states, require_reached
from negotiation.strategies import OTHERWISE, Automaton

KEPT, BROKEN = [Fraction(9, 10), Fraction(1, 10)], [Fraction(1, 5), Fraction(4, 5)]


def grim(**row):
    return Automaton(
        ["peace", "war"],
        "peace",
        {"peace": ("C", "C"), "war": ("D", "D")},
        {"peace": row or {"calm": "peace", "alarm": "war"}, "war": {OTHERWISE: "war"}},
    )


def test_a_signal_that_only_joint_deviations_send_counts(dilemma):
    sure = PublicSignal([[[1, 0], [1, 0]], [[1, 0], [0, 1]]], ("calm", "alarm"))
    assert public_states(dilemma, sure, grim()) == ("peace", "war")


def test_a_signal_that_nothing_sends_leads_nowhere(dilemma):
    never = PublicSignal([[[1, 0], [1, 0]], [[1, 0], [1, 0]]], ("calm", "alarm"))
    assert public_states(dilemma, never, grim(calm="peace")) == ("peace",)
    with pytest.raises(InvalidStrategy, match="no history of signals leads to state 'war'"):
        require_reached(dilemma, never, grim())


def test_every_state_reached_is_no_error(dilemma):
    require_reached(dilemma, PublicSignal([[KEPT, BROKEN], [BROKEN, BROKEN]], ("calm", "alarm")), grim())
