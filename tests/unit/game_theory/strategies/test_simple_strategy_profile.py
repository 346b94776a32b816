from fractions import Fraction

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame
from negotiation.strategies import grim_trigger, simple_strategy_profile

C, D = ("C", "C"), ("D", "D")
REPENT = {"A": [("C", "D")], "B": [("D", "C")]}


def test_the_path_is_followed_and_its_end_repeated(dilemma):
    found = simple_strategy_profile(dilemma, [D, C, ("C", "D")], {"A": [D], "B": [D]}, cycle=2)
    assert found.initial == "path 1"
    assert found.next_states("path 1", D) == {"path 2": 1}
    assert found.next_states("path 3", ("C", "D")) == {"path 2": 1}


def test_who_departs_alone_starts_the_own_punishment_from_any_path(dilemma):
    found = simple_strategy_profile(dilemma, [C], {"A": [D, D], "B": [D]})
    assert found.next_states("path 1", ("D", "C")) == {"punish A 1": 1}
    assert found.next_states("path 1", ("C", "D")) == {"punish B 1": 1}
    assert found.next_states("punish A 2", ("C", "D")) == {"punish A 1": 1}
    assert found.next_states("punish A 2", ("D", "C")) == {"punish B 1": 1}
    assert found.next_states("punish A 2", D) == {"punish A 2": 1}


def test_a_punishment_served_is_forgiven_where_asked(dilemma):
    found = simple_strategy_profile(dilemma, [C], REPENT, forgive=True)
    assert found.next_states("punish A 1", ("C", "D")) == {"path 1": 1}
    assert simple_strategy_profile(dilemma, [C], REPENT).next_states("punish A 1", ("C", "D")) == {
        "punish A 1": 1
    }


def test_with_the_stage_equilibrium_as_punishment_it_holds_where_grim_trigger_does(dilemma):
    found = simple_strategy_profile(dilemma, [C], {"A": [D], "B": [D]})
    grim = grim_trigger(dilemma, C, D)
    for delta in (Fraction(1, 8), Fraction(1, 7), Fraction(1, 2)):
        game = RepeatedGame(dilemma, delta)
        assert verify(game, found, exact=True).holds == verify(game, grim, exact=True).holds
