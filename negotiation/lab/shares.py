"""The share of draws in which an answer holds, with a confidence interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.status import Status
from negotiation.errors import InvalidExperiment
from negotiation.lab.result import Sweep

Interval = Literal["wilson", "clopper_pearson"]


@dataclass(frozen=True)
class Share(Tabular):
    """A share of draws, with its interval."""

    what: str
    # holds, draws: In how many draws it holds, and of how many.
    holds: int
    draws: int
    low: float
    high: float
    level: float
    # "wilson" (Wilson 1927, the score interval) or "clopper_pearson" (1934, never below its level).
    method: Interval
    # `partial` where draws failed: these are not counted.
    status: Status = "complete"
    reason: str = "all draws are counted"

    @property
    def value(self) -> float:
        """The share."""
        return self.holds / self.draws

    def table(self) -> Table:
        """Return one row."""
        columns = ("holds", "share", "low", "high", "draws holding", "draws")
        row = (self.what, self.value, self.low, self.high, self.holds, self.draws)
        return Table(f"share of draws, {self.level:.0%} interval ({self.method})", columns, (row,))


def share(sweep: Sweep, measure: str, *, level: float = 0.95, method: Interval = "wilson") -> Share:
    """Return the share of a sweep's cells in which a yes/no measure is yes."""
    values = sweep.column(measure)
    if sweep.frame.kind(measure) == "DOUBLE" and np.isfinite(values).any():
        raise InvalidExperiment(f"{measure!r} holds numbers; a share needs truth values (True and False)")
    there = values[np.isfinite(values)]
    if not np.isin(there, (0.0, 1.0)).all() or not len(there):
        raise InvalidExperiment(
            f"{measure!r} needs truth values in some cells; it holds other numbers, or nothing"
        )
    low, high = interval(int(there.sum()), len(there), level=level, method=method)
    lost = len(sweep.experiment.space) * sweep.experiment.replications - len(there)
    status: Status = "partial" if lost else "complete"
    reason = f"{lost:,} draws failed or are missing, and are not counted" if lost else "all draws are counted"
    return Share(measure, int(there.sum()), len(there), low, high, level, method, status, reason)


def interval(
    holds: int, draws: int, *, level: float = 0.95, method: Interval = "wilson"
) -> tuple[float, float]:
    """Return the confidence interval of a share.

    Examples
    --------
    >>> [round(end, 4) for end in interval(8, 10)]
    [0.4902, 0.9433]
    >>> [round(end, 4) for end in interval(10, 10, method="clopper_pearson")]
    [0.6915, 1.0]
    """
    if not 0 <= holds <= draws or draws < 1 or not 0.0 < level < 1.0:
        raise InvalidExperiment(
            f"a share needs 0 <= holds <= draws and a level in (0, 1); got {holds}, {draws}, {level}"
        )
    if method not in ("wilson", "clopper_pearson"):
        raise InvalidExperiment(f"there is no interval {method!r}; allowed: wilson, clopper_pearson")
    from scipy.stats import binomtest

    name = "wilson" if method == "wilson" else "exact"
    ends = binomtest(holds, draws).proportion_ci(level, name)  # type: ignore[arg-type]
    return float(ends.low), float(ends.high)
