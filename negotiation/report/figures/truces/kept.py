"""The figure of how long parts of truces were kept: a product-limit curve a group, with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.report.figures.canvas import BLUE, GREEN, ORANGE, PAGE, PURPLE, canvas, heading, legend_below

if TYPE_CHECKING:
    from negotiation.truce_panel.survival import SurvivalCurves

# By leg, or by group; and by coverage.
STYLES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PURPLE, ":"))
MARKS = ("", "x", "o", "^")
# Days from one mark to the next.
APART = 180
# More bands than this hide one another.
MOST_BANDS = 4
# Days to which curves are drawn: few parts are followed longer.
LAST = 1825


def kept_figure(curves: SurvivalCurves, ax: Axes | None = None) -> Axes:
    """Draw the chance of being kept by group, with nine tenths of the resamplings of disputes."""
    days = np.arange(LAST + 1, dtype=np.float64)
    with canvas(ax, PAGE, 3.2) as axis:
        # Groups of leg and coverage have a line a leg and a mark a coverage; others have one of each.
        firsts, lasts = (list(dict.fromkeys(name.split(", ")[k] for name in curves.groups)) for k in (0, -1))
        for name, own in curves.groups.items():
            colour, line = STYLES[firsts.index(name.split(", ")[0])]
            mark = MARKS[lasts.index(name.split(", ")[-1])]
            # A curve ends with the last row that was followed.
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
        heading(axis, "Parts of truces without a harsher step")
        legend_below(axis)
    return axis
