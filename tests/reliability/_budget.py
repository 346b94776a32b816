"""How many cases are tried, and how far they are: a full run for the page, a small one for the suite."""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

Case = TypeVar("Case")
EVERY = 1.0
"""Seconds between two lines of progress."""


@dataclass(frozen=True)
class Budget:
    """A share of the cases of a full run.

    Parameters
    ----------
    share : float
        1 for the page.
    say : callable
        Takes the progress, as text for a terminal; says nothing if not given.
    seconds : float
        After which a row whose cases can be counted as they come is ended, with the number that there were.
    only : tuple of str
        Words: of a section whose rows can be measured one by one, those with one of them are; all if none.

    Examples
    --------
    >>> Budget(0.1).count(60), Budget(0.001).count(60), Budget(1.0).count(60)
    (6, 1, 60)
    """

    share: float = 1.0
    say: Callable[[str], object] = lambda _: None
    seconds: float = math.inf
    only: tuple[str, ...] = ()

    def over(self, began: float) -> bool:
        """Return whether the time of a row is over that began then, by the monotonic clock."""
        return time.monotonic() - began > self.seconds

    def asked(self, row: str) -> bool:
        """Return whether a row is to be measured."""
        return not self.only or any(word in row for word in self.only)

    def count(self, full: int, least: int = 1) -> int:
        """Return how many cases to try of a full run's; never fewer than `least`."""
        return (
            min(full, max(least, round(full * self.share))) if self.share <= 1 else round(full * self.share)
        )

    def each(self, cases: Iterable[Case], title: str) -> Iterator[Case]:
        """Yield the cases and say how far they are."""
        whole = list(cases)
        began = said = time.monotonic()
        for k, case in enumerate(whole):
            yield case
            if time.monotonic() - said > EVERY or k + 1 == len(whole):
                said = time.monotonic()
                end = "\n" if k + 1 == len(whole) else "\r"
                self.say(f"{title}: {k + 1:,} of {len(whole):,}, {said - began:,.0f} s{end}")
