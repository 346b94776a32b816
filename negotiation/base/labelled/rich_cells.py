"""Tables for the terminal, drawn by the package rich."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from rich import box
from rich.table import Table as RichTable

from negotiation.base.labelled.cells import format_cell


def drawn(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    right: Sequence[bool],
    widths: Sequence[int] | None = None,
) -> RichTable:
    """Return a table for the terminal.

    `right` says of each column whether it is right-aligned. `widths` has the width of each in characters; by
    default rich chooses it.
    """
    result = RichTable(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for k, name in enumerate(columns):
        width = None if widths is None else widths[k]
        result.add_column(name, justify="right" if right[k] else "left", overflow="fold", width=width)
    for row in rows:
        result.add_row(*map(short_cell, row))
    return result


def short_cell(value: object) -> str:
    """Return the text of a cell, with floats and fractions to four significant digits.

    Those from 10,000 up to a million have no exponent.

    Examples
    --------
    >>> short_cell(0.123456), short_cell(Fraction(758_123, 10)), short_cell("a")
    ('0.1235', '75810', 'a')
    """
    if not isinstance(value, (float, Fraction)):
        return format_cell(value)
    short = f"{float(value):.4g}"
    return f"{float(short):.0f}" if 1e4 <= abs(float(value)) < 1e6 else short
