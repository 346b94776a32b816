"""The figure of how long parts of truces were kept: one product-limit curve per group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.report.figures.canvas import BLUE, GREEN, ORANGE, PAGE, PURPLE, canvas, legend_below

if TYPE_CHECKING:
    from negotiation.truce_panel.survival import SurvivalCurves

# Lines by leg or by group, and marks by coverage or by group.
STYLES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PURPLE, ":"))
MARKS = ("", "x", "o", "^")
# Days between marks.
APART = 180
# Most groups for which intervals are drawn: more bands hide one another.
MOST_BANDS = 4
# Last day drawn: few parts are followed longer.
LAST = 1825


def kept_figure(curves: SurvivalCurves, ax: Axes | None = None) -> Axes:
    """Draw the chance of being kept, by group.

    For up to four groups, bands are 90 percent intervals over resampled disputes.
    """
    days = np.arange(LAST + 1, dtype=np.float64)
    with canvas(ax, PAGE, 3.2, "Parts of truces without a harsher step") as axis:
        # Groups by leg and coverage have a line per leg and a mark per coverage; others have one of each.
        firsts, lasts = (list(dict.fromkeys(name.split(", ")[k] for name in curves.groups)) for k in (0, -1))
        for name, own in curves.groups.items():
            colour, line = STYLES[firsts.index(name.split(", ")[0])]
            mark = MARKS[lasts.index(name.split(", ")[-1])]
            # A curve ends with the part that was followed longest.
            shown = days <= max(curve.days for curve in own)
            middle, low, high = curves.kept(name, days[shown])
            axis.step(
                days[shown], middle, line, where="post", color=colour, label=f"{name} ({len(own)})",
                marker=mark, markevery=APART, markersize=3.5,
            )  # fmt: skip
            if len(curves.groups) <= MOST_BANDS:
                axis.fill_between(days[shown], low, high, step="post", color=colour, alpha=0.13, linewidth=0)
        axis.set(xlim=(0, LAST), ylim=(0, 1.02))
        axis.set_xticks([0, 365, 730, 1095, 1460, LAST], ["0", "1", "2", "3", "4", "5"])
        axis.set(xlabel="years from signing", ylabel="share kept")
        legend_below(axis)
    return axis
