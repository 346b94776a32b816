from fractions import Fraction

import pytest

from negotiation.errors import InvalidStrategy, UnknownState
from negotiation.strategies import OTHERWISE, Automaton

ACTIONS = {"peace": ("C", "C"), "war": ("D", "D")}
MOVES = {"peace": {("C", "C"): "peace", OTHERWISE: "war"}, "war": {OTHERWISE: {"war": 0.75, "peace": 0.25}}}


@pytest.fixture
def automaton():
    return Automaton(["peace", "war"], "peace", ACTIONS, MOVES)


def test_named_profiles_come_before_otherwise(automaton):
    assert automaton.next_states("peace", ("C", "C")) == {"peace": 1}
    assert automaton.next_states("peace", ("D", "D")) == {"war": 1}
    assert automaton.next_states("war", ("C", "D")) == {"war": 0.75, "peace": 0.25}


def test_what_is_asked_of_a_state_that_is_not_there(automaton):
    with pytest.raises(UnknownState, match="'pace'; did you mean 'peace'"):
        automaton.next_states("pace", ("C", "C"))


def test_a_profile_without_a_transition_is_refused_when_it_is_played():
    partial = Automaton(["s"], "s", {"s": ("C", "C")}, {"s": {("C", "C"): "s"}})
    with pytest.raises(InvalidStrategy, match=r"says nothing about \('D', 'C'\)"):
        partial.next_states("s", ("D", "C"))


@pytest.mark.parametrize(
    ("states", "initial", "actions", "moves", "error", "message"),
    [
        ([], "s", {}, {}, InvalidStrategy, "at least one state"),
        (["s", "s"], "s", {"s": "C"}, {"s": {}}, InvalidStrategy, "unique labels"),
        (["s"], "t", {"s": "C"}, {"s": {}}, UnknownState, "no state 't'"),
        (["s"], "s", {}, {"s": {}}, InvalidStrategy, "actions are missing for state 's'"),
        (["s"], "s", {"s": "C"}, {}, InvalidStrategy, "transitions are missing for state 's'"),
        (["s"], "s", {"s": "C", "t": "C"}, {"s": {}}, UnknownState, "no state 't'"),
        (["s"], "s", {"s": "C"}, {"s": {OTHERWISE: "t"}}, UnknownState, "no state 't'"),
        (["s"], "s", {"s": "C"}, {"s": {OTHERWISE: {"s": 0.5}}}, InvalidStrategy, "sum to 1"),
        (["s"], "s", {"s": "C"}, {"s": {OTHERWISE: {}}}, InvalidStrategy, "sum to 1"),
        (
            ["s", "t"],
            "s",
            {"s": "C", "t": "C"},
            {"s": {OTHERWISE: {"s": 1.5, "t": -0.5}}, "t": {}},
            InvalidStrategy,
            "non-negative",
        ),
    ],
)
def test_what_does_not_fit_is_refused(states, initial, actions, moves, error, message):
    with pytest.raises(error, match=message):
        Automaton(states, initial, actions, moves)


def test_determinism():
    assert not Automaton(["peace", "war"], "peace", ACTIONS, MOVES).is_deterministic()
    certain = {"peace": {OTHERWISE: "war"}, "war": {OTHERWISE: {"war": Fraction(1), "peace": Fraction(0)}}}
    assert Automaton(["peace", "war"], "peace", ACTIONS, certain).is_deterministic()


def test_reachable_states_ignore_chances_of_zero():
    moves = {"peace": {OTHERWISE: {"peace": 1, "war": 0}}, "war": {OTHERWISE: "peace"}}
    assert Automaton(["war", "peace"], "peace", ACTIONS, moves).reachable() == ("peace",)
    assert Automaton(["war", "peace"], "war", ACTIONS, moves).reachable() == ("war", "peace")


def test_renaming_renames_everywhere_and_back(automaton):
    there = automaton.renamed({"peace": "calm", "war": "storm"})
    assert there.initial == "calm"
    assert there.next_states("storm", ("C", "C")) == {"storm": 0.75, "calm": 0.25}
    assert there != automaton
    assert there.renamed({"calm": "peace", "storm": "war"}) == automaton


def test_renaming_two_states_alike_is_refused(automaton):
    with pytest.raises(InvalidStrategy, match="unique"):
        automaton.renamed({"peace": "x", "war": "x"})


def test_equality_and_hash(automaton):
    again = Automaton(["peace", "war"], "peace", ACTIONS, MOVES)
    assert again == automaton
    assert hash(again) == hash(automaton)
    assert Automaton(["peace", "war"], "war", ACTIONS, MOVES) != automaton
    assert automaton != "peace"


def test_later_changes_of_the_mappings_do_not_reach_the_automaton():
    actions, moves = {"s": ("C",)}, {"s": {OTHERWISE: "s"}}
    automaton = Automaton(["s"], "s", actions, moves)
    actions["s"], moves["s"][OTHERWISE] = ("D",), "t"
    assert automaton.actions["s"] == ("C",)
    assert automaton.next_states("s", ("C",)) == {"s": 1}


def test_the_table_marks_the_initial_state_and_shows_chances(automaton):
    text = str(automaton)
    assert "> peace" in text
    assert "war with 0.75; peace with 0.25" in text
    assert len(automaton.to_pandas()) == 3
