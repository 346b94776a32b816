"""Limits of an iteration: a number of steps, and flags that are set at a deadline."""

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
    """The number of steps of the operator that are left, and the flags of `raised_after`."""

    steps: int
    # (2,): the first flag is checked after each step.
    stop: BoolArray

    def less(self, taken: int) -> Budget:
        """Return the budget that is left after some steps."""
        return self._replace(steps=self.steps - taken)

    @property
    def is_spent(self) -> bool:
        """Whether no further step is allowed."""
        return bool(self.steps < 1 or self.stop[0])


@contextmanager
def raised_after(deadline: float | None) -> Iterator[BoolArray]:
    """Yield two flags that timers set: the first after `deadline` seconds, the second after a grace period.

    After the first flag no iteration may begin; after the second, one in progress is abandoned. Without a
    deadline neither is set. Compiled loops cannot read a clock, but they see the flags, as they run without
    the interpreter's lock.

    Examples
    --------
    >>> with raised_after(None) as stop:
    ...     bool(stop[0])
    False
    """
    stop_time(deadline)  # raises if it is not a deadline
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
    """Return two flags that are never set."""
    return np.zeros(2, dtype=np.bool_)
