"""A part of a replay as it is printed and cached: headings, tables and sentences, in one JSON file."""

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
class SectionPart:
    """A part of a replay: its sections, and its contribution to the last screen."""

    sections: Sequence[Section]
    # Verdicts by leg beside the record, for the replay of a truce.
    legs: Table | None = None
    # Reasons in sentences, the most important first.
    reasons: Sequence[str] = ()
    # Whether each leg holds under each theory, beside the record.
    theories: Table | None = None

    def write(self, folder: Path) -> None:
        """Write the part into a folder as JSON."""
        text = json.dumps(vars(self), indent=1, ensure_ascii=False, default=_as_data)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")


def read_part(folder: Path) -> SectionPart:
    """Return the part that `SectionPart.write` wrote into a folder."""
    data = json.loads((folder / FILE).read_text(encoding="utf-8"))
    sections = tuple(
        Section(each["heading"], tuple(map(_table, each["tables"])), tuple(each["sentences"]))
        for each in data["sections"]
    )
    legs, theories = (data[name] and _table(data[name]) for name in ("legs", "theories"))
    return SectionPart(sections, legs, tuple(data["reasons"]), theories)


def _as_data(value: object) -> object:
    """Return a plain form of a value that JSON cannot hold: a dict, a float or a text."""
    if isinstance(value, (Section, Table)):
        return vars(value)
    if isinstance(value, Mapping):
        return dict(value)
    return float(value) if hasattr(value, "__float__") else str(value)


def _table(data: Mapping[str, Any]) -> Table:
    rows = tuple(
        tuple(tuple(each) if isinstance(each, list) else each for each in row) for row in data["rows"]
    )
    return Table(data["title"], tuple(data["columns"]), rows, data["names"])


def across(table: Table) -> Table:
    """Return a table with rows and columns exchanged: one row per theory, one column per leg.

    Examples
    --------
    >>> across(Table("t", ("leg", "moment", "custom"), (("tariff", "holds", "breaks"),))).rows
    (('moment', 'holds'), ('custom', 'breaks'))
    """
    columns = tuple(str(row[0]) for row in table.rows)
    # There are many theories and few legs.
    rows = tuple(zip(table.columns[1:], *(row[1:] for row in table.rows), strict=True))
    return Table(table.title, ("", *columns), rows, table.names)
