"""The sections of the page on reliability: found in this folder, measured, and put in their places."""

import platform
import re
import sys
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from types import ModuleType

import numpy as np

from negotiation.base.labelled import Table, format_cell, is_number
from tests.reliability._budget import Budget
from tests.reliability._numbers import hash_of_one_file

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "explanation" / "reliability.md"


def section_names() -> tuple[str, ...]:
    """Return the names of the sections, in the order of the page."""
    return tuple(sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith(("_", "test_"))))


def section(name: str) -> ModuleType:
    """Return the module of a section."""
    return import_module(f"tests.reliability.{name}")


def measured(name: str, budget: Budget, seed: int = 0) -> Table:
    """Return a section's table; its random choices depend on its own name and the seed alone."""
    rng = np.random.default_rng([seed, *name.encode()])
    with hash_of_one_file():
        found: Table = section(name).measure(budget, rng)
    return found


def trespasses(name: str, table: Table) -> list[str]:
    """Return what is not zero though it has to be, in words.

    Raises
    ------
    ValueError
        If a column that has to be zero is not there: then nothing was asked.
    """
    found = []
    for column in section(name).FORBIDDEN:
        values = [row[table.columns.index(column)] for row in table.rows]
        found += [f"{name}, {row[0]}: {column}: {v}" for row, v in zip(table.rows, values, strict=True) if v]
    return found


def page_with(name: str, table: Table) -> str:
    """Return the page with a section's table in its place; all else stays as it is."""
    text = PAGE.read_text(encoding="utf-8")
    names = "|".join(section_names())
    head = re.split(rf"(?m)^<!-- (?:{names}) -->\n", text)[0].strip()
    parts = dict(re.findall(rf"(?ms)^<!-- ({names}) -->\n(.*?)(?=^<!-- (?:{names}) -->\n|\Z)", text))
    parts[name] = _section_text(name, table)
    there = [f"<!-- {known} -->\n{parts[known].strip()}\n" for known in section_names() if known in parts]
    return "\n".join([f"{head}\n", *there])


def _section_text(name: str, table: Table) -> str:
    module = section(name)
    words = cleandoc(module.__doc__ or "")
    machine = f"Python {sys.version_info[0]}.{sys.version_info[1]} on {platform.system()}."
    # What must not happen has a column where it was seen.
    seen = {name for k, name in enumerate(table.columns) if any(row[k] for row in table.rows)}
    shown = [name for name in table.columns if name in seen or name not in module.FORBIDDEN]
    never = f"Never seen: {', '.join(name for name in table.columns if name not in shown)}."
    return f"## {module.TITLE}\n\n{words}\n\n{_markdown(table.only(shown))}\n\n{never} {machine}\n"


def _markdown(table: Table) -> str:
    numeric = [any(is_number(row[k]) for row in table.rows) for k in range(len(table.columns))]
    rows = [
        "| " + " | ".join(format_cell(value).replace("|", "\\|") for value in row) + " |"
        for row in (table.columns, *table.rows)
    ]
    rows.insert(1, "| " + " | ".join("---:" if right else "---" for right in numeric) + " |")
    return "\n".join(rows)
