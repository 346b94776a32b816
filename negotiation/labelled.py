"""Labelled tables: how every result prints and how it becomes a data frame.

A result gives its rows once, as a `Table`; printing, `to_pandas` and the command's rich tables all start
from that. Nothing here loads pandas until a data frame is asked for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

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

    def __str__(self) -> str:
        cells = [self.columns, *(tuple(format_cell(value) for value in row) for row in self.rows)]
        widths = [max(len(row[k]) for row in cells) for k in range(len(self.columns))]
        numeric = [
            any(is_number(row[k]) for row in self.rows)
            and all(is_number(row[k]) or row[k] is None for row in self.rows)
            for k in range(len(self.columns))
        ]
        lines = [_line(row, widths, numeric) for row in cells]
        return "\n".join([self.title, *lines])


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


def _line(row: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    cells = [
        text.rjust(width) if right else text.ljust(width)
        for text, width, right in zip(row, widths, numeric, strict=True)
    ]
    return "  ".join(cells).rstrip()
