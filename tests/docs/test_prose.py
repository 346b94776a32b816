"""The pages that everybody reads are short and plain: words, words a sentence, the longest sentence."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HIDDEN = r"\A---\n.*?\n---\n|```.*?```|<!--.*?-->|!\[[^\]]*\]\([^)]*\)"
"""What a reader of the page does not read as words: code, comments, pictures."""

LIMITS = {  # page: words, words a sentence on average, the longest sentence
    "README.md": (700, 18, 30),
    "docs/explanation/in-plain-words.md": (700, 18, 30),
    "docs/explanation/findings.md": (1_300, 18, 30),
}


def shown(text: str) -> str:
    """Return what is read of a page; code in a line is one word, a link what it shows."""
    text = re.sub(HIDDEN, "", text, flags=re.DOTALL)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"`[^`]*`", "code", text)


def words(text: str) -> int:
    return len(re.findall(r"\S*\w\S*", text))


def sentences(page: str) -> list[str]:
    """Return the sentences of paragraphs and lists; headings and tables have none."""
    blocks = re.split(r"\n\s*\n|\n(?=\s*(?:[-*] |\d+\. |\|))", page)
    prose = [" ".join(block.split()) for block in blocks if block.strip() and block.strip()[0] not in "#|"]
    return [one for text in prose for one in re.split(r"(?<=[.?!])[\")*_]*\s+(?=\S)", text) if words(one)]


def numbers(sentence: str) -> int:
    """Return how many numbers a sentence has, days and years apart."""
    days = r"\b\d{1,2} (?:January|February|May|July|October|November|December)\b|\b(?:19|20)\d\d\b"
    return len(re.findall(r"(?<![\w.])\d+(?:[.,]\d+)*(?!\w)", re.sub(days, "", sentence)))


@pytest.mark.parametrize("page", LIMITS)
def test_a_page_that_everybody_reads_is_short_and_plain(page):
    most, average, longest = LIMITS[page]
    text = shown((ROOT / page).read_text(encoding="utf-8"))
    found = sentences(text)
    lengths = [words(one) for one in found]
    assert words(text) <= most
    assert sum(lengths) <= average * len(lengths)
    assert [one for one, length in zip(found, lengths, strict=True) if length > longest] == []
    assert [one for one in found if numbers(one) > 3] == []


def test_sentences_are_seen_and_code_tables_and_comments_are_not():
    text = shown(
        "# A b\n\nOne <!--= t r c d-->2<!--/--> three. [Four](a.md) `x y` six.\n- Seven **eight.** Nine."
    )
    found = sentences(text + "\n\n| a | b |\n")
    assert found == ["One 2 three.", "Four code six.", "- Seven **eight.", "Nine."]
