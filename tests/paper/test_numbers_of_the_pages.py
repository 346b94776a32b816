"""What the README and the explanations say in numbers is what the tables say."""

import importlib.util
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTED = tomllib.loads((ROOT / "docs" / "typed_numbers.toml").read_text(encoding="utf-8"))


def program():
    spec = importlib.util.spec_from_file_location("page_numbers", ROOT / "docs" / "page_numbers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


NUMBERS = program()
tables_kept = cache(NUMBERS.all_tables)
AGAIN = "run `python docs/page_numbers.py`"


@pytest.mark.long
@pytest.mark.parametrize("page", NUMBERS.pages(), ids=lambda page: page.name)
def test_a_page_has_the_numbers_of_the_tables(page):
    text = page.read_text(encoding="utf-8")
    assert NUMBERS.filled(text, tables_kept()) == text, AGAIN
    for line in text.splitlines():
        # There it would begin a block of HTML, in which nothing else is read as text.
        assert not NUMBERS.INLINE.match(line), line
    assert text.count("<!--=") == text.count("<!--/-->")
    assert text.count("<!--=") == len(NUMBERS.INLINE.findall(text)) + len(NUMBERS.ROWS.findall(text))


@pytest.mark.parametrize("name", LISTED)
def test_a_converted_page_has_no_typed_number_but_those_that_are_listed(name):
    found = set(NUMBERS.typed((ROOT / name).read_text(encoding="utf-8")))
    listed = set(LISTED[name]["typed"])
    assert found - listed == set(), (
        "fill it by a comment, or list it with the facts in docs/typed_numbers.toml"
    )
    assert listed - found == set(), "listed, and no longer on the page"


def test_a_number_that_moved_is_seen_and_filled():
    tables = {"t": {"r": {"c": 0.125, "words": "holds"}}}
    page = "a share of <!--= t r c .2f-->0.99<!--/--> and <!--= t r words text--><!--/-->"
    filled = NUMBERS.filled(page, tables)
    assert filled == "a share of <!--= t r c .2f-->0.12<!--/--> and <!--= t r words text-->holds<!--/-->"
    assert NUMBERS.filled(filled, tables) == filled
    for missing in ("u r c", "t q c", "t r d"):
        with pytest.raises(SystemExit, match="a page asks for"):
            NUMBERS.filled(f"<!--= {missing} .2f--><!--/-->", tables)


def test_typed_numbers_are_seen_and_days_code_and_equations_are_not():
    days = "In 2025, on 12 May, `f(3)` has $x = 4$ ([decision 5](x7.md))"
    page = f"{days}: 64 percent of 4,096, <!--= t r c d-->9<!--/--> and 0.5."
    assert NUMBERS.typed(page) == ["64", "4,096", "0.5"]
