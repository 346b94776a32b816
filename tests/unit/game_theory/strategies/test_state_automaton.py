from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidStrategy, UnknownState
from negotiation.game_theory.games import StochasticGame
from negotiation.strategies import OTHERWISE, StateAutomaton, grim_trigger_in_states

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
    with pytest.raises(InvalidStrategy, match="memory 'c' has no transition for"):
        automaton.next_memories("c", "s", C, "s")
    with pytest.raises(UnknownState, match="a, b, c"):
        automaton.next_memories("d", "s", C, "s")
    with pytest.raises(InvalidStrategy, match="`actions` has no profile for memory 'a' and state 't'"):
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


# --- Markov strategies --------------------------------------------------------------------------------------


def test_a_lottery_over_memories_is_worth_what_each_is_worth_by_its_chance():
    game = StochasticGame([[[[4, 0]], [[8, 2]]]], np.ones((1, 2, 1, 1)), 0.5, states=("s",))
    modest, bold = ("0", "0"), ("1", "0")
    automaton = StateAutomaton(
        ["a", "b"],
        {"a": Fraction(1, 4), "b": Fraction(3, 4)},
        {("a", "s"): modest, ("b", "s"): bold},
        {"a": {OTHERWISE: "a"}, "b": {OTHERWISE: "b"}},
    )
    values = ng.value(game, automaton)
    assert (values["s", "0"], values["s", "1"]) == pytest.approx((7.0, 1.5))
