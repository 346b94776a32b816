from fractions import Fraction

import numpy as np
import pytest

from negotiation.errors import InvalidGame
from negotiation.game_theory.games import StageGame, unilateral_payoffs

A, B = [[9, 1], [10, 3]], [[8, 11], [2, 4]]


@pytest.fixture
def stage():
    return StageGame.from_matrices(A, B, players=("USA", "CHN"), actions=(("C", "D"), ("c", "d")))


def test_player_1_chooses_the_row_in_both_matrices(stage):
    assert stage.payoff(("C", "d")).tolist() == [1, 11]
    assert stage.payoff(("D", "c")).tolist() == [10, 2]
    assert stage.payoffs.shape == (2, 2, 2)
    assert stage.n_actions == (2, 2)
    assert stage.n_players == 2


def test_rational_payoffs_are_kept_exactly():
    game = StageGame([[[Fraction(1, 3), 10**30]]])
    assert game.exact_payoffs()[0, 0].tolist() == [Fraction(1, 3), Fraction(10**30)]
    assert game.payoffs[0, 0, 0] == 1 / 3


@pytest.mark.parametrize(
    ("payoffs", "message"),
    [
        ([[float("nan")], [0.0]], "finite; got nan"),
        (np.zeros((2, 2)), "got shape"),
        (np.zeros((2, 3, 3)), r"shape \(2, 3, 3\); for two matrices write"),
        (np.zeros((0, 1)), "at least one action"),
        ([["1"]], "array of numbers"),
        ([[1.0], [1.0, 2.0]], "array of numbers"),
    ],
)
def test_impossible_payoffs_are_refused(payoffs, message):
    with pytest.raises(InvalidGame, match=message):
        StageGame(payoffs)


@pytest.mark.parametrize(
    ("players", "actions", "message"),
    [
        (("x",), (), "expected 2 labels for the players"),
        (5, (), "players must be a sequence of labels; got 5"),
        ((), 5, "actions must be a sequence of labels for each player; got 5"),
        (("x", "x"), (), r"must differ; repeated: \['x'\]"),
        ((), (("a", "b"), ("a",)), "expected 2 labels for the actions of player '1'"),
    ],
)
def test_labels_must_fit_and_differ(players, actions, message):
    with pytest.raises(InvalidGame, match=message):
        StageGame.from_matrices(A, B, players, actions)


def test_data_frames_label_the_actions():
    pandas = pytest.importorskip("pandas")
    first, second = (pandas.DataFrame(x, index=["free", "duty"], columns=["open", "curb"]) for x in (A, B))
    game = StageGame.from_matrices(first, second)
    assert game.actions == (("free", "duty"), ("open", "curb"))
    assert StageGame.from_matrices(first, B) == game
    assert StageGame.from_matrices(first, second, actions=("CD", "ab")).actions == (("C", "D"), ("a", "b"))
    with pytest.raises(InvalidGame, match="in the same order"):
        StageGame.from_matrices(first, second.iloc[::-1])
    for given in (first, [first, second]):
        with pytest.raises(InvalidGame, match=r"StageGame\.from_matrices\(A, B\)"):
            StageGame(given)


def test_own_payoffs_at_a_profile_of_three_players():
    payoffs = np.arange(2 * 3 * 2 * 3).reshape(2, 3, 2, 3)
    game = StageGame(payoffs)
    assert unilateral_payoffs(game.payoffs, (1, 2, 0), 1) == payoffs[1, :, 0, 1].tolist()
    assert unilateral_payoffs(game.payoffs, (1, 2, 0), 2) == payoffs[1, 2, :, 2].tolist()
    assert unilateral_payoffs(game.exact_payoffs(), (0, 0, 0), 0)[0] == Fraction(0)
