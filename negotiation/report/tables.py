"""Labelled tables on the terminal, with rich: as many columns and rows as fit, words kept whole."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table as RichTable

from negotiation.labelled import Table, format_cell, is_number

MOST_ROWS = 20
"""Rows of a table on a screen; the files have all of them."""

WIDEST_WORD = 24
"""Columns for the longest word of a cell; longer ones are folded."""

BETWEEN = 3
"""Columns that rich sets between two columns of a table."""


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
    return _drawn(table, shown, None)


def fitted_table(
    table: Table, width: int, columns: Sequence[str] | None = None, most_rows: int | None = MOST_ROWS
) -> tuple[RichTable, str | None]:
    """Return what of a table fits in a width and twenty rows, and a sentence on what is left out.

    Columns are kept from the left, as many as fit with every word of up to 24 letters whole.

    Parameters
    ----------
    table : Table
        What is shown.
    width : int
        Columns of the screen.
    columns : sequence of str, optional
        Names of the columns to show; all of them if not given.
    most_rows : int or None, optional
        Rows that are shown; all of them if `None`.

    Returns
    -------
    table : rich.table.Table
        What is shown.
    left_out : str or None
        What is not; `None` where all is shown.

    Examples
    --------
    >>> wide = Table("t", tuple(f"column_{k}" for k in range(9)), (tuple(range(9)),))
    >>> shown, left_out = fitted_table(wide, 40)
    >>> len(shown.columns), left_out
    (3, '6 columns more: column_3, column_4, column_5, column_6, column_7, column_8')
    """
    names = list(columns or table.columns)
    shown = [table.columns.index(name) for name in names]
    kept: list[int] = []
    used = 2
    for k in shown:
        used += _least_width(table, k) + (BETWEEN if kept else 0)
        if kept and used > width:
            break
        kept.append(k)
    left_out = []
    hidden = [table.columns[k] for k in shown[len(kept) :]]
    if hidden:
        left_out.append(f"{len(hidden)} columns more: {', '.join(hidden)}")
    beyond = len(table.rows) - len(table.rows[:most_rows])
    if beyond:
        left_out.append(f"{beyond} rows more")
    return _drawn(table, kept, most_rows), "; ".join(left_out) or None


def _drawn(table: Table, shown: Sequence[int], most_rows: int | None) -> RichTable:
    table = table.printable()
    result = RichTable(title=table.title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for k in shown:
        numeric = all(row[k] is None or is_number(row[k]) for row in table.rows)
        result.add_column(table.columns[k], justify="right" if numeric else "left", overflow="fold")
        result.columns[-1].min_width = _least_width(table, k)
    for row in table.rows[:most_rows]:
        result.add_row(*(_cell(row[k]) for k in shown))
    return result


def _least_width(table: Table, k: int) -> int:
    texts = [table.columns[k], *(_cell(row[k]) for row in table.rows[:MOST_ROWS])]
    longest = max((len(word) for text in texts for word in text.split()), default=1)
    return max(1, min(WIDEST_WORD, longest))


def _cell(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else format_cell(value)
