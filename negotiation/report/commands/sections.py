"""A part of a replay as it is shown and cached: headings, tables and sentences, as data in one JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from negotiation.base.labelled import Table
from negotiation.report.commands.output import Output

FILE = "summary.json"


@dataclass(frozen=True)
class Section:
    """Tables and sentences under a heading."""

    heading: str
    tables: tuple[Table, ...] = ()
    sentences: tuple[str, ...] = ()

    def show(self, output: Output) -> None:
        """Print the section."""
        output.heading(self.heading)
        for table in self.tables:
            output.table(table)
        for sentence in self.sentences:
            output.say(sentence)


@dataclass(frozen=True)
class Part:
    """A part of a replay: its sections, and what the last screen needs of it."""

    sections: Sequence[Section]
    # Verdicts by leg beside the record; of the replay of a truce.
    legs: Table | None = None
    # Why, in sentences, the weightiest first.
    reasons: Sequence[str] = ()
    # Whether each leg holds under each theory, beside the record.
    theories: Table | None = None

    def write(self, folder: Path) -> None:
        """Write the part as data."""
        data = {
            "legs": self.legs,
            "theories": self.theories,
            "reasons": self.reasons,
            "sections": self.sections,
        }
        text = json.dumps(data, indent=1, ensure_ascii=False, default=_as_data)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")


def read_part(folder: Path) -> Part:
    """Return a part that was written into a folder."""
    data = json.loads((folder / FILE).read_text(encoding="utf-8"))
    sections = tuple(
        Section(each["heading"], tuple(map(_table, each["tables"])), tuple(each["sentences"]))
        for each in data["sections"]
    )
    legs = None if data["legs"] is None else _table(data["legs"])
    theories = None if data["theories"] is None else _table(data["theories"])
    return Part(sections, legs, tuple(data["reasons"]), theories)


def _as_data(value: object) -> object:
    """Return what JSON has no form of: tables, sections, NumPy's numbers, and the rest in words."""
    if isinstance(value, Section):
        return {"heading": value.heading, "tables": value.tables, "sentences": value.sentences}
    if isinstance(value, Table):
        names = {"names": dict(value.names)} if value.names else {}
        return {"title": value.title, "columns": value.columns, "rows": value.rows} | names
    return float(value) if hasattr(value, "__float__") else str(value)


def _table(data: Mapping[str, Any]) -> Table:
    rows = tuple(
        tuple(tuple(each) if isinstance(each, list) else each for each in row) for row in data["rows"]
    )
    names = {str(label): str(words) for label, words in data.get("names", {}).items()}
    return Table(str(data["title"]), tuple(map(str, data["columns"])), rows, names)


def across(table: Table) -> Table:
    """Return a table with its rows as columns: theories go down, legs across.

    Examples
    --------
    >>> across(Table("t", ("leg", "moment", "custom"), (("tariff", "holds", "breaks"),))).rows
    (('moment', 'holds'), ('custom', 'breaks'))
    """
    columns = tuple(str(row[0]) for row in table.rows)
    # Columns become rows: theories are many and legs few.
    rows = tuple(zip(table.columns[1:], *(row[1:] for row in table.rows), strict=True))
    return Table(table.title, ("", *columns), rows, table.names)
