"""Figure of predictive checks: where a record lies among those that a fitted model would make."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.report.figures.canvas import (
    BLUE,
    COLUMN,
    ORANGE,
    PAGE,
    SMALL,
    beside,
    canvas,
    heading,
    legend_below,
    name_rows,
    room,
    under_label,
)

if TYPE_CHECKING:
    from negotiation.truces.estimation.predictive_checks import PredictiveChecks

# Where a record is drawn that lies farther, in widths from the middle; a number says how far.
FARTHEST = 1.3

# On half a page: characters of a line of a name, points of numbers, and by how many rows these are lower.
FOLDED, SMALLEST, BELOW = 18, 5.0, 0.33


def predictive_figure(found: PredictiveChecks, ax: Axes | None = None) -> Axes:
    """Draw a row for each statistic: the range of the drawn records, and the record."""
    with canvas(ax, PAGE, 1.2 + 0.3 * len(found.statistics)) as host:
        narrow = room(host)[0] < COLUMN
        for y, name in enumerate(found.statistics):
            (low, middle, high), here = found.quantiles(name), found.observed[found.statistics.index(name)]
            width = (high - low) or 1.0
            first = y == 0
            host.plot(
                (np.array([low, high]) - middle) / width, [y, y], color=BLUE, linewidth=1.6,
                solid_capstyle="butt", label="90% of drawn records" if first else None,
            )  # fmt: skip
            host.plot(
                0.0, y, "|", color=BLUE, markersize=9, markeredgewidth=1.6, label="median" if first else None
            )
            at = float(np.clip((here - middle) / width, -FARTHEST, FARTHEST))
            beyond = abs(here - middle) > FARTHEST * width
            mark = ("<" if at < 0 else ">") if beyond else "o"
            host.plot(
                at, y, mark, color=ORANGE, markeredgecolor="black", markeredgewidth=0.6, markersize=5.0,
                label="the record" if first else None,
            )  # fmt: skip
            words = f"{here:.3g}  ({low:.3g} to {high:.3g})  tail {found.tail(name):.2f}"
            if narrow:
                host.text(0.0, y + BELOW, words, va="center", ha="center", fontsize=SMALLEST)
            else:
                host.text(FARTHEST + 0.2, y, words, va="center", ha="left", fontsize=SMALL)
        host.set_xlim(-FARTHEST - 0.1, FARTHEST + 0.1)
        name_rows(host, [fill(n.replace("_", " "), FOLDED) if narrow else n for n in found.statistics])
        title = f"{found.model}: the record among those drawn from the posterior"
        heading(host, title, above=8, less=beside(host))
        host.set_xticks([-1, 0, 1], ["-1", "median", "1"], fontsize=SMALL)
        host.set_xlabel("distance from the median, in lengths of the line", fontsize=SMALL)
        legend_below(host, drop=under_label(host))
    return host
