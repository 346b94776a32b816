"""The share of draws in which an answer holds, with its score interval (Wilson 1927)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.status import Status
from negotiation.errors import InvalidExperiment, shown
from negotiation.lab.cell import is_finite
from negotiation.lab.result import Sweep


@dataclass(frozen=True)
class Share(Tabular):
    """A share of draws, with its interval."""

    what: str
    # holds, draws: Number of draws in which it holds, and of all draws that are counted.
    holds: int
    draws: int
    low: float
    high: float
    level: float
    # `partial` where draws failed: these are not counted.
    status: Status = "complete"
    reason: str = "all draws are counted"
    method: str = "Wilson 1927"

    @property
    def value(self) -> float:
        """The share."""
        return self.holds / self.draws

    def table(self) -> Table:
        """Return one row: the share, its interval and the numbers of draws."""
        columns = ("holds", "share", "low", "high", "draws holding", "draws")
        row = (self.what, self.value, self.low, self.high, self.holds, self.draws)
        return Table(f"share of draws, {self.level:.0%} interval ({self.method})", columns, (row,))


def share(sweep: Sweep, measure: str, *, level: float = 0.95) -> Share:
    """Return the share of a sweep's cells in which a yes/no measure is yes."""
    if not (is_finite(level) and 0.0 < level < 1.0):
        raise InvalidExperiment(f"`level` must be a number above 0 and below 1; got {shown(level)}")
    values = sweep.column(measure)
    there = values[np.isfinite(values)]
    has_numbers = sweep.frame.kind(measure) == "DOUBLE" or not np.isin(there, (0.0, 1.0)).all()
    if has_numbers or not len(there):
        raise InvalidExperiment(
            f"{measure!r} holds numbers or nothing, but a share needs truth values; let the measure return "
            "True or False"
        )
    from scipy.stats import binomtest

    holds, draws = int(there.sum()), len(there)
    ends = binomtest(holds, draws).proportion_ci(level, "wilson")
    lost = len(sweep.experiment.space) * sweep.experiment.replications - draws
    status: Status = "partial" if lost else "complete"
    reason = f"{lost:,} draws failed or are missing, and are not counted" if lost else "all draws are counted"
    return Share(measure, holds, draws, float(ends.low), float(ends.high), level, status, reason)
