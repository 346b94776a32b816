"""The terminal: where the command prints, and a bar while something runs."""

from __future__ import annotations

import sys
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from negotiation.errors import printable


class _Plain(Console):
    """A console on which a text moves no cursor and sets no colour, whatever name it repeats."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print objects, texts among them without control characters."""
        super().print(*map(_lines, objects), **options)

    def rule(self, title: Any = "", **options: Any) -> None:
        """Print a line across, with a title without control characters."""
        super().rule(_lines(title), **options)


def _lines(value: Any) -> Any:
    return "\n".join(map(printable, value.split("\n"))) if isinstance(value, str) else value


def terminal() -> Console:
    """Return the console of standard output. It prints labels as they are: brackets are no markup."""
    # A file or a pipe has no width: do not fold tables there.
    seen = sys.stdout is not None and sys.stdout.isatty()
    return _Plain(width=None if seen else 200, markup=False, emoji=False)


class Bar:
    """A bar on standard error while something runs; silent where that is not a terminal.

    Parameters
    ----------
    what : str
        What runs.
    """

    def __init__(self, what: str) -> None:
        seen = sys.stderr is not None and sys.stderr.isatty()
        self._bar = Progress(console=Console(stderr=True), transient=True, disable=not seen)
        self._task = self._bar.add_task(escape(printable(what)), total=None)

    def __enter__(self) -> Bar:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Show how much is done."""
        self._bar.update(self._task, completed=done, total=total)
