"""A small fixed part of what the page on reliability measures, and the machinery of the page itself."""

import pytest

from negotiation.labelled import Table
from tests.reliability import _page
from tests.reliability._budget import Budget
from tests.reliability._page import measured, page_with, section, section_names, trespasses

SMALL = Budget(0.05)


@pytest.mark.parametrize("name", section_names())
def test_a_small_part_of_each_section_shows_nothing_that_must_not_be(name):
    table = measured(name, SMALL)
    assert table.rows
    assert trespasses(name, table) == []


@pytest.mark.parametrize("name", section_names())
def test_each_section_says_what_is_done_and_what_must_not_happen(name):
    module = section(name)
    assert module.__doc__
    assert module.TITLE
    assert module.FORBIDDEN


def test_what_must_not_happen_is_told(monkeypatch):
    monkeypatch.setattr(section("kills"), "FORBIDDEN", ("wrong values",))
    table = Table("t", ("workers", "wrong values"), ((1, 0), (2, 3)))
    assert trespasses("kills", table) == ["kills, 2: wrong values: 3"]
    with pytest.raises(ValueError, match="not in tuple"):
        trespasses("kills", Table("t", ("workers",), ((1,),)))


def test_a_section_takes_its_place_and_the_others_stay(monkeypatch):
    monkeypatch.setattr(_page, "section_names", lambda: ("first", "kills"))
    kills = Table("t", ("workers", "wrong values"), ((1, 0),))
    text = page_with("kills", kills, "old head\n\n<!-- kills -->\nold\n\n<!-- first -->\n## First\n")
    assert text.index("## First") < text.index("## Killed runs")
    assert "old" not in text
    assert "| 1 | 0 |" in text
    assert page_with("kills", kills, text) == text


def test_a_budget_is_a_share_with_a_least():
    assert [Budget(share).count(60, least=2) for share in (0.01, 0.5, 1.0, 2.0)] == [2, 30, 60, 120]
    said = []
    assert list(Budget(1.0, said.append).each("ab", "letters")) == ["a", "b"]
    assert said[-1].startswith("letters: 2 of 2")
