"""How long an iteration may go on: steps, and flags that are raised when time is up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import TIMEOUT_MAX, Timer
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray
from negotiation.base.progress import stop_time
from negotiation.game_theory.solvers.payoff_sets.numerics import NUMERICS


class Budget(NamedTuple):
    """How many steps of the operator may be made, and the flags of `raised_after`."""

    steps: int
    # (2,): the first is looked at after each step.
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
    """Yield flags, (2,), raised once so many seconds are over and once a grace is: begin nothing, leave off.

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
    seconds = float(min(deadline, TIMEOUT_MAX / 2.0))
    waits = (seconds, seconds + max(NUMERICS.grace, NUMERICS.graces * seconds))
    timers = [Timer(wait, stop.__setitem__, (k, True)) for k, wait in enumerate(waits)]
    for timer in timers:
        timer.daemon = True
        timer.start()
    try:
        yield stop
    finally:
        for timer in timers:
            timer.cancel()


def never() -> BoolArray:
    """Return flags that nobody raises."""
    return np.zeros(2, dtype=np.bool_)
