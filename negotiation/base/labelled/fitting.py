"""Fit a table on a page: which columns are shown, how wide they are, and a note on what is not shown.

Words of up to `WIDEST_WORD` characters are kept whole. If the table is too wide, its cells are wrapped. If
wrapping is not enough, the last columns are not shown but named below the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

# Columns of a page, where nothing says how wide it is.
WIDTH = 80

# Rows of a table that are shown; data frames and files have all of them.
MOST_ROWS = 20

# Columns for the longest word of a cell; longer ones are folded.
WIDEST_WORD = 24


@dataclass(frozen=True)
class Fit:
    """Part of a table that fits on a page.

    Parameters
    ----------
    columns : tuple of int
        Positions of the columns that are shown, from 0 on the left.
    widths : tuple of int
        Widths of these columns, in characters.
    left_out : str or None
        What is not shown, in words; `None` if everything is shown.

    Examples
    --------
    >>> fitted(["one", "two"], [["1", "2"]], 4)
    Fit(columns=(0,), widths=(3,), left_out='1 column more: two')
    """

    columns: tuple[int, ...]
    widths: tuple[int, ...]
    left_out: str | None


def fitted(
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: int,
    between: int = 2,
    total: int | None = None,
) -> Fit:
    """Return which columns of a table fit in a width, and how wide each is.

    `names` and `rows` are the texts of the table, and `between` is the number of spaces between columns.
    `total` is the number of rows of the whole table, if `rows` are only the first of them.
    """
    cells = [[name, *(row[k] for row in rows)] for k, name in enumerate(names)]
    least = [min(WIDEST_WORD, max(map(_longest_word, column))) for column in cells]
    wanted = [max(map(len, column)) for column in cells]
    shown = len(names)
    while shown > 1 and sum(least[:shown]) + between * (shown - 1) > width:
        shown -= 1
    widths = _shared(least[:shown], wanted[:shown], width - between * (shown - 1))
    words = []
    hidden = list(names[shown:])
    if hidden:
        words.append(f"{_counted(len(hidden), 'column')} more: {', '.join(hidden)}")
    beyond = 0 if total is None else total - len(rows)
    if beyond:
        words.append(f"... {_counted(beyond, 'row')} more")
    return Fit(tuple(range(shown)), widths, "; ".join(words) or None)


def folded(text: str, width: int) -> list[str]:
    """Return the lines of a cell, broken between words, and within words that are longer than the column.

    Examples
    --------
    >>> folded("a tariff on all", 8), folded("", 8)
    (['a tariff', 'on all'], [''])
    """
    return wrap(text, max(1, width), break_on_hyphens=False) or [""]


def _shared(least: Sequence[int], wanted: Sequence[int], width: int) -> tuple[int, ...]:
    """Return the widths of columns, at least `least`; spare room widens the narrowest, up to `wanted`."""
    widths = list(least)
    spare = width - sum(widths)
    while spare > 0:
        wanting = [k for k in range(len(widths)) if widths[k] < wanted[k]]
        if not wanting:
            break
        k = min(wanting, key=lambda each: widths[each])
        widths[k] += 1
        spare -= 1
    return tuple(widths)


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=1)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
