from fractions import Fraction
from time import process_time

import numpy as np
import pytest

from negotiation.errors import InvalidFile, InvalidFormat, NegotiationError, SizeLimit
from negotiation.game_theory.games import StageGame, formats
from negotiation.game_theory.games.formats import parse_nfg, read_nfg, write_nfg
from tests.command import python

HEAD = 'NFG 1 R "t" { "A" "B" } '


def test_first_players_action_varies_fastest_in_the_payoff_form():
    game = parse_nfg('NFG 1 R "t" { "A" "B" "C" } { 2 1 2 } 1 2 3  4 5 6  7 8 9  10 11 12')
    assert game.payoffs[0, 0, 0].tolist() == [1, 2, 3]
    assert game.payoffs[1, 0, 0].tolist() == [4, 5, 6]
    assert game.payoffs[0, 0, 1].tolist() == [7, 8, 9]
    assert game.payoffs[1, 0, 1].tolist() == [10, 11, 12]
    assert game.actions == (("1", "2"), ("1",), ("1", "2"))


def test_outcome_form_with_and_without_commas_and_outcome_zero():
    text = HEAD + '{ { "up" "down" } { "left" "right" } } { { "x" 1, 2 } { "" 3/2 4 } { "x" 5,6 } } 1 2 0 3'
    game = parse_nfg(text)
    assert game.payoff(("up", "left")).tolist() == [1, 2]
    assert game.payoff(("down", "left")).tolist() == [1.5, 4]
    assert game.payoff(("up", "right")).tolist() == [0, 0]
    assert game.payoff(("down", "right")).tolist() == [5, 6]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("-3/6", Fraction(-1, 2)),
        ("0.1", Fraction(1, 10)),
        ("-.5", Fraction(-1, 2)),
        ("1.5E-5", Fraction(15, 1000000)),
    ],
)
def test_numbers_are_kept_exactly(written, value):
    game = parse_nfg(f"{HEAD} {{ 1 1 }} {written} 0")
    assert game.exact_payoffs()[0, 0, 0] == value


def test_quoted_labels_with_escapes():
    game = parse_nfg(r'NFG 1 R "a \"b\"" { "A\\" "B" } { { "x\"y\z" "{ }" } { "w" } } 1 2 3 4')
    assert game.name == 'a "b"'
    assert game.players == ("A\\", "B")
    assert game.actions[0] == ('x"y\\z', "{ }")


def test_empty_and_repeated_labels_are_made_unique():
    game = parse_nfg('NFG 1 R "" { "" "" } { { "a" "a" "a_2" "a" "" } { "2" "" "" } } ' + "0 " * 30)
    assert game.players == ("1", "2")
    assert game.actions == (("a", "a_3", "a_2", "a_4", ""), ("2", "2_2", "3"))
    assert game.name == "stage game"


@pytest.mark.parametrize(
    ("text", "line", "named"),
    [
        ("", 1, "the end of the text"),
        ("NFG 1 R title", 1, "'title'"),
        (HEAD + "{ 2 0 }", 1, "'0'"),
        (HEAD + "{ 1 1 }\n1", 2, "the end of the text"),
        (HEAD + "{ 1 1 } 1 inf", 1, "'inf'"),
        (HEAD + "{ 1 1 } 1 1e999999999", 1, "'1e999999999'"),
        (HEAD + '{ 1 1 } { { "o" 1 2 3 } } 1', 1, "'3'"),
        (HEAD + '{ 1 1 } { { "o" 1 2 }', 1, "the end of the text"),
    ],
)
def test_malformed_text_names_the_line_and_the_token(text, line, named):
    with pytest.raises(InvalidFormat) as caught:
        parse_nfg(text, "game.nfg")
    message = str(caught.value)
    assert message.startswith(f"game.nfg, line {line}: ")
    assert named in message
    assert isinstance(caught.value, (NegotiationError, ValueError))


def test_a_header_that_announces_more_than_comes_allocates_nothing():
    with pytest.raises(InvalidFormat, match="a body of 2000000000000000000 payoffs, not 2"):
        parse_nfg(HEAD + "{ 1000000000 1000000000 } 1 2")
    with pytest.raises(InvalidFormat, match="outcome numbers"):
        parse_nfg(HEAD + '{ 1000000000 1000000000 } { { "o" 1 2 } } 1 1')


def test_too_many_players_are_refused():
    names = " ".join('"x"' for _ in range(70))
    with pytest.raises(InvalidFormat, match="1 to 30 players"):
        parse_nfg(f'NFG 1 R "t" {{ {names} }} {{ {"1 " * 70} }} {"0 " * 70}')


def test_writing_and_reading_back_a_file(tmp_path):
    stage = StageGame(
        [[[Fraction(1, 3), -2], [0, 10**20]]], ("A", 'B "b"'), (("\\",), ("x\r\ny", " é ")), name="T"
    )
    path = tmp_path / "game.nfg"
    write_nfg(stage, path)
    again = read_nfg(str(path))
    assert again == stage
    assert again.name == "T"
    assert (again.exact_payoffs() == stage.exact_payoffs()).all()


def test_floats_come_back_as_the_same_doubles():
    rng = np.random.default_rng(5)
    payoffs = rng.normal(size=(2, 3, 2, 3)) * 10.0 ** rng.integers(-12, 12, size=(2, 3, 2, 3))
    stage = StageGame(payoffs)
    assert np.array_equal(parse_nfg(stage.to_gambit()).payoffs, payoffs)
    assert "0.1 3" in StageGame([[[0.1, 3.0]]]).to_gambit()


def test_a_file_that_is_not_utf8_is_refused(tmp_path):
    path = tmp_path / "game.nfg"
    path.write_bytes(b'NFG 1 R "\xff" ')
    with pytest.raises(InvalidFile, match="UTF-8"):
        read_nfg(path)


def test_a_byte_order_mark_is_passed_over(tmp_path):
    path = tmp_path / "game.nfg"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + "{ 1 1 } 1 2").encode())
    assert read_nfg(path).payoffs.tolist() == [[[1, 2]]]


@pytest.mark.parametrize("rest", [" " * 40_000, ' "' + r"\"" * 20_000])
def test_the_end_of_a_text_is_read_once_however_it_ends(rest):
    began = process_time()
    with pytest.raises(InvalidFormat, match="a body of 8 payoffs, not 9; got"):
        parse_nfg(f'NFG 1 R "x" {{ "A" "B" }} {{ 2 2 }} 1 2 3 4 5 6 7 8 9{rest}')
    assert process_time() - began < 1.0  # a search that began anew at each character took half a minute


def test_more_actions_or_digits_than_are_read_are_refused(monkeypatch):
    monkeypatch.setattr(formats, "NUMERICS", formats.NUMERICS._replace(most_file_actions=3))
    for actions in ("{ 2 2 }", '{ { "a" "b" "c" "d" } { "e" } }', '{ { "a" "b" } { "c" "d" } }'):
        with pytest.raises(SizeLimit, match="more than 3 actions"):
            parse_nfg(f"{HEAD} {actions} " + "0 " * 8)
    monkeypatch.setattr(formats, "NUMERICS", formats.NUMERICS._replace(most_file_digits=800))
    with pytest.raises(SizeLimit, match="more than 800 digits"):
        parse_nfg(HEAD + "{ 1 1 } 1e-399 2e-399")
    assert parse_nfg(HEAD + "{ 1 1 } 1e-399 1e-399").payoffs.tolist() == [[[0.0, 0.0]]]


@pytest.mark.long
def test_a_large_game_is_read_within_its_stated_memory():
    # In a process of its own, since memory at its peak is that of the whole life of a process.
    program = """
import resource, sys
from negotiation.game_theory.games.formats import parse_nfg
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
text = "NFG 1 R \\"t\\" { \\"A\\" \\"B\\" } { 400 500 } " + " ".join(f"{k}/{k + 7}" for k in range(400_000))
game = parse_nfg(text)
used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
print(used / len(text))
"""
    done = python("-c", program, check=True)
    # 1 GiB for a file of 48 MiB: 21 bytes for each of the file, of which these numbers come near the most.
    assert float(done.stdout) < 21
