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


@pytest.mark.parametrize(
    ("states", "initial", "actions", "moves", "error", "message"),
    [
        (["s", "s"], "s", {"s": "C"}, {"s": {}}, InvalidStrategy, "unique labels"),
        (["s"], "t", {"s": "C"}, {"s": {}}, UnknownState, "no state 't'"),
        (["s"], "s", {}, {"s": {}}, InvalidStrategy, "`actions` has no entry for state 's'"),
        (["s"], "s", {"s": "C"}, {"s": {OTHERWISE: {"s": 0.5}}}, InvalidStrategy, "sum to 1"),
    ],
)
def test_what_does_not_fit_is_refused(states, initial, actions, moves, error, message):
    with pytest.raises(error, match=message):
        Automaton(states, initial, actions, moves)


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
