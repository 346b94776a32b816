"""Labelled tables: how every result prints and how it becomes a data frame.

A result gives its rows once, as a `Table`; printing, `to_pandas` and the command's rich tables all start
from that. Nothing here loads pandas until a data frame is asked for.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from negotiation.errors import printable

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Table:
    """A titled table of plain values.

    Parameters
    ----------
    title : str
        What the table shows.
    columns : tuple of str
        Column names, with units where a column has them.
    rows : tuple of tuples
        One tuple a row, in column order. `None` prints as an empty cell.

    Examples
    --------
    >>> print(Table("Tariffs", ("country", "percent"), (("USA", 51.1), ("CHN", 32.6))))
    Tariffs
    country  percent
    USA         51.1
    CHN         32.6
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def to_pandas(self) -> pd.DataFrame:
        """Return the table as a data frame, one column a column."""
        import pandas as pd

        return pd.DataFrame([list(row) for row in self.rows], columns=list(self.columns))

    def printable(self) -> Table:
        r"""Return the table as it may be printed: without control characters, wherever its labels come from.

        Examples
        --------
        >>> Table("t", ("a",), (("\x1b[2J",), (1.5,))).printable().rows
        (('\\x1b[2J',), (1.5,))
        """
        rows = tuple(tuple(_printable_cell(value) for value in row) for row in self.rows)
        return Table(printable(self.title), tuple(map(printable, self.columns)), rows)

    def __str__(self) -> str:
        table = self.printable()
        cells = [table.columns, *(tuple(format_cell(value) for value in row) for row in table.rows)]
        widths = [max(len(row[k]) for row in cells) for k in range(len(table.columns))]
        numeric = [
            any(is_number(row[k]) for row in table.rows)
            and all(is_number(row[k]) or row[k] is None for row in table.rows)
            for k in range(len(table.columns))
        ]
        lines = [_line(row, widths, numeric) for row in cells]
        return "\n".join([table.title, *lines])


class Tabular(ABC):
    """A result that prints as a labelled table and turns into a data frame."""

    @abstractmethod
    def table(self) -> Table:
        """Return the result as a labelled table."""

    def to_pandas(self) -> pd.DataFrame:
        """Return the result as a data frame, one row a row of the table."""
        return self.table().to_pandas()

    def __str__(self) -> str:
        return str(self.table())


def is_number(value: object) -> bool:
    """Return whether a cell is to be set as a number: right-aligned, not a truth value."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def format_cell(value: object) -> str:
    """Return the text of one cell: floats to six significant digits, truth values as yes and no.

    Examples
    --------
    >>> format_cell(0.123456789), format_cell(True), format_cell(None), format_cell(("a", "b"))
    ('0.123457', 'yes', '', 'a, b')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (tuple, list)):
        return ", ".join(format_cell(part) for part in value)
    return str(value)


def _printable_cell(value: object) -> object:
    plain = value is None or isinstance(value, (bool, int, float))
    return value if plain else printable(format_cell(value))


_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def spreadsheet_text(text: str) -> str:
    """Return a text as a cell of a CSV that a spreadsheet takes for a text: never for a formula.

    What begins as a formula does (= + - @, a tab or a return) and is no number gets an apostrophe before it,
    which spreadsheets take for the mark of a text.

    Examples
    --------
    >>> spreadsheet_text("=1+1"), spreadsheet_text("-1.5e3"), spreadsheet_text("tariff")
    ("'=1+1", '-1.5e3', 'tariff')
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _line(row: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    cells = [
        text.rjust(width) if right else text.ljust(width)
        for text, width, right in zip(row, widths, numeric, strict=True)
    ]
    return "  ".join(cells).rstrip()
