"""Games in continuous time: what they keep, and what they refuse by name."""

import math

import numpy as np
import pytest
from scipy import sparse

import negotiation as ng
from negotiation.errors import (
    InvalidGame,
    InvalidOptions,
    InvalidRate,
    SizeLimit,
    UnknownEvent,
    UnknownPlayer,
    UnknownState,
)
from negotiation.game_theory.games import OptionRows
from negotiation.game_theory.games.numerics import NUMERICS

OPTIONS = [[(0, 0.0), (1, -0.5, "up")], [(1, 0.0), (0, 0.0, "down")]]
FLOWS = [[0.0, 0.0], [1.0, -2.0]]


def game(options=OPTIONS, rate=12.0, precision=2.0, flows=FLOWS, player=0, **others):
    maker = ng.DecisionMaker(player=player, rate=rate, options=options, precision=precision)
    return ng.ContinuousTimeGame(flows, [maker], **{"discount_rates": 0.1, **others})


def test_labels_positions_and_compressed_rows_are_the_same_game():
    rows = OptionRows([0, 2, 4], [0, 1, 1, 0], [0.0, -0.5, 0.0, 0.0], [-1, 0, -1, 1], ("up", "down"))
    labelled = [[("calm", 0.0), ("tense", -0.5, "up")], [("tense", 0.0), ("calm", 0.0, "down")]]
    arrays = (rows.indptr, rows.targets, rows.payoffs, rows.events, rows.event_names)
    for options in (OPTIONS, labelled, rows, arrays):
        found = game(options, player="A", states=("calm", "tense"), players=("A", "B"))
        assert found.options[0].targets.tolist() == [0, 1, 1, 0]
        assert found.options[0].payoffs.tolist() == [0.0, -0.5, 0.0, 0.0]
        assert found.events == ("up", "down")
        assert [codes.tolist() for codes in found.event_codes(["down"])] == [[-1, -1, -1, 0]]
        assert found.makers[0].player == "A"


def test_a_change_of_what_was_given_changes_no_game():
    flows, options = np.array(FLOWS), [list(row) for row in OPTIONS]
    found = game(options, flows=flows)
    flows[0, 0], options[0][1] = 99.0, (1, 7.0)
    assert found.flows[0, 0] == 0.0
    assert found.options[0].payoffs[1] == -0.5
    with pytest.raises(ValueError, match="read-only"):
        found.flows[0, 0] = 1.0


def test_nature_is_dense_or_sparse_with_or_without_its_diagonal():
    plain = np.array([[0.0, 2.0, 1.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]])
    options = [[(s, 0.0)] for s in range(3)]
    for nature in (
        plain,
        plain - np.diag(plain.sum(axis=1)),
        sparse.csr_array(plain),
        sparse.coo_matrix(plain),
    ):
        found = game(options, flows=np.zeros((3, 1)), nature=nature).nature
        assert (found.sources.tolist(), found.targets.tolist()) == ([0, 0, 1], [1, 2, 2])
        assert found.rates.tolist() == [2.0, 1.0, 3.0]


def test_makers_of_one_player_have_different_names():
    agencies = [ng.DecisionMaker(0, 1.0, OPTIONS), ng.DecisionMaker(0, 2.0, OPTIONS, label="Commerce")]
    found = ng.ContinuousTimeGame(FLOWS, agencies, 0.1, players=("USA", "CHN"))
    assert [maker.label for maker in found.makers] == ["USA 1", "Commerce"]
    assert found.precisions == (math.inf, math.inf)


def test_units_are_of_each_player():
    wide = game(flows=[[0.0, 0.0], [1e6, 0.0]])
    assert wide.units.tolist() == [1e6, 1.0]
    assert game(flows=[[5.0, 1.0], [5.0, 3.0]]).units.tolist() == [6.0, 2.0]  # twelve chances of a half
    idle = [[(0, 0.0), (1, 0.0)], [(1, 0.0)]]
    assert game(idle, flows=np.zeros((2, 1))).units.tolist() == [6.0]  # nothing but shocks
    assert game(idle, flows=np.zeros((2, 1)), precision=math.inf).units.tolist() == [1.0]


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"rate": -1.0}, InvalidRate, "finite and not negative; got -1"),
        ({"rate": [1.0, math.nan]}, InvalidRate, "finite and not negative; got nan"),
        ({"rate": [1.0, 1.0, 1.0]}, InvalidRate, "one for each of 2 states; got 3"),
        ({"rate": "often"}, InvalidRate, "are numbers"),
        ({"rate": [[1.0]]}, InvalidRate, "got shape"),
        ({"precision": 0.0}, InvalidRate, "a precision is positive, or infinite"),
        ({"precision": -2.0}, InvalidRate, "got -2"),
        ({"precision": math.nan}, InvalidRate, "got nan"),
        ({"discount_rates": 0.0}, InvalidRate, "positive and finite; got 0"),
        ({"discount_rates": -0.1}, InvalidRate, "got -0.1"),
        ({"discount_rates": math.inf}, InvalidRate, "got inf"),
        ({"discount_rates": [0.1]}, InvalidRate, "or one for each of"),
        ({"nature": [[0.0, -1.0], [0.0, 0.0]]}, InvalidRate, "from state 0 to 1 it is -1"),
        ({"nature": [[-2.0, 1.0], [0.0, 0.0]]}, InvalidRate, "in state 0 it is -2"),
        ({"nature": [[0.0]]}, InvalidRate, "each pair of 2 states; got shape"),
        ({"nature": sparse.eye_array(3).tocsr()}, InvalidRate, "got shape"),
        ({"nature": [[0.0, math.inf], [0.0, 0.0]]}, InvalidRate, "finite; got inf"),
        ({"nature": "calm"}, InvalidRate, "a matrix of rates"),
        ({"options": [[(0, 0)], [(0, 0)]]}, InvalidOptions, "cannot stay in state '1'"),
        (
            {"options": [[(0, 0), (2, 0)], [(1, 0)]]},
            InvalidOptions,
            "leads to 2; states have positions 0 to 1",
        ),
        ({"options": [[(0, 0), (-1, 0)], [(1, 0)]]}, InvalidOptions, "leads to -1"),
        ({"options": [[(0, 0), ("far", 0)], [(1, 0)]]}, InvalidOptions, "leads to 'far', which is no state"),
        ({"options": [[(0, 0)]]}, InvalidOptions, "in each of 2 states; got rows for 1"),
        ({"options": [[(0, 0)], []]}, InvalidOptions, "state 1 has none"),
        ({"options": [[(0, 0)], [(1,)]]}, InvalidOptions, "state 1 has"),
        ({"options": [[(0, 0)], [(1, 0, "a", "b")]]}, InvalidOptions, "state 1 has"),
        ({"options": [[(0, 0)], [(1, "x")]]}, InvalidOptions, "state 1 has"),
        ({"options": [[(0, 0)], [(1, math.nan)]]}, InvalidOptions, "finite; state 1"),
        ({"options": [[(0.5, 0)], [(1, 0)]]}, InvalidOptions, "state 0 has"),
        ({"options": [3, 4]}, InvalidOptions, "are a list of tuples; got 3"),
        ({"options": 3}, InvalidOptions, "state by state"),
        ({"flows": [[0.0, math.nan], [0.0, 0.0]]}, InvalidGame, "flows are finite; got nan"),
        ({"flows": [0.0, 1.0]}, InvalidGame, "one row for each state"),
        ({"flows": [[0.0], [1.0, 2.0]]}, InvalidGame, "one row for each state"),
        ({"player": 2}, InvalidGame, "a position from 0 to 1; got 2"),
        ({"player": -1}, InvalidGame, "got -1"),
        ({"player": 0.5}, InvalidGame, "got 0.5"),
        ({"player": "C"}, UnknownPlayer, "no player 'C'"),
        ({"states": ("a", "a")}, InvalidGame, "2 different state labels"),
        ({"states": "ab"}, InvalidGame, "the one text 'ab'"),
        ({"players": ("a",)}, InvalidGame, "2 different player labels"),
    ],
)
def test_what_cannot_be_is_refused_by_name(wrong, error, message):
    with pytest.raises(error, match=message):
        game(**wrong)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (([0, 1, 2], [0, 1], [0.0]), "a target, a payoff and an event"),
        (([0, 1, 3], [0, 1], [0.0, 0.0]), "ends with the number of options, 2"),
        (([0, 2, 1, 2], [0, 1], [0.0, 0.0]), "indptr falls"),
        (([0, 1, 2], [0.0, 1.0], [0.0, 0.0]), "whole numbers; got float64"),
        (([0, 1, 2], [0, 1], [0.0, math.inf]), "finite; got inf"),
        (([0, 1, 2], [0, 1], [0.0, 0.0], [0, 1], ("one",)), "positions of the 1 event names"),
    ],
)
def test_compressed_rows_that_do_not_fit_are_refused(arrays, message):
    with pytest.raises(InvalidOptions, match=message):
        OptionRows(*arrays)


def test_a_dense_nature_beyond_the_limit_is_refused_with_its_size(monkeypatch):
    monkeypatch.setattr(
        "negotiation.game_theory.games.nature_rates.NUMERICS", NUMERICS._replace(most_dense_bytes=31)
    )
    with pytest.raises(SizeLimit, match="takes 32 bytes; give a sparse matrix"):
        game(nature=np.zeros((2, 2)))


def test_names_that_are_not_known_are_refused():
    found = game()
    with pytest.raises(UnknownState, match="no state 'far'"):
        found.state_index("far")
    with pytest.raises(UnknownEvent, match="did you mean 'up'"):
        found.event_codes(["upp"])
    with pytest.raises(InvalidGame, match="DecisionMaker objects; got str"):
        ng.ContinuousTimeGame(FLOWS, ["USA"], 0.1)


def test_a_game_shows_itself():
    found = game(states=("calm", "tense"))
    assert "ContinuousTimeGame(2 states, 1 decision makers" in repr(found)
    assert found.table().columns == ("state", "flow 0", "flow 1", "rate 0", "options 0")
    assert found.table().rows[1] == ("tense", 1.0, -2.0, 12.0, 2)
