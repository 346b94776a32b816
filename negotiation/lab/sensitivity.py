"""The parameters on which an answer depends: Sobol indices of a sweep over Saltelli's scheme, by SALib.

The first-order index of a parameter is the share of the measure's variance that its own variation explains.
The total index is the expected share of the variance that remains when all other parameters are fixed (Sobol
1993, Saltelli 2010). Intervals are bootstrapped. A wide interval means that the design is too small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.status import Status
from negotiation.errors import InvalidExperiment, shown
from negotiation.lab.cell import is_finite, is_whole
from negotiation.lab.designs import Saltelli, salib
from negotiation.lab.result import Sweep


@dataclass(frozen=True, eq=False)
class SobolIndices(Tabular, Drawable):
    """First-order and total Sobol indices of one measure."""

    _figure = "sweep:sobol_figure"

    measure: str
    names: tuple[str, ...]
    # first, total: (k,): the indices, shares of the variance.
    first: FloatArray
    total: FloatArray
    # first_interval, total_interval: (k,): half widths of their bootstrap intervals.
    first_interval: FloatArray
    total_interval: FloatArray
    level: float
    resamples: int
    # `partial` where a total index's interval is wider than its index and 0.1.
    status: Status
    reason: str
    method: str = "Saltelli 2010, SALib"

    def table(self) -> Table:
        """Return one row for each parameter, the largest total index first."""
        columns = ("parameter", "first order", "+-", "total", "+- total")
        numbers = (self.first, self.first_interval, self.total, self.total_interval)
        rows = list(zip(self.names, *(array.tolist() for array in numbers), strict=True))
        order = np.argsort(-self.total).tolist()
        return Table(f"Sobol indices of {self.measure}", columns, tuple(rows[k] for k in order))


def sobol_indices(
    sweep: Sweep, measure: str, *, level: float = 0.95, resamples: int = 1_000, seed: int = 0
) -> SobolIndices:
    """Return the Sobol indices of a measure in a sweep over Saltelli's scheme."""
    if not (is_finite(level) and 0.0 < level < 1.0):
        raise InvalidExperiment(f"`level` must be a number above 0 and below 1; got {shown(level)}")
    if not is_whole(resamples) or resamples < 2:
        raise InvalidExperiment(f"`resamples` must be a whole number of at least 2; got {shown(resamples)}")
    if not is_whole(seed) or seed < 0:
        raise InvalidExperiment(f"`seed` must be a whole number of at least 0; got {shown(seed)}")
    design = sweep.experiment.space
    if not isinstance(design, Saltelli) or sweep.experiment.replications != 1:
        raise InvalidExperiment(
            "Sobol indices need an experiment with a space made by `space.saltelli(...)` and "
            "`replications=1`; run it in this way"
        )
    values = sweep.column(measure)
    if len(values) != len(design) or not np.isfinite(values).all():
        bad = int((~np.isfinite(values)).sum())
        raise InvalidExperiment(
            f"Sobol indices need a finite {measure!r} in all {len(design):,} cells; cells computed: "
            f"{len(values):,}, of which without a finite value: {bad:,}. Compute the missing "
            "cells, or narrow the ranges"
        )
    if np.ptp(values) == 0.0:
        raise InvalidExperiment(
            f"{measure!r} is {values[0]} in every cell, so there is no variance to explain; widen the ranges"
        )
    return analysed(design, measure, values, seed=seed, level=level, resamples=resamples)


def analysed(
    scheme: Saltelli,
    measure: str,
    values: FloatArray,
    *,
    seed: int,
    level: float = 0.95,
    resamples: int = 100,
) -> SobolIndices:
    """Return the Sobol indices of a measure from its values over a scheme, shape (cells,)."""
    result = salib("analyze.sobol").analyze(
        scheme.problem(),
        # Indices do not depend on place and scale; SALib is more accurate around zero.
        (values - values.mean()) / values.std(),
        calc_second_order=False,
        num_resamples=resamples,
        conf_level=level,
        seed=seed + 1,  # SALib takes 0 for no seed
    )
    first, total, first_widths, widths = (
        np.array(result[key], dtype=np.float64) for key in ("S1", "ST", "S1_conf", "ST_conf")
    )
    read_only(first, total, first_widths, widths)
    # An interval is wide if it is wider than its index and than a tenth.
    wide = [name for name, index, width in zip(scheme.names, total, widths, strict=True)
            if width > max(0.1, index)]  # fmt: skip
    status: Status = "partial" if wide else "complete"
    widest = int(np.argmax(widths))
    reason = f"the widest interval of a total index is +-{widths[widest]:.2g} ({scheme.names[widest]})"
    if wide:
        reason = f"the intervals of {', '.join(wide)} are wide: use more points"
    return SobolIndices(
        measure, scheme.names, first, total, first_widths, widths, level, resamples, status, reason
    )
