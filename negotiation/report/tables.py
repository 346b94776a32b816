"""Labelled tables on the terminal, with rich."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table as RichTable

from negotiation.labelled import Table, format_cell, is_number


def rich_table(table: Table, columns: Sequence[str] | None = None) -> RichTable:
    """Return a labelled table for the terminal, or some of its columns.

    Parameters
    ----------
    table : Table
        What is shown.
    columns : sequence of str, optional
        Names of the columns to show; all of them if not given.

    Examples
    --------
    >>> rich_table(Table("t", ("a", "b"), ((1, 2),)), ["b"]).row_count
    1
    """
    shown = [table.columns.index(name) for name in (columns or table.columns)]
    table = table.printable()
    result = RichTable(title=table.title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for k in shown:
        numeric = all(row[k] is None or is_number(row[k]) for row in table.rows)
        result.add_column(table.columns[k], justify="right" if numeric else "left", overflow="fold")
    for row in table.rows:
        result.add_row(*(_cell(row[k]) for k in shown))
    return result


def _cell(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else format_cell(value)
