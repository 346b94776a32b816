"""Labelled tables on a terminal, with rich: as many columns and rows as fit, words kept whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.table import Table as RichTable

from negotiation.base.labelled import Table
from negotiation.base.labelled.fitting import MOST_ROWS, fitted
from negotiation.base.labelled.rich_cells import drawn, short_cell

# Blanks that rich sets between two columns.
BETWEEN = 3

# Blanks that rich sets at the edges of a table.
EDGES = 2


def fitted_table(
    table: Table, width: int, columns: Sequence[str] | None = None, most_rows: int | None = MOST_ROWS
) -> tuple[RichTable, str | None]:
    """Return what of a table fits in a width and in twenty rows, and a sentence on what is left out.

    Examples
    --------
    >>> wide = Table("t", tuple(f"column_{k}" for k in range(9)), (tuple(range(9)),))
    >>> shown, left_out = fitted_table(wide, 40)
    >>> len(shown.columns), left_out
    (3, '6 columns more: column_3, column_4, column_5, column_6, column_7, column_8')
    """
    every = table.only(columns or table.columns)
    page, fit = replace(every, rows=every.rows[:most_rows]).named_to_fit(
        lambda one: fitted(one.columns, _cells(one), width - EDGES, BETWEEN, len(every.rows))
    )
    right = every.numeric()
    shown = [page.columns[k] for k in fit.columns]
    rows = [[row[k] for k in fit.columns] for row in page.rows]
    return drawn(page.title, shown, rows, [right[k] for k in fit.columns], fit.widths), fit.left_out


def _cells(table: Table) -> list[list[str]]:
    return [[short_cell(value) for value in row] for row in table.rows]
