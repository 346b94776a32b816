import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from negotiation.errors import InvalidFormat, InvalidGame
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.formats import parse_nfg

labels = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=6)
pieces = st.sampled_from(
    ["NFG", "1", "R", "D", '"t"', "{", "}", '"a"', '""', "2", "0", "-1/2", "1e3", "1/0", ",", '"', "\\", "\n"]
) | st.text(max_size=4)


@st.composite
def games(draw, numbers):
    counts = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=4)))
    size = int(np.prod(counts)) * len(counts)
    flat = draw(st.lists(numbers, min_size=size, max_size=size))
    payoffs = np.empty(size, dtype=object)
    payoffs[:] = flat
    return StageGame(
        payoffs.reshape(*counts, len(counts)),
        draw(st.lists(labels, min_size=len(counts), max_size=len(counts), unique=True)),
        [draw(st.lists(labels, min_size=n, max_size=n, unique=True)) for n in counts],
        draw(labels),
    )


@pytest.mark.long
@given(games(st.fractions(max_denominator=10**9) | st.integers(-(10**25), 10**25)))
def test_rational_games_come_back_exactly(stage):
    again = parse_nfg(stage.to_gambit())
    assert again == stage
    assert again.name == stage.name
    assert (again.exact_payoffs() == stage.exact_payoffs()).all()


@given(games(st.floats(allow_nan=False, allow_infinity=False)))
def test_float_games_come_back_as_the_same_doubles(stage):
    try:
        rounded = StageGame(stage.payoffs.copy(), stage.players, stage.actions)
    except InvalidGame:  # They differ by less than the doubles that have all their digits.
        reject()
    assert parse_nfg(rounded.to_gambit()) == rounded


@given(st.lists(pieces, max_size=40).map(" ".join) | st.text())
def test_any_text_is_read_or_refused_by_name(text):
    for start in ("", 'NFG 1 R "t" { "A" "B" } ', 'NFG 1 R "t" { "A" } { 2 } '):
        try:
            stage = parse_nfg(start + text)
        except InvalidFormat:
            continue
        assert parse_nfg(stage.to_gambit()) == stage


@given(games(st.integers(-9, 9)), st.data())
def test_a_file_with_one_damaged_place_is_read_or_refused_by_name(stage, data):
    text = stage.to_gambit()
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 3))
    message = "text, line"
    try:
        parse_nfg(text[:at] + data.draw(st.text(max_size=2)) + text[at + cut :])
    except InvalidFormat as error:
        message = str(error)
    assert message.startswith("text")


@given(st.lists(st.sampled_from(["", "a", "a_2", "a_3", "1", "2", "1_2"]), min_size=1, max_size=7))
def test_labels_read_are_unique_and_first_uses_unchanged(texts):
    quoted = " ".join(f'"{text}"' for text in texts)
    game = parse_nfg(f'NFG 1 R "t" {{ "A" }} {{ {{ {quoted} }} }} {"0 " * len(texts)}')
    read = game.actions[0]
    assert len(set(read)) == len(read)
    assert all(read[texts.index(text)] == text for text in set(texts) if text)
