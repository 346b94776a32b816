"""Progress reports and deadlines of computations that take long.

A function that takes long has an argument `progress`, a function that it calls with the work done so far and
the total. If none is given and the log is read, a line is logged after `PATIENCE` seconds and then every
`AGAIN` seconds.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import inf
from numbers import Real
from threading import Event, Thread
from time import monotonic
from typing import TypeAlias, TypeVar

from negotiation.errors import InvalidNumber, shown

# Called with the work done so far and the total.
Progress: TypeAlias = Callable[[int, int], None]

T = TypeVar("T")

# Seconds before the first line is logged.
PATIENCE = 2.0

# Seconds between later lines.
AGAIN = 10.0

# Seconds of the longest deadline: thirty years.
LONGEST = 1e9

LOGGER = logging.getLogger(__name__)


def is_read(logger: logging.Logger) -> bool:
    """Return whether the log is read: at a terminal, in a notebook, or by a handler of the logger."""
    terminal = sys.stderr is not None and sys.stderr.isatty()
    return terminal or "ipykernel" in sys.modules or logger.hasHandlers()


def stop_time(deadline: object) -> float:
    """Return the time, by `monotonic`, at which a deadline in seconds ends; infinity if it is None.

    Examples
    --------
    >>> stop_time(None)
    inf
    """
    if deadline is None:
        return inf
    try:
        seconds = 0.0 if isinstance(deadline, bool) or not isinstance(deadline, Real) else float(deadline)
    except OverflowError:
        seconds = LONGEST
    if not seconds > 0:
        raise InvalidNumber(f"`deadline` must be a positive number of seconds; got {shown(deadline)}")
    return monotonic() + min(seconds, LONGEST)


@contextmanager
def told(
    what: str, progress: Progress | None = None, *, patience: float = PATIENCE, again: float = AGAIN
) -> Iterator[Progress]:
    """Yield the function `progress`, or if it is None one that logs when the work takes long.

    The log calls the work by the text `what`. The first line is logged after `patience` seconds, the later
    ones every `again` seconds. If the log is not read, the function does nothing.

    Examples
    --------
    >>> with told("counting", lambda done, total: print(done, "of", total)) as report:
    ...     report(1, 2)
    1 of 2
    """
    if progress is not None or not is_read(LOGGER):
        yield progress or nobody
        return
    teller = _Teller(what, patience, again)
    teller.thread.start()
    try:
        yield teller
    finally:
        teller.over.set()
        teller.thread.join()


def part_of(report: Progress, first: int, last: int, whole: int) -> Progress:
    """Return a progress function for one part of the work.

    When the part calls it, it calls `report` with a count between `first` and `last`, out of `whole`.

    Examples
    --------
    >>> half = part_of(lambda done, total: print(done, "of", total), 50, 100, 100)
    >>> half(3, 6)
    75 of 100
    """

    def tell(done: int, total: int) -> None:
        """Report the progress of all the work."""
        report(first + (last - first) * done // max(total, 1), whole)

    return tell


def counted(items: Sequence[T], report: Progress) -> Iterator[T]:
    """Yield items, and report after each one how many are done.

    Examples
    --------
    >>> list(counted("ab", lambda done, total: print(done, "of", total)))
    1 of 2
    2 of 2
    ['a', 'b']
    """
    for k, item in enumerate(items, 1):
        yield item
        report(k, len(items))


def nobody(done: int, total: int) -> None:
    """Report nothing."""


class _Teller:
    """A progress function with a thread that logs the progress from time to time."""

    def __init__(self, what: str, patience: float, again: float) -> None:
        self.what, self.patience, self.again = what, patience, again
        self.over, self.done = Event(), ""
        self.thread = Thread(target=self._tell, daemon=True)

    def __call__(self, done: int, total: int) -> None:
        self.done = f", {done} of {total}"

    def _tell(self) -> None:
        began, wait = monotonic(), self.patience
        while not self.over.wait(wait):
            LOGGER.warning("negotiation: %s%s (%.0f s) ...", self.what, self.done, monotonic() - began)
            wait = self.again
