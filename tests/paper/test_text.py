import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper.machinery.text import macro_faults, placement_faults, read_allowed, typed_numerals


@given(
    st.integers(0, 10**6),
    st.sampled_from(["in {} draws", "{}", r"\emph{{{}}}", "a{}b", r"\caption{{by {}}}"]),
)
def test_a_numeral_typed_anywhere_in_the_text_is_found(number, where):
    assert typed_numerals(r"\numDraws{} of " + where.format(number)) == [str(number)]


@given(st.integers(3, 10**6))
def test_mathematics_hides_no_numbers_but_its_structure(number):
    assert typed_numerals(rf"$1 - \delta^2 + 0$ and $x = {number}$") == [str(number)]
    assert typed_numerals(rf"\begin{{equation}}p = {number}\end{{equation}}") == [str(number)]


def test_a_decimal_in_mathematics_is_no_structure():
    assert typed_numerals(r"$0.1$ and $2.5$") == ["0.1", "2.5"]


@pytest.mark.parametrize(
    "text", [r"\cite{abreu1988}", r"\paperfigure{map2}{A map}", "plain % a comment of 12 words"]
)
def test_names_lengths_comments_and_the_preamble_are_no_text(text):
    assert typed_numerals(text) == []


def test_the_allow_list_allows_whole_patterns_only(tmp_path):
    path = tmp_path / "allowed.txt"
    path.write_text("# words\n\\bH20\\b  ## a chip\n")
    assert typed_numerals("H20 and H200", read_allowed(path)) == ["200"]
    assert all(re.compile(pattern) for pattern in read_allowed(path))


def test_macros_are_defined_and_used():
    texts = [r"\numA{} and \numB", "% \\numC is only in a comment"]
    assert macro_faults(texts, ["A", "C"]) == [r"undefined number: \numB", r"unused number: \numC"]
    assert macro_faults(texts, ["A", "B"]) == []


def test_each_figure_and_table_is_shown_once():
    texts = [r"\paperfigure{a}{x}\papertable{t}{x}\longpapertable{l}{x}\paperfigure{a}{y}\paperfigure{z}{y}"]
    slugs = {"figures": ["a", "b"], "tables": ["t", "l"]}
    assert placement_faults(texts, slugs) == [
        "figures/b: not shown in the text",
        "figures/z: shown, but there is no such file",
        "figures/a: shown twice",
    ]
