"""The page that says what `complete` asserts has one row for each entry point whose result has a status."""

import ast
import inspect
import re
from pathlib import Path
from typing import get_args, get_type_hints

import negotiation as ng

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "what-complete-means.md"


def public_names():
    """Return the names that the package lists as imports, by its own file."""
    lists = [b for b in ast.parse(inspect.getsource(ng)).body if isinstance(b, ast.If)]
    imports = [found for block in lists for found in block.body if isinstance(found, ast.ImportFrom)]
    return {alias.name for found in imports for alias in found.names}


def has_status(kind):
    fields = getattr(kind, "__dataclass_fields__", {})
    return "status" in fields or isinstance(getattr(kind, "status", None), property)


def entry_points():
    for name in public_names():
        function = getattr(ng, name)
        if inspect.isfunction(function):
            answer = get_type_hints(function).get("return")
            if any(map(has_status, get_args(answer) or (answer,))):
                yield name


def rows(text):
    """Return the cells of each row of the page, by entry point."""
    found = [[cell.strip() for cell in line.strip("|\n ").split(" | ")] for line in text.splitlines()]
    return [cells for cells in found if re.fullmatch(r"`ng\.\w+`", cells[0])]


def faults(text):
    """Return the entry points that have no row or several, and the rows of what has no status."""
    named = [cells[0].strip("`").removeprefix("ng.") for cells in rows(text)]
    wanted = sorted(entry_points())
    return [name for name in wanted if named.count(name) != 1] + [n for n in named if n not in wanted]


def test_every_entry_point_with_a_status_has_one_row():
    assert faults(PAGE.read_text(encoding="utf-8")) == []


def test_every_row_says_what_is_asserted_by_what_and_when_not():
    assert all(len(cells) == 4 and all(cells) for cells in rows(PAGE.read_text(encoding="utf-8")))


def test_a_row_that_is_lost_or_made_up_is_found():
    text = PAGE.read_text(encoding="utf-8")
    assert faults(text.replace("| `ng.minmax` |", "| `ng.maxmin` |")) == ["minmax", "maxmin"]
