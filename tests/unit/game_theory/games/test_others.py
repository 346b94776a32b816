from fractions import Fraction

import nashpy
import numpy as np
import pandas as pd
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame
from negotiation.game_theory.games.others import read_profiles

A, B = [[9, 1], [10, 3]], [[9, 10], [1, 3]]
STAGE = ng.StageGame.from_matrices(A, B, ("USA", "CHN"), (("keep", "break"), ("keep", "break")))
RATIONAL = ng.StageGame([[[Fraction(1, 3), 2]], [[Fraction(3, 10), 4]]], ("A", "B"), (("u", "d"), ("l",)))
UNLIKE = [[1, 2, 3], [4, 5, 6]], [[0, 7, 0], [8, 0, 9]]


def same(game, other):
    return game == other and (game.exact_payoffs() == other.exact_payoffs()).all()


def test_a_game_of_nashpy_and_what_nashpy_finds_in_it():
    theirs = nashpy.Game(np.array(UNLIKE[0]), np.array(UNLIKE[1]))
    game = ng.as_game(theirs)
    assert same(game, ng.StageGame.from_matrices(*UNLIKE))
    found = list(theirs.support_enumeration())
    assert found
    assert all(ng.verify(game, profile).holds for profile in found)


@pytest.mark.parametrize("stage", [STAGE, RATIONAL, ng.StageGame(np.arange(24.0).reshape(2, 2, 2, 3))])
def test_labels_and_payoffs_come_back_from_frames_and_files(stage, tmp_path):
    frame = stage.to_pandas()
    assert ng.as_game(frame).actions == stage.actions
    assert (
        ng.as_game(frame.sample(frac=1, random_state=0)[frame.columns[::-1]]).n_actions
        == stage.n_actions[::-1]
    )
    assert np.array_equal(ng.as_game(frame).payoffs, stage.payoffs)
    for i, player in enumerate(stage.players):
        frame[f"payoff {player}"] = [str(x) for x in stage.given_payoffs()[..., i].ravel()]
    frame.to_csv(tmp_path / "long.csv", index=False)
    (tmp_path / "game.nfg").write_text(stage.to_gambit())
    assert same(ng.as_game(tmp_path / "long.csv"), ng.as_game(str(tmp_path / "game.nfg")))
    assert ng.as_game(tmp_path / "long.csv") == stage


@pytest.mark.parametrize(
    ("between", "number"), [(",", '"{}, {}"'), (";", "{}, {}"), ("\t", "{} {}"), (",", "{};{}")]
)
def test_a_table_of_a_spreadsheet(tmp_path, between, number):
    cells = [[number.format(*map(str, cell)) for cell in row] for row in RATIONAL.given_payoffs().tolist()]
    rows = [["A\\B", "l"], *([label, *row] for label, row in zip("ud", cells, strict=True))]
    path = tmp_path / "m.csv"
    path.write_text("".join(between.join(row) + "\r\n" for row in rows), "utf-8-sig")
    assert same(ng.as_game(path), RATIONAL)


def test_two_frames_and_two_tables_keep_their_labels(tmp_path):
    frames = [pd.DataFrame(m, STAGE.actions[0], STAGE.actions[1]) for m in (A, B)]
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for frame, path in zip(frames, paths, strict=True):
        frame.to_csv(path)
    for game in (ng.as_game(*frames), ng.as_game(*paths)):
        assert game.actions == STAGE.actions
        assert np.array_equal(game.payoffs, STAGE.payoffs)
    named = [frame.rename_axis("USA").rename_axis("CHN", axis=1) for frame in frames]
    assert ng.as_game(*named).players == ("USA", "CHN")


def test_what_was_solved_is_read_again_from_a_file(tmp_path):
    stage = ng.StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]], ("A", "B"), ("ud", "lr"))
    found = ng.solve(stage, exact=True)
    found.tidy().to_csv(tmp_path / "p.csv", index=False)
    assert read_profiles(tmp_path / "p.csv", stage) == [[[*vector] for vector in e.exact] for e in found]
    (tmp_path / "q.csv").write_text("player,action\nA,u\n")
    with pytest.raises(ng.NegotiationError, match="columns player, action and probability"):
        read_profiles(tmp_path / "q.csv", stage)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (",l,r\nu,1 2,3\n", "row 2: expected two payoffs"),
        (",l\nu,1 x\n", "line 2: expected a number such as"),
        (",l\nu,1 1e999999999\n", "an exponent of at most"),
        ("A,B,payoff A,payoff B\nu,l,1,1\nd,r,1,1\n", "one row for each of 4 profiles"),
        ("payoff A,A\n1/0,u\n", "a denominator other than 0"),
    ],
)
def test_a_table_that_is_none_is_told_where(tmp_path, text, said):
    path = tmp_path / "m.csv"
    path.write_text(text)
    with pytest.raises(ng.NegotiationError, match=said):
        ng.as_game(path)


def test_dates_and_numbers_are_no_matrices_of_one_game():
    dates = pd.DataFrame([["2020-01-01"]], dtype="datetime64[ns]")
    for pair in ((dates, [[1.0]]), ([[1.0]], dates), (dates, dates)):
        with pytest.raises(InvalidGame, match="numbers"):
            ng.as_game(*pair)


def test_an_empty_label_stays_what_it_is(tmp_path):
    stage = ng.StageGame(np.arange(12.0).reshape(3, 2, 2), actions=(("", "a", "2"), ("b", "")))
    ng.write_nfg(stage, tmp_path / "game.nfg")
    assert ng.as_game(tmp_path / "game.nfg") == stage
