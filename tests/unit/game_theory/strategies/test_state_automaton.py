from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidStrategy, UnknownAction, UnknownState
from negotiation.game_theory.games import StochasticGame
from negotiation.strategies import OTHERWISE, MarkovStrategy, StateAutomaton, grim_trigger_in_states

C, D = ("C", "C"), ("D", "D")


def booms_and_slumps(delta):
    """Return a dilemma whose temptation and stake are 1 in a slump and 3 and 5 in a boom, each as likely."""
    slump = [[[1, 1], [-2, 2]], [[2, -2], [0, 0]]]
    boom = [[[5, 5], [-4, 8]], [[8, -4], [0, 0]]]
    half = np.full((2, 2, 2, 2), Fraction(1, 2), dtype=object)
    return StochasticGame(
        [slump, boom], half, delta, states=("slump", "boom"), players=("A", "B"), actions=("CD", "CD")
    )


def grim(game):
    return grim_trigger_in_states(game, dict.fromkeys(game.states, C), dict.fromkeys(game.states, D))


def test_cooperation_in_booms_needs_the_patience_that_rotemberg_and_saloner_give():
    # Breaking in a boom gains 3 now and loses (1 + 5) / 2 in every later period: delta / (1 - delta) >= 1.
    exactly = booms_and_slumps(Fraction(1, 2))
    assert ng.verify(exactly, grim(exactly), exact=True).margin == 0
    less = booms_and_slumps(Fraction(1, 2) - Fraction(1, 10**9))
    verdict = ng.verify(less, grim(less), exact=True)
    assert not verdict.holds
    assert verdict.concept == "subgame perfect equilibrium"
    assert (verdict.deviation.state, verdict.deviation.action) == ("cooperate | boom", "D")
    # Cooperating in slumps alone gives up the booms: the stake is 1 / 2, so that delta / (1 - delta) >= 2.
    calm = {"slump": C, "boom": D}
    for delta, holds in ((Fraction(2, 3), True), (Fraction(2, 3) - Fraction(1, 10**9), False)):
        game = booms_and_slumps(delta)
        part = grim_trigger_in_states(game, calm, dict.fromkeys(game.states, D))
        assert ng.verify(game, part, exact=True).holds is holds


def test_values_by_memory_and_state_by_hand():
    game = booms_and_slumps(0.5)
    values = ng.value(game, grim(game))
    assert values["cooperate", "slump", "A"] == pytest.approx(0.5 * 1 + 0.5 * 3)
    assert values["cooperate", "boom", "B"] == pytest.approx(0.5 * 5 + 0.5 * 3)
    assert values["punish", "boom", "A"] == 0
    assert values["boom", "B"] == values["cooperate", "boom", "B"]
    assert values.payoffs.tolist() == pytest.approx(np.array([[2, 2], [4, 4]]))
    with pytest.raises(UnknownState, match="boom, slump"):
        _ = values["cooperate", "crisis", "A"]
    with pytest.raises(UnknownState, match="cooperate, punish"):
        _ = values["peace", "boom", "A"]


def test_the_most_specific_key_counts():
    automaton = StateAutomaton(
        ["a", "b", "c"],
        {"a": 0.5, "b": 0.5},
        {(memory, "s"): C for memory in "abc"},
        {
            "a": {("s", C, "s"): "a", ("s", C): "b", OTHERWISE: {"b": 0.25, "c": 0.75}},
            "b": {OTHERWISE: "b"},
            "c": {("s", D): "a"},
        },
    )
    assert automaton.next_memories("a", "s", C, "s") == {"a": 1}
    assert automaton.next_memories("a", "s", C, "t") == {"b": 1}
    assert automaton.next_memories("a", "s", D, "s") == {"b": 0.25, "c": 0.75}
    with pytest.raises(InvalidStrategy, match="memory 'c' says nothing about"):
        automaton.next_memories("c", "s", C, "s")
    with pytest.raises(UnknownState, match="a, b, c"):
        automaton.next_memories("d", "s", C, "s")
    with pytest.raises(InvalidStrategy, match="no profile is given for memory 'a' and state 't'"):
        automaton.profile("a", "t")
    assert "a if s" in str(automaton)


def test_a_truce_that_ends_when_a_state_comes_is_worth_what_its_clock_says():
    # Authority is lost with probability 1/4 a period whatever is done; the truce ends when it is.
    pays = [[[4, 4], [0, 0]], [[0, 0], [1, 1]]]
    moves = np.zeros((2, 2, 2, 2), dtype=object)
    moves[0, ..., 0], moves[0, ..., 1], moves[1, ..., 1] = Fraction(3, 4), Fraction(1, 4), 1
    game = StochasticGame([pays, pays], moves, Fraction(4, 5), states=("held", "lost"), actions=("CD", "CD"))
    truce = StateAutomaton(
        ["truce", "war"],
        "truce",
        {("truce", "held"): C, ("truce", "lost"): D, ("war", "held"): D, ("war", "lost"): D},
        {"truce": {("held", C, "held"): "truce", OTHERWISE: "war"}, "war": {OTHERWISE: "war"}},
    )
    # V = (1 - d) 4 + d (3/4 V + 1/4).
    assert ng.value(game, truce)["truce", "held", "0"] == pytest.approx((0.8 + 0.2) / (1 - 0.6))
    assert ng.verify(game, truce, exact=True).holds


def test_only_pairs_that_some_history_reaches_are_needed_and_judged():
    game = booms_and_slumps(0.9)
    actions = {("play", state): D for state in game.states} | {("spare", "boom"): C}
    automaton = StateAutomaton(
        ["play", "spare"], "play", actions, {"play": {OTHERWISE: "play"}, "spare": {OTHERWISE: "spare"}}
    )
    verdict = ng.verify(game, automaton)
    assert verdict.holds
    assert verdict.checked == 2 * 2
    assert ng.value(game, automaton).pairs == (("play", "slump"), ("play", "boom"))
    lost = StateAutomaton(["m"], "m", {("m", "boom"): D}, {"m": {OTHERWISE: "m"}})
    with pytest.raises(InvalidStrategy, match="state 'slump'"):
        ng.verify(game, lost)


def test_renaming_memories_and_copying_them_changes_no_margin():
    game = booms_and_slumps(Fraction(3, 5))
    margin = ng.verify(game, grim(game), exact=True).margin
    copied = StateAutomaton(
        ["p1", "p2", "w"],
        {"p1": Fraction(1, 3), "p2": Fraction(2, 3)},
        {(m, s): D if m == "w" else C for m in ("p1", "p2", "w") for s in game.states},
        {
            "p1": {("slump", C): "p2", ("boom", C): {"p1": 0.5, "p2": 0.5}, OTHERWISE: "w"},
            "p2": {("slump", C): "p1", ("boom", C): "p2", OTHERWISE: "w"},
            "w": {OTHERWISE: "w"},
        },
    )
    assert ng.verify(game, copied, exact=True).margin == margin


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"memories": []}, InvalidStrategy, "at least one memory"),
        ({"memories": ["m", "m"]}, InvalidStrategy, "unique labels"),
        ({"initial": "x"}, UnknownState, "Known: m"),
        ({"initial": {"m": 0.5}}, InvalidStrategy, "sum to 1"),
        ({"actions": {("x", "boom"): D}}, UnknownState, "Known: m"),
        ({"transitions": {}}, InvalidStrategy, "transitions are missing for memory 'm'"),
        ({"transitions": {"m": {"boom": "m"}}}, InvalidStrategy, "keyed by"),
        ({"transitions": {"m": {("boom",): "m"}}}, InvalidStrategy, "keyed by"),
        ({"transitions": {"m": {OTHERWISE: {"m": 0.5}}}}, InvalidStrategy, "sum to 1"),
    ],
)
def test_automata_that_cannot_be_are_refused(change, error, message):
    given = {
        "memories": ["m"],
        "initial": "m",
        "actions": {("m", "boom"): D},
        "transitions": {"m": {OTHERWISE: "m"}},
    }
    with pytest.raises(error, match=message):
        StateAutomaton(**(given | change))


def test_labels_that_the_game_does_not_have_are_refused():
    game = booms_and_slumps(0.9)
    everything = {("m", state): D for state in game.states}
    for actions, row, error in (
        ({**everything, ("m", "crisis"): D}, {}, UnknownState),
        ({**everything, ("m", "boom"): ("D", "E")}, {}, UnknownAction),
        ({**everything, ("m", "boom"): ("D",)}, {}, InvalidStrategy),
        (everything, {("crisis", D): "m"}, UnknownState),
        (everything, {("boom", D, "crisis"): "m"}, UnknownState),
        (everything, {("boom", ("D", "E")): "m"}, UnknownAction),
    ):
        with pytest.raises(error):
            ng.verify(game, StateAutomaton(["m"], "m", actions, {"m": {**row, OTHERWISE: "m"}}))


def test_strategies_and_games_that_do_not_go_together_are_refused(dilemma):
    game = booms_and_slumps(0.9)
    repeated = ng.RepeatedGame(dilemma, 0.9)
    constant = ng.strategies.grim_trigger(dilemma, C, D)
    for where, what in ((game, constant), (repeated, grim(game)), (dilemma, grim(game)), (game, ("C", "C"))):
        with pytest.raises(InvalidStrategy):
            ng.verify(where, what)
    for where, what in ((game, constant), (repeated, grim(game))):
        with pytest.raises(InvalidStrategy):
            ng.value(where, what)


# --- Markov strategies --------------------------------------------------------------------------------------


def test_markov_strategies_are_equal_by_what_is_played():
    one = MarkovStrategy({"s": ("C", [Fraction(1, 2), Fraction(1, 2)])})
    assert one == MarkovStrategy({"s": ("C", [Fraction(1, 2), Fraction(1, 2)])})
    assert hash(one) == hash(MarkovStrategy({"s": ("C", [Fraction(1, 2), Fraction(1, 2)])}))
    assert one != MarkovStrategy({"s": ("C", "C")})
    assert one != {"s": ("C", "C")}
    assert not one.is_pure
    assert MarkovStrategy({"s": ("C", [0, 1])}).is_pure
    assert "1/2, 1/2" in str(one)
    with pytest.raises(UnknownState, match="Known: s"):
        _ = one["t"]


@pytest.mark.parametrize(
    ("play", "message"),
    [
        ({}, "at least one state"),
        ({"s": "CD"}, "one choice for each player"),
        ({"s": 3}, "one choice for each player"),
        ({"s": ("C", [0.5, 0.6])}, "vector of probabilities"),
        ({"s": ("C", [1.5, -0.5])}, "vector of probabilities"),
        ({"s": ("C", [[0.5, 0.5]])}, "vector of probabilities"),
        ({"s": ("C", 1.0)}, "vector of probabilities"),
        ({"s": ("C", [float("nan"), 1.0])}, "vector of probabilities"),
    ],
)
def test_markov_strategies_that_cannot_be_are_refused(play, message):
    with pytest.raises(InvalidStrategy, match=message):
        MarkovStrategy(play)


@pytest.mark.parametrize(
    ("play", "error", "message"),
    [
        ({"slump": C}, InvalidStrategy, "'boom' is missing"),
        ({"slump": C, "boom": C, "crisis": C}, UnknownState, "boom, slump"),
        ({"slump": C, "boom": ("C",)}, InvalidStrategy, "one choice for each"),
        ({"slump": C, "boom": ("C", "E")}, UnknownAction, "C, D"),
        ({"slump": C, "boom": ("C", [1.0])}, InvalidStrategy, "B has 2 actions in state 'boom'; got 1"),
    ],
)
def test_markov_strategies_have_to_fit_the_game(play, error, message):
    with pytest.raises(error, match=message):
        ng.verify(booms_and_slumps(0.9), play)


def test_only_pure_markov_strategies_become_automata():
    game = booms_and_slumps(0.9)
    with pytest.raises(InvalidStrategy, match="mixes"):
        StateAutomaton.from_markov(game, MarkovStrategy({"slump": ("C", [0.5, 0.5]), "boom": C}))
