"""A table of plain values: text of a page's width, HTML for notebooks, a data frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING

from negotiation.errors import printable
from negotiation.labelled.cells import format_cell, is_number, printable_cell
from negotiation.labelled.fitting import MOST_ROWS, WIDTH, fitted, folded

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table as RichTable

BETWEEN = "  "


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
        """Return the table as a data frame, one column a column.

        Returns
        -------
        pandas.DataFrame
            With the table's columns and rows.

        Examples
        --------
        >>> Table("payoffs", ("player", "payoff"), (("USA", 1.0),)).to_pandas().shape
        (1, 2)
        """
        import pandas as pd

        return pd.DataFrame([list(row) for row in self.rows], columns=list(self.columns))

    def printable(self) -> Table:
        r"""Return the table as it may be printed: without control characters, wherever its labels come from.

        Returns
        -------
        Table
            With every such character written as its escape.

        Examples
        --------
        >>> Table("t", ("a",), (("\x1b[2J",), (1.5,))).printable().rows
        (('\\x1b[2J',), (1.5,))
        """
        rows = tuple(tuple(printable_cell(value) for value in row) for row in self.rows)
        return Table(printable(self.title), tuple(map(printable, self.columns)), rows)

    def only(self, columns: Sequence[str]) -> Table:
        """Return some columns of the table, in the order given.

        Parameters
        ----------
        columns : sequence of str
            Names of columns of the table.

        Returns
        -------
        Table
            With the same rows.

        Examples
        --------
        >>> Table("t", ("a", "b"), ((1, 2),)).only(["b"]).rows
        ((2,),)
        """
        places = [self.columns.index(name) for name in columns]
        rows = tuple(tuple(row[k] for k in places) for row in self.rows)
        return Table(self.title, tuple(columns), rows)

    def numeric(self) -> tuple[bool, ...]:
        """Return which columns hold numbers, or nothing, and at least one number.

        Returns
        -------
        tuple of bool
            One for each column.

        Examples
        --------
        >>> Table("payoffs", ("player", "payoff"), (("USA", 1.0), ("CHN", None))).numeric()
        (False, True)
        """
        return tuple(
            any(is_number(row[k]) for row in self.rows)
            and all(is_number(row[k]) or row[k] is None for row in self.rows)
            for k in range(len(self.columns))
        )

    def text(self, width: int = WIDTH, most_rows: int | None = MOST_ROWS) -> str:
        """Return the table as text of a page's width.

        Parameters
        ----------
        width : int, optional
            Characters of a line. Cells are set on several lines where it needs that; columns that do not fit
            are named below.
        most_rows : int or None, optional
            Rows that are shown; all of them if `None`.

        Returns
        -------
        str
            Of lines no wider than the page, unless a single cell is.

        Examples
        --------
        >>> print(Table("t", ("who", "what"), (("USA", "a tariff on all"), ("CHN", "none"))).text(14, 1))
        t
        who  what
        USA  a tariff
             on all
        ... 1 row more
        """
        table = Table(self.title, self.columns, self.rows[:most_rows]).printable()
        rows = [[format_cell(value) for value in row] for row in table.rows]
        fit = fitted(table.columns, rows, width, len(BETWEEN), len(self.rows))
        right = self.numeric()
        lines = wrap(table.title, width, break_on_hyphens=False) if table.title else [""]
        for row in (list(table.columns), *rows):
            cells = [folded(row[k], fit.widths[k]) for k in fit.columns]
            for parts in zip_longest(*cells, fillvalue=""):
                set_ = [
                    part.rjust(size) if right[k] else part.ljust(size)
                    for k, part, size in zip(fit.columns, parts, fit.widths, strict=True)
                ]
                lines.append(BETWEEN.join(set_).rstrip())
        return "\n".join(
            [*lines, *(wrap(fit.left_out, width, break_on_hyphens=False) if fit.left_out else [])]
        )

    def __str__(self) -> str:
        return self.text()

    def __rich__(self) -> RichTable:
        from negotiation.labelled.rich_cells import drawn

        shown = Table(self.title, self.columns, self.rows[:MOST_ROWS]).printable()
        return drawn(shown.title, shown.columns, shown.rows, self.numeric())

    def _repr_html_(self) -> str:
        """Return the table for a notebook: its title, its columns, its first twenty rows."""
        shown = Table(self.title, self.columns, self.rows[:MOST_ROWS]).printable()
        right = self.numeric()
        align = ["right" if each else "left" for each in right]
        lines = ['<div style="overflow-x: auto">', "<table>", f"<caption>{escape(shown.title)}</caption>"]
        lines += ["<thead>", _html_row("th", shown.columns, align), "</thead>", "<tbody>"]
        lines += [_html_row("td", map(format_cell, row), align) for row in shown.rows]
        lines += ["</tbody>", "</table>"]
        if len(self.rows) > len(shown.rows):
            lines.append(f"<p>... {len(self.rows) - len(shown.rows):,} more rows</p>")
        return "\n".join([*lines, "</div>"])


def _html_row(tag: str, cells: Iterable[str], align: Sequence[str]) -> str:
    set_ = [
        f'<{tag} style="text-align: {side}">{escape(cell)}</{tag}>'
        for side, cell in zip(align, cells, strict=True)
    ]
    return f"<tr>{''.join(set_)}</tr>"
