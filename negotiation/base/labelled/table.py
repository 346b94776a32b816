"""Tables of plain values, printed as text or HTML and converted to data frames."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from html import escape
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING

from negotiation.base.labelled.cells import format_cell, is_number, latex_text, printable_cell
from negotiation.base.labelled.fitting import MOST_ROWS, WIDTH, Fit, fitted, folded
from negotiation.base.labelled.naming import codes, namer
from negotiation.base.labelled.numbers import plain, tidied
from negotiation.errors import UnknownName, printable

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
        One tuple per row, in the order of columns. `None` prints as an empty cell.
    names : mapping from str to str, optional
        Print names of identifiers in the title, the column names and the cells. Data frames and files keep
        the identifiers.

    Examples
    --------
    >>> print(Table("Tariffs", ("country", "percent"), (("USA", 51.1), ("CHN", 32.6))))
    Tariffs
    country  percent
    USA         51.1
    CHN         32.6
    >>> table = Table("Tariffs", ("country", "percent"), (("USA", 51.1),), names={"USA": "United States"})
    >>> print(table)
    Tariffs
    country        percent
    United States     51.1
    >>> table.to_pandas().country.tolist()
    ['USA']
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def to_pandas(self) -> pd.DataFrame:
        """Return the table as a data frame with the same columns.

        Returns
        -------
        pandas.DataFrame
            The columns and rows of the table, with identifiers in place of print names.

        Examples
        --------
        >>> Table("payoffs", ("player", "payoff"), (("USA", 1.0),)).to_pandas().shape
        (1, 2)
        """
        import pandas as pd

        rows = [[float(x) if isinstance(x, Fraction) else x for x in row] for row in self.rows]
        return pd.DataFrame(rows, columns=list(self.columns))

    def tidy(self) -> pd.DataFrame:
        """Return the table's numbers as a long data frame with one row per number.

        Returns
        -------
        pandas.DataFrame
            Columns: player, state, action, quantity (what the number is), value, lower and upper (empty for
            a table), exact (p/q, if rational), the other labels of the table's row, and `row`, its position.

        Examples
        --------
        >>> Table("payoffs", ("player", "payoff"), (("USA", 1.0),)).tidy()[["player", "quantity", "value"]]
          player quantity  value
        0    USA   payoff    1.0
        """
        return tidied(None, self)

    def to_json(self) -> str:
        """Return the rows of the table as a JSON document.

        Returns
        -------
        str
            A list with one object per row, whose keys are the column names. A mixed action is an object of
            probabilities, a fraction is "p/q", and infinite and missing values are null.

        Examples
        --------
        >>> Table("shares", ("state", "share"), (("war", Fraction(1, 3)),)).to_json()
        '[{"state": "war", "share": "1/3"}]'
        """
        return json.dumps(plain(self))

    def to_latex(self) -> str:
        r"""Return the table as a LaTeX tabular with booktabs rules and print names.

        Returns
        -------
        str
            LaTeX for a document that loads the package booktabs. The title is in a comment, from which it can
            be copied into the caption.

        Examples
        --------
        >>> print(Table("Tariffs", ("country", "per cent"), (("USA", 51.1),), {"USA": "U_S & A"}).to_latex())
        % Tariffs
        \begin{tabular}{lr}
        \toprule
        country & per cent \\
        \midrule
        U\_S \& A & 51.1 \\
        \bottomrule
        \end{tabular}
        """
        shown = self.named().printable()
        sides = "".join("r" if right else "l" for right in self.numeric())
        head, *rows = (
            " & ".join(map(latex_text, row)) + r" \\" for row in (list(shown.columns), *_texts(shown))
        )
        begun = [f"% {shown.title}", rf"\begin{{tabular}}{{{sides}}}", r"\toprule", head, r"\midrule"]
        return "\n".join([*begun, *rows, r"\bottomrule", r"\end{tabular}"])

    def printable(self) -> Table:
        r"""Return the table with control characters escaped, so that it is safe to print.

        Returns
        -------
        Table
            A table in which each control character is replaced by its escape sequence.

        Examples
        --------
        >>> Table("t", ("a",), (("\x1b[2J",), (1.5,))).printable().rows
        (('\\x1b[2J',), (1.5,))
        """
        rows = tuple(tuple(printable_cell(value) for value in row) for row in self.rows)
        return replace(
            self, title=printable(self.title), columns=tuple(map(printable, self.columns)), rows=rows
        )

    def named(self, without: Iterable[str] = ()) -> Table:
        """Return the table with print names in place of identifiers.

        Parameters
        ----------
        without : iterable of str, optional
            Identifiers that are not replaced; none by default.

        Returns
        -------
        Table
            A table of print names, whose `names` is empty.

        Examples
        --------
        >>> Table("t", ("a",), (("visa",),), {"visa": "student visas"}).named().rows
        (('student visas',),)
        """
        if not self.names:
            return self
        left = set(without)
        name = namer({label: words for label, words in self.names.items() if label not in left})
        heads = (str(name(column)) for column in self.columns)
        rows = tuple(tuple(map(name, row)) for row in self.rows)
        return Table(str(name(self.title)), tuple(heads), rows)

    def named_to_fit(self, fit: Callable[[Table], Fit]) -> tuple[Table, Fit]:
        """Return the table with print names, and the part of it that fits on a page.

        Country codes are not replaced if the names of the countries would leave no space for a column or be
        broken over lines.

        Parameters
        ----------
        fit : callable
            Takes a table and returns a `Fit`: the part of it that fits on the page.

        Returns
        -------
        table : Table
            The table with print names, safe to print.
        fit : Fit
            The part of that table that fits.

        Examples
        --------
        >>> from negotiation.base.labelled.fitting import fitted
        >>> table = Table("t", ("a",), (("USA",),), {"USA": "United States"})
        >>> [table.named_to_fit(lambda t: fitted(t.columns, t.rows, width))[0].rows for width in (20, 10)]
        [(('United States',),), (('USA',),)]
        """
        long = self.named().printable()
        fitting = fit(long)
        short = codes(self.names)
        if short:
            shorter = self.named(short).printable()
            other = fit(shorter)
            costs = len(other.columns) > len(fitting.columns)
            if costs or self._broken(short, long, fitting):
                return shorter, other
        return long, fitting

    def _broken(self, labels: Iterable[str], named: Table, fit: Fit) -> bool:
        """Return whether the print name of one of the labels is broken over lines."""
        words = [self.names[label] for label in labels]
        for row in (named.columns, *named.rows):
            for k, size in zip(fit.columns, fit.widths, strict=True):
                text = "" if is_number(row[k]) else format_cell(row[k])
                met = [name for name in words if name in text]
                lines = folded(text, size) if met else []
                if any(text.count(name) > sum(line.count(name) for line in lines) for name in met):
                    return True
        return False

    def only(self, columns: Sequence[str]) -> Table:
        """Return some columns of the table, in the order given.

        Parameters
        ----------
        columns : sequence of str
            Names of the columns to keep.

        Returns
        -------
        Table
            A table with these columns and the same rows.

        Raises
        ------
        UnknownName
            If the table has no column of one of the names.

        Examples
        --------
        >>> Table("t", ("a", "b"), ((1, 2),)).only(["b"]).rows
        ((2,),)
        """
        for name in columns:
            UnknownName.unless_in(name, self.columns, "column")
        places = [self.columns.index(name) for name in columns]
        rows = tuple(tuple(row[k] for k in places) for row in self.rows)
        return replace(self, columns=tuple(columns), rows=rows)

    def numeric(self) -> tuple[bool, ...]:
        """Return which columns are numeric.

        Returns
        -------
        tuple of bool
            One entry per column: True if the column has at least one number and no cells but numbers and
            None.

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
        """Return the table as text that fits a page.

        Parameters
        ----------
        width : int, optional
            Characters per line; 80 by default. Cells are wrapped if necessary, and columns that do not fit
            are named below the table.
        most_rows : int or None, optional
            Largest number of rows that are shown, or `None` for all; 20 by default.

        Returns
        -------
        str
            Lines of at most `width` characters, unless a word is longer.

        Raises
        ------
        ValueError
            If `width` is less than 1 and the table has a title.

        Examples
        --------
        >>> print(Table("t", ("who", "what"), (("USA", "a tariff on all"), ("CHN", "none"))).text(14, 1))
        t
        who  what
        USA  a tariff
             on all
        ... 1 row more
        """
        table, fit = replace(self, rows=self.rows[:most_rows]).named_to_fit(
            lambda row: fitted(row.columns, _texts(row), width, len(BETWEEN), len(self.rows))
        )
        rows = _texts(table)
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
        from negotiation.base.labelled.rich_cells import drawn

        shown = replace(self, rows=self.rows[:MOST_ROWS]).named().printable()
        return drawn(shown.title, shown.columns, shown.rows, self.numeric())

    def _repr_html_(self) -> str:
        """Return the table for a notebook: its title, its column names and its first twenty rows."""
        shown = replace(self, rows=self.rows[:MOST_ROWS]).named().printable()
        right = self.numeric()
        align = ["right" if each else "left" for each in right]
        lines = ['<div style="overflow-x: auto">', "<table>", f"<caption>{escape(shown.title)}</caption>"]
        lines += ["<thead>", _html_row("th", shown.columns, align), "</thead>", "<tbody>"]
        lines += [_html_row("td", map(format_cell, row), align) for row in shown.rows]
        lines += ["</tbody>", "</table>"]
        if len(self.rows) > len(shown.rows):
            lines.append(f"<p>... {len(self.rows) - len(shown.rows):,} more rows</p>")
        return "\n".join([*lines, "</div>"])


def _texts(table: Table) -> list[list[str]]:
    return [[format_cell(value) for value in row] for row in table.rows]


def _html_row(tag: str, cells: Iterable[str], align: Sequence[str]) -> str:
    set_ = [
        f'<{tag} style="text-align: {side}">{escape(cell)}</{tag}>'
        for side, cell in zip(align, cells, strict=True)
    ]
    return f"<tr>{''.join(set_)}</tr>"
