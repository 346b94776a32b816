"""Output of commands (tables and sentences, one JSON document, or nothing), and their progress."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import replace
from threading import Event, Thread
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, ProgressColumn
from rich.table import Table as RichTable
from rich.theme import Theme

from negotiation.base.labelled import Table
from negotiation.base.labelled.fitting import MOST_ROWS, WIDTH, fitted
from negotiation.base.labelled.numbers import plain
from negotiation.base.labelled.rich_cells import drawn, short_cell
from negotiation.errors import printable

# Seconds before the first line of progress in a log.
PATIENCE = 1.0

# Seconds between such lines afterwards.
AGAIN = 15.0


# No colour: some of rich's own, such as yellow and bright green, cannot be read on a light terminal.
THEME = Theme(
    {
        "rule.line": "none",
        "bar.back": "dim",
        "bar.complete": "bold",
        "bar.finished": "none",
        "bar.pulse": "bold",
        "progress.elapsed": "none",
        "progress.percentage": "none",
        "progress.remaining": "none",
    }
)


class Output:
    """Printer of a command, on standard output: sentences and tables, one JSON document, or nothing."""

    def __init__(self, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json = as_json
        self.silent = as_json or quiet
        # A terminal has its own width; output to a file has eighty columns.
        seen = sys.stdout is not None and sys.stdout.isatty()
        width = None if seen or "COLUMNS" in os.environ else WIDTH
        # Labels are printed as they are: brackets are not markup.
        self.console = Console(width=width, markup=False, emoji=False, highlight=False, theme=THEME)

    def say(self, sentence: str) -> None:
        """Print a sentence."""
        if not self.silent:
            self.console.print(_lines(sentence))

    def path(self, sentence: str) -> None:
        """Print a sentence with a path on one line, however long, so that the path can be copied."""
        if not self.silent:
            self.console.print(_lines(sentence), soft_wrap=True)

    def heading(self, words: str) -> None:
        """Print a heading."""
        if not self.silent:
            self.console.rule(printable(words))

    def table(self, table: Table, most_rows: int | None = MOST_ROWS) -> None:
        """Print the part of a table that fits the width and `most_rows` rows, and what is left out."""
        if not self.silent:
            shown, left_out = fitted_table(table, self.console.width, most_rows)
            self.console.print(shown)
            if left_out:
                self.console.print(printable(left_out), style="dim")

    def document(self, data: object) -> None:
        """Print a result as the JSON document if `--json` was given."""
        if self.as_json:
            # Not through rich, which would wrap long lines.
            sys.stdout.write(json.dumps(plain(data), indent=2) + "\n")


def _lines(text: str) -> str:
    """Return a text with its control characters escaped, line by line."""
    return "\n".join(map(printable, text.split("\n")))


class Bar:
    """Progress on standard error: a bar on a terminal, or lines in a log.

    The first line comes after 1 second, the others every 15 seconds. `what` names the work. `columns` are the
    parts of the bar, by default those of rich.
    """

    def __init__(self, what: str, *columns: ProgressColumn) -> None:
        seen = sys.stderr is not None and sys.stderr.isatty()
        self._what, self._done, self._over = printable(what), "", Event()
        console = Console(stderr=True, theme=THEME)
        self._bar = Progress(*columns, console=console, transient=True, disable=not seen)
        self._task = self._bar.add_task(escape(self._what), total=None)
        self._lines = None if seen or sys.stderr is None else Thread(target=self._tell, daemon=True)

    def __enter__(self) -> Bar:
        self._bar.start()
        if self._lines is not None:
            self._lines.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._bar.stop()
        if self._lines is not None:
            self._lines.join()

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` steps are done."""
        self._done = f", {done:,} of {total:,}"
        self._bar.update(self._task, completed=done, total=total)

    def _tell(self) -> None:
        began, wait = time.monotonic(), PATIENCE
        # `wait` returns as soon as the work is over.
        while not self._over.wait(wait):
            passed, left = time.monotonic() - began, self._bar.tasks[0].time_remaining
            still = f", {left:.0f} s left" if left else ""
            sys.stderr.write(f"{self._what}{self._done} ({passed:.0f} s{still})\n")
            sys.stderr.flush()
            wait = AGAIN


# Blanks that rich puts between two columns.
BETWEEN = 3

# Blanks that rich puts at the edges of a table.
EDGES = 2


def fitted_table(table: Table, width: int, most_rows: int | None = MOST_ROWS) -> tuple[RichTable, str | None]:
    """Return the part of a table that fits a width and a number of rows, and a sentence on what is left out.

    The sentence is `None` if nothing is left out.

    Examples
    --------
    >>> wide = Table("t", tuple(f"column_{k}" for k in range(9)), (tuple(range(9)),))
    >>> shown, left_out = fitted_table(wide, 40)
    >>> len(shown.columns), left_out
    (3, '6 columns more: column_3, column_4, column_5, column_6, column_7, column_8')
    """
    page, fit = replace(table, rows=table.rows[:most_rows]).named_to_fit(
        lambda one: fitted(one.columns, _cells(one), width - EDGES, BETWEEN, len(table.rows))
    )
    right = table.numeric()
    shown = [page.columns[k] for k in fit.columns]
    rows = [[row[k] for k in fit.columns] for row in page.rows]
    return drawn(page.title, shown, rows, [right[k] for k in fit.columns], fit.widths), fit.left_out


def _cells(table: Table) -> list[list[str]]:
    return [[short_cell(value) for value in row] for row in table.rows]
