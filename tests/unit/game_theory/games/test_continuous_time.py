"""Games in continuous time: what they keep, and what they refuse by name."""

import math

import numpy as np
import pytest
from scipy import sparse

import negotiation as ng
from negotiation.errors import InvalidGame, InvalidOptions, InvalidRate
from negotiation.game_theory.games import OptionRows

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
        ({"rate": [1.0, 1.0, 1.0]}, InvalidRate, "one for each of 2 states; got 3"),
        ({"precision": 0.0}, InvalidRate, "a precision must be positive, or infinite"),
        ({"discount_rates": 0.0}, InvalidRate, "positive and finite; got 0"),
        ({"nature": [[0.0, -1.0], [0.0, 0.0]]}, InvalidRate, "from state 0 to 1 it is -1"),
        ({"nature": "calm"}, InvalidRate, "a matrix of rates"),
        ({"options": [[(0, 0)], [(0, 0)]]}, InvalidOptions, "cannot stay in state '1'"),
        ({"options": [[(0, 0), ("far", 0)], [(1, 0)]]}, InvalidOptions, "'far', which is not a state"),
        ({"options": [3, 4]}, InvalidOptions, "must be a list of tuples; got 3"),
        ({"flows": [[0.0, math.nan], [0.0, 0.0]]}, InvalidGame, "flows must be finite; got nan"),
        ({"player": 0.5}, InvalidGame, "got 0.5"),
        ({"states": ("calm", "calm")}, InvalidGame, "2 different state labels"),
    ],
)
def test_what_cannot_be_is_refused_by_name(wrong, error, message):
    with pytest.raises(error, match=message):
        game(**wrong)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (([0, 1, 2], [0, 1], [0.0]), "a target, a payoff and an event"),
        (([0, 2, 1, 2], [0, 1], [0.0, 0.0]), "indptr decreases"),
        (([0, 1, 2], [0, 1], [0.0, 0.0], [0, 1], ("one",)), "positions of the 1 event names"),
    ],
)
def test_compressed_rows_that_do_not_fit_are_refused(arrays, message):
    with pytest.raises(InvalidOptions, match=message):
        OptionRows(*arrays)
