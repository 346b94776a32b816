"""How many cases are tried, and how far they are: a full run for the page, a small one for the suite."""

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

    Examples
    --------
    >>> Budget(0.1).count(60), Budget(0.001).count(60), Budget(1.0).count(60)
    (6, 1, 60)
    """

    share: float = 1.0
    say: Callable[[str], object] = lambda _: None

    def count(self, full: int) -> int:
        """Return how many cases to try of a full run's; never fewer than one."""
        return max(1, round(full * self.share))

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
