from fractions import Fraction

import pytest

from negotiation.game_theory.games import RepeatedGame, StochasticGame
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import OTHERWISE, Automaton, StateAutomaton


def test_values_of_a_cycle_by_hand(dilemma):
    # A gets 10 and 1 in turn: V = (1 - d)(10 + d 1)/(1 - d^2) = (10 + d)/(1 + d).
    turns = Automaton(
        ["mine", "yours"],
        "mine",
        {"mine": ("D", "C"), "yours": ("C", "D")},
        {"mine": {OTHERWISE: "yours"}, "yours": {OTHERWISE: "mine"}},
    )
    found = value(RepeatedGame(dilemma, Fraction(1, 2)), turns)
    assert found["mine", "A"] == pytest.approx(7.0)
    assert found["yours", "A"] == pytest.approx(4.0)
    assert found["mine", "B"] == pytest.approx(4.0)
    assert found.initial == "mine"
    assert found.status == "complete"


def test_values_under_a_lottery(dilemma):
    # V = (1 - d) 9 + d (V/2 + 3/2).
    chance = Automaton(
        ["peace", "war"],
        "peace",
        {"peace": ("C", "C"), "war": ("D", "D")},
        {"peace": {OTHERWISE: {"peace": 0.5, "war": 0.5}}, "war": {OTHERWISE: "war"}},
    )
    assert value(RepeatedGame(dilemma, 0.5), chance)["peace", "A"] == pytest.approx((4.5 + 0.75) / 0.75)


def test_each_player_discounts_by_their_own_factor(dilemma):
    turns = Automaton(
        ["first", "after"],
        "first",
        {"first": ("C", "C"), "after": ("D", "D")},
        {"first": {OTHERWISE: "after"}, "after": {OTHERWISE: "after"}},
    )
    found = value(RepeatedGame(dilemma, (0.5, 0.25)), turns)
    assert found["first", "A"] == pytest.approx(0.5 * 9 + 0.5 * 3)
    assert found["first", "B"] == pytest.approx(0.75 * 9 + 0.25 * 3)


def test_play_that_begins_by_a_lottery_is_worth_its_mean(dilemma):
    game = StochasticGame.from_stages({"s": dilemma}, [[[[1], [1]], [[1], [1]]]], 0.5)
    play = StateAutomaton(
        ["peace", "war"],
        {"peace": 0.25, "war": 0.75},
        {("peace", "s"): ("C", "C"), ("war", "s"): ("D", "D")},
        {"peace": {OTHERWISE: "peace"}, "war": {OTHERWISE: "war"}},
    )
    # 9 for ever with chance 1/4, 3 for ever with chance 3/4.
    assert value(game, play)["s", "A"] == pytest.approx(0.25 * 9 + 0.75 * 3)
