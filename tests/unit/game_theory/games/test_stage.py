from fractions import Fraction

import numpy as np
import pytest

from negotiation.errors import InvalidGame, UnknownAction, UnknownPlayer
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


def test_the_payoff_array_is_the_same_game(stage):
    again = StageGame(np.stack([A, B], axis=-1), stage.players, stage.actions)
    assert again == stage
    assert hash(again) == hash(stage)


def test_labels_payoffs_and_not_names_make_games_equal(stage):
    assert StageGame.from_matrices(A, B) != stage
    assert StageGame.from_matrices(A, A, stage.players, stage.actions) != stage
    assert StageGame.from_matrices(A, B, stage.players, stage.actions, name="other") == stage
    assert stage != "a game"


def test_default_labels_are_positions_as_text():
    three = StageGame(np.zeros((2, 1, 3, 3)))
    assert three.players == ("0", "1", "2")
    assert three.actions == (("0", "1"), ("0",), ("0", "1", "2"))


def test_payoffs_are_copied_and_cannot_be_written():
    source = np.zeros((2, 2, 2))
    game = StageGame(source)
    source[0, 0, 0] = 5.0
    assert game.payoffs[0, 0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        game.payoffs[0, 0, 0] = 1.0


def test_rational_payoffs_are_kept_exactly():
    game = StageGame([[[Fraction(1, 3), 10**30]]])
    assert game.exact_payoffs()[0, 0].tolist() == [Fraction(1, 3), Fraction(10**30)]
    assert game.payoffs[0, 0, 0] == 1 / 3


def test_float_payoffs_have_their_exact_binary_value():
    assert StageGame([[0.1]]).exact_payoffs()[0, 0] == Fraction(0.1)


def test_positions_and_labels_are_inverse(stage):
    assert stage.profile_index(("D", "c")) == (1, 0)
    assert stage.labels((1, 0)) == ("D", "c")
    assert stage.player_index("CHN") == 1


def test_unknown_names_offer_the_known(stage):
    with pytest.raises(UnknownPlayer, match="Known: CHN, USA"):
        stage.player_index("JPN")
    with pytest.raises(UnknownAction, match=r"no action 'C'; did you mean 'c'\? Known: c, d") as caught:
        stage.profile_index(("C", "C"))
    assert caught.value.known == ("c", "d")


@pytest.mark.parametrize("profile", [("C",), ("C", "c", "c"), "Cc", ()])
def test_a_profile_names_one_action_for_each_player(stage, profile):
    with pytest.raises(InvalidGame, match="one action for each"):
        stage.profile_index(profile)


@pytest.mark.parametrize(
    ("payoffs", "message"),
    [
        ([[1.0, float("nan")], [0.0, 0.0]], "got shape"),
        ([[float("nan")], [0.0]], "finite; got nan"),
        ([[0.0], [float("inf")]], r"finite; got inf at position \(1, 0\)"),
        (np.zeros((2, 2)), "got shape"),
        (np.zeros((2, 2, 3)), "got shape"),
        (np.zeros(3), "got shape"),
        (np.zeros((0, 1)), "at least one action"),
        ([["1"]], "array of numbers"),
        ([[1j]], "array of numbers"),
        ([[None]], "finite|numbers"),
        ([[10**400]], "array of numbers"),
        ([[1.0], [1.0, 2.0]], "array of numbers"),
    ],
)
def test_impossible_payoffs_are_refused(payoffs, message):
    with pytest.raises(InvalidGame, match=message):
        StageGame(payoffs)


@pytest.mark.parametrize(
    ("players", "actions", "message"),
    [
        (("x",), (), "2 labels are needed for the players"),
        (("x", "x"), (), r"must differ; repeated: \['x'\]"),
        ((), (("a", "b"),), "needed for 2 players; got 1"),
        ((), (("a", "b"), ("a",)), "2 labels are needed for the actions of player '1'"),
        ((), (("a", "a"), ("a", "b")), "actions of player '0' must differ"),
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
    with pytest.raises(InvalidGame, match="in one order"):
        StageGame.from_matrices(first, second.iloc[::-1])
    for given in (first, [first, second]):
        with pytest.raises(InvalidGame, match=r"StageGame\.from_matrices\(A, B\)"):
            StageGame(given)


def test_matrices_must_have_one_shape():
    with pytest.raises(InvalidGame, match=r"\(2, 2\) and \(1, 2\)"):
        StageGame.from_matrices(A, [[1, 2]])
    with pytest.raises(InvalidGame, match="two matrices"):
        StageGame.from_matrices([1, 2], [1, 2])


def test_own_payoffs_at_a_profile_of_three_players():
    payoffs = np.arange(2 * 3 * 2 * 3).reshape(2, 3, 2, 3)
    game = StageGame(payoffs)
    assert unilateral_payoffs(game.payoffs, (1, 2, 0), 1) == payoffs[1, :, 0, 1].tolist()
    assert unilateral_payoffs(game.payoffs, (1, 2, 0), 2) == payoffs[1, 2, :, 2].tolist()
    assert unilateral_payoffs(game.exact_payoffs(), (0, 0, 0), 0)[0] == Fraction(0)


def test_the_table_has_a_row_for_each_profile(stage):
    frame = stage.to_pandas()
    assert list(frame.columns) == ["USA", "CHN", "payoff USA", "payoff CHN"]
    assert frame.iloc[1].tolist() == ["C", "d", 1.0, 11.0]
    assert len(frame) == 4
    assert repr(stage) == "StageGame(2 x 2, players=('USA', 'CHN'))"
