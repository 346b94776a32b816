"""A small fixed part of what the page on reliability measures, and the machinery of the page itself."""

import pytest

from negotiation.base.labelled import Table
from tests.reliability import _page
from tests.reliability._budget import Budget
from tests.reliability._page import measured, page_with, section, section_names, trespasses

SMALL = Budget(0.05)
FEWER = {"fuzzed_files": Budget(0.002)}
"""Six files of a kind: a full run has ten times as many cases as others."""


@pytest.mark.long
@pytest.mark.parametrize("name", section_names())
def test_a_small_part_of_each_section_shows_nothing_that_must_not_be(name):
    table = measured(name, FEWER.get(name, SMALL))
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
    text = page_with("kills", kills, "# Head\n\n<!-- kills -->\n@before@\n\n<!-- first -->\n## First\n")
    assert text.index("## First") < text.index("## Killed runs")
    assert "@before@" not in text
    assert text.startswith("# Head\n")
    assert "| 1 |\n\nSeen nowhere: wrong values." in text
    assert "| 1 | 2 |" in page_with("kills", Table("t", kills.columns, ((1, 2),)), text)
    assert page_with("kills", kills, text) == text


def test_rows_that_are_not_measured_anew_stay_in_their_places(monkeypatch):
    monkeypatch.setattr(_page, "section_names", lambda: ("kills",))
    every = Table("t", ("kind", "files"), (("a", 1), ("b", 2), ("c", 3)))
    text = page_with("kills", every, "")
    kept = page_with("kills", Table("t", ("kind", "files"), (("b", 20),)), text, keep=True)
    assert kept == text.replace("| b | 2 |", "| b | 20 |") != text
    more = page_with("kills", Table("t", ("kind", "files"), (("d", 4),)), text, keep=True)
    assert "| c | 3 |\n| d | 4 |" in more
    whole = page_with("kills", Table("t", ("kind", "files"), (("b", 20),)), text)
    assert "| a | 1 |" not in whole


def test_a_process_ends_after_a_fault_and_the_next_goes_on(monkeypatch, tmp_path):
    child = tmp_path / "child.py"
    child.write_text(CHILD.format(str(tmp_path / "begun")), encoding="utf-8")
    files = section("fuzzed_files")
    monkeypatch.setattr(files, "CHILD", [str(child)])
    told = list(files._told("any", 0, range(6)))
    assert [(one["k"], one["failed"]) for one in told[:3]] == [(0, []), (1, []), (2, ["trace"])]
    # One that ends without a word is told for, with what it said and the number that it ended with.
    assert told[3]["k"] == 3
    assert "ended with 7" in told[3]["failed"][0]
    assert [(one["k"], one["failed"]) for one in told[4:]] == [(4, []), (5, [])]
    assert (tmp_path / "begun").read_text() == "0 3 4 "


def test_a_kind_whose_time_is_over_says_how_many_files_there_were(monkeypatch, tmp_path):
    files = section("fuzzed_files")
    child = tmp_path / "child.py"
    child.write_text("import json\nk = 0\nwhile True:\n    print(json.dumps(dict(k=k, read=True, failed=[], "
                     "peak=1)), flush=True)\n    k += 1\n", encoding="utf-8")  # fmt: skip
    monkeypatch.setattr(files, "CHILD", [str(child)])
    kind, count, read, *_ = files._row("any", 0, Budget(1.0, seconds=0.5))
    assert kind == "any"
    assert 0 < count == read
    assert files._row("any", 0, Budget(1.0, seconds=-1.0))[1] == 0


CHILD = """
import json, sys
first, end = map(int, sys.argv[3:])
with open({!r}, "a") as file:
    file.write(f"{{first}} ")
for k in range(first, end):
    if k == 3:
        sys.exit(7)
    failed = ["trace"] if k == 2 else []
    print(json.dumps(dict(k=k, read=True, failed=failed, peak=1)), flush=True)
    if failed:
        break
"""


def test_a_budget_is_a_share_with_a_least():
    assert [Budget(share).count(60, least=2) for share in (0.01, 0.5, 1.0, 2.0)] == [2, 30, 60, 120]
    assert Budget(1.0).asked("position (JSON)")
    assert [Budget(1.0, only=("position", "x")).asked(row) for row in ("position", "game")] == [True, False]
    said = []
    assert list(Budget(1.0, said.append).each("ab", "letters")) == ["a", "b"]
    assert said[-1].startswith("letters: 2 of 2")
