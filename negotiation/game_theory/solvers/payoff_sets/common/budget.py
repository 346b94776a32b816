"""How long an iteration may go on: steps, and a flag that is raised when time is up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import TIMEOUT_MAX, Timer
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray
from negotiation.base.progress import stop_time


class Budget(NamedTuple):
    """How many steps of the operator may be made, and a flag that is raised when time is up."""

    steps: int
    # (1,): looked at after each step.
    stop: BoolArray

    def less(self, taken: int) -> Budget:
        """Return what is left after some steps."""
        return self._replace(steps=self.steps - taken)

    @property
    def is_spent(self) -> bool:
        """Whether no step may be made any more."""
        return bool(self.steps < 1 or self.stop[0])


@contextmanager
def raised_after(deadline: float | None) -> Iterator[BoolArray]:
    """Yield a flag that is raised once so many seconds are over.

    Compiled loops cannot read a clock; those that run without the interpreter's lock see what others write.

    Examples
    --------
    >>> with raised_after(None) as stop:
    ...     bool(stop[0])
    False
    """
    stop_time(deadline)  # refuses what is no deadline
    stop = never()
    if deadline is None:
        yield stop
        return
    timer = Timer(min(deadline, TIMEOUT_MAX), stop.fill, (True,))
    timer.daemon = True
    timer.start()
    try:
        yield stop
    finally:
        timer.cancel()


def never() -> BoolArray:
    """Return a flag that nobody raises."""
    return np.zeros(1, dtype=np.bool_)
