from fractions import Fraction

import numpy as np
import pytest

from negotiation.errors import InvalidStrategy, UnknownPlayer, UnknownState
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import OTHERWISE, Automaton, grim_trigger


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


def test_names_and_read_only_values(dilemma):
    found = value(RepeatedGame(dilemma, 0.5), grim_trigger(dilemma, ("C", "C"), ("D", "D")))
    with pytest.raises(UnknownState, match="'pnish'"):
        found["pnish", "A"]
    with pytest.raises(UnknownPlayer, match="'a'"):
        found["punish", "a"]
    with pytest.raises(ValueError, match="read-only"):
        found.values[0, 0] = 0.0
    assert np.shape(found.values) == (2, 2)
    assert found.to_pandas()["A"].tolist() == [9.0, 3.0]


def test_a_path_without_a_transition_is_refused(dilemma):
    partial = Automaton(["s"], "s", {"s": ("D", "D")}, {"s": {("C", "C"): "s"}})
    with pytest.raises(InvalidStrategy, match="says nothing about"):
        value(RepeatedGame(dilemma, 0.5), partial)
