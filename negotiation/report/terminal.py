"""The terminal: where the command prints, and a bar while something runs."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress


def terminal() -> Console:
    """Return the console of standard output. It prints labels as they are: brackets are no markup."""
    # A file or a pipe has no width: do not fold tables there.
    seen = sys.stdout is not None and sys.stdout.isatty()
    return Console(width=None if seen else 200, markup=False, emoji=False)


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
        self._task = self._bar.add_task(escape(what), total=None)

    def __enter__(self) -> Bar:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Show how much is done."""
        self._bar.update(self._task, completed=done, total=total)
