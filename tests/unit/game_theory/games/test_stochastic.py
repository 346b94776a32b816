import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation import errors
from negotiation.game_theory.games import SparseTransitions, StageGame, StochasticGame, Transitions

PAYOFFS = np.arange(16).reshape(2, 2, 2, 2)
STAY = np.full((2, 2, 2, 2), 0.5)
LABELS = {"states": ("low", "high"), "players": ("USA", "CHN"), "actions": (("C", "D"), ("c", "d"))}


@pytest.fixture
def game():
    return StochasticGame(PAYOFFS, STAY, 0.9, **LABELS)


def test_labels_are_the_interface(game):
    assert game.stage("high").payoff(("D", "c")).tolist() == [12, 13]
    assert game.next_states("low", ("D", "c")) == {"low": 0.5, "high": 0.5}
    assert (game.n_states, game.n_players, game.n_rows) == (2, 2, 8)
    assert game.offsets.tolist() == [0, 4, 8]
    assert game.flat_payoffs()[5].tolist() == [10, 11]
    assert game.discount_factors == (0.9, 0.9)
    assert game.is_common
    assert repr(game) == "StochasticGame(2 states, players=('USA', 'CHN'))"
    with pytest.raises(errors.UnknownState, match="high, low"):
        game.stage("middle")
    with pytest.raises(errors.UnknownAction, match="Known: c, d"):
        game.next_states("low", ("D", "C"))


def test_rational_input_is_kept():
    third = [[[[Fraction(1, 3), Fraction(2, 3)]]]] * 2
    game = StochasticGame([[[[Fraction(1, 7), 0]]]] * 2, third, Fraction(3, 4))
    assert game.next_states("0", ("0", "0")) == {"0": Fraction(1, 3), "1": Fraction(2, 3)}
    assert game.stages[0].exact_payoffs()[0, 0, 0] == Fraction(1, 7)
    assert game.exact_discount_factors == (Fraction(3, 4),) * 2


def test_states_that_cannot_follow_are_left_out():
    rows = SparseTransitions([{0: 0.0, 1: 1.0}, {1: 1.0}], 2)
    game = StochasticGame(np.zeros((2, 1, 1, 2)), rows, 0.5)
    assert game.next_states("0", ("0", "0")) == {"1": 1.0}
    assert game.reachable("0") == ("0", "1")
    assert game.reachable("1") == ("1",)


def wrong(place, row):
    moved = STAY.copy() if np.asarray(row).dtype != object else STAY.astype(object) * Fraction(1)
    moved[place] = row
    return moved


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ((0.5, 0.4), r"sums to 0.9, not 1: \{0: 0.5, 1: 0.4\}"),
        ((1.5, -0.5), "negative or not finite"),
        ((float("nan"), 1.0), "negative or not finite"),
        ((0.0, 0.0), "sums to 0, not 1"),
        (
            (Fraction(1, 3), Fraction(2, 3) + Fraction(1, 10**12)),
            "sums to 1000000000001/1000000000000, not 1",
        ),
    ],
)
def test_a_wrong_row_is_named_by_state_and_actions(row, why):
    row = np.array(row)
    with pytest.raises(errors.InvalidProbabilities, match=rf"state 'high', profile \('D', 'c'\) .*{why}"):
        StochasticGame(PAYOFFS, wrong((1, 1, 0), row), 0.9, **LABELS)


@pytest.mark.parametrize(
    ("indices", "chances", "why"),
    [
        ([0, 1, 0, 0], [1.0, 1.0, 0.5, 0.5], "names a state twice"),
        ([0, 1, 2, 0], [1.0, 1.0, 0.5, 0.5], "not among 0 to 1"),
        ([0, 1, 1, 0], [1.0, 1.0, 0.5, 0.6], "sums to 1.1"),
    ],
)
def test_rows_made_by_hand_are_checked_too(indices, chances, why):
    stages = {"calm": StageGame([[[0, 0], [0, 0]]], actions=("a", "bc")), "storm": StageGame([[[0, 0]]])}
    raw = Transitions(np.array([0, 1, 2, 4]), np.array(indices), np.array(chances), 2)
    with pytest.raises(errors.InvalidProbabilities, match=rf"state 'storm', profile \('0', '0'\) .*{why}"):
        StochasticGame.from_stages(stages, raw, 0.9)


def test_unlike_action_sets_need_rows():
    stages = {"big": StageGame(np.zeros((2, 2, 2))), "small": StageGame(np.zeros((1, 1, 2)))}
    with pytest.raises(errors.InvalidProbabilities, match="action sets of the states differ"):
        StochasticGame.from_stages(stages, STAY, 0.9)
    with pytest.raises(errors.InvalidProbabilities, match=r"5 rows .* 8 rows and 2 states"):
        StochasticGame.from_stages(stages, Transitions.dense(STAY), 0.9)
    rows = SparseTransitions([{0: 1}] * 4 + [{1: 1}], 2)
    assert StochasticGame.from_stages(stages, rows, 0.9).offsets.tolist() == [0, 4, 5]


def test_labels_players_and_patience_are_checked():
    with pytest.raises(errors.InvalidGame, match="2 different state labels"):
        StochasticGame(PAYOFFS, STAY, 0.9, states=("a", "a"))
    with pytest.raises(errors.InvalidGame, match="2 different state labels"):
        StochasticGame(PAYOFFS, STAY, 0.9, states=("a",))
    one, two = StageGame(np.zeros((1, 1, 2)), ("A", "B")), StageGame(np.zeros((1, 1, 2)))
    with pytest.raises(errors.InvalidGame, match="same players"):
        StochasticGame.from_stages({"x": one, "y": two}, np.full((2, 1, 1, 2), 0.5), 0.9)
    with pytest.raises(errors.InvalidGame, match="at least one state"):
        StochasticGame.from_stages({}, STAY, 0.9)
    with pytest.raises(errors.InvalidGame, match="must have a StageGame; got list"):
        StochasticGame.from_stages({"x": [[1]]}, STAY, 0.9)
    for delta in (0, 1, 1.5, (0.9, 0.9, 0.9), "x"):
        with pytest.raises(errors.InvalidDiscountFactor):
            StochasticGame(PAYOFFS, STAY, delta)
    assert not StochasticGame(PAYOFFS, STAY, (0.9, 0.8)).is_common


def test_unreachable_states_are_warned_of_by_name():
    moves = np.zeros((3, 1, 1, 3))
    moves[0, ..., 1] = moves[1, ..., 1] = moves[2, ..., 0] = 1
    game = StochasticGame(np.zeros((3, 1, 1, 2)), moves, 0.9, states=("start", "end", "lost"))
    assert game.reachable("start") == ("start", "end")
    with pytest.warns(errors.UnreachableStates, match="no play from 'start' reaches 1 of 3 states: lost"):
        game.check_reachable("start")
    with pytest.warns(errors.UnreachableStates, match="start, lost"):
        game.check_reachable("end")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        game.check_reachable("lost")
    with pytest.raises(errors.UnknownState, match="end, lost, start"):
        game.check_reachable("middle")


@given(st.integers(1, 5), st.data())
def test_reachable_states_are_those_that_powers_of_the_moves_reach(size, data):
    links = [[data.draw(st.booleans()) for _ in range(size)] for _ in range(size)]
    rows = [{t: 1 for t, on in enumerate(row) if on} or {s: 1} for s, row in enumerate(links)]
    rows = [{t: Fraction(1, len(row)) for t in row} for row in rows]
    game = StochasticGame(np.zeros((size, 1, 1)), SparseTransitions(rows, size), 0.5)
    power = np.eye(size)
    for _ in range(size):
        power = power + power @ (game.transitions.to_dense().astype(float) > 0)
    for s in range(size):
        assert game.reachable(str(s)) == tuple(str(t) for t in np.flatnonzero(power[s]))
