"""A figure of a panel of truces: how long each part held; bound above, left out below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.report.figures.canvas import BLUE, GREY, ORANGE, PAGE, canvas, heading, legend_below

if TYPE_CHECKING:
    from negotiation.truce_panel import Panel

# Days at which parts are drawn that lasted less.
LEAST_DAYS = 5.0


def panel_figure(panel: Panel, ax: Axes | None = None) -> Axes:
    """Draw a line a part of a truce, as long as it held, with a dot where a harsher step ended it."""
    rows = panel.spells()
    with canvas(ax, PAGE, 3.6) as axis:
        for covered, up, colour, name, mark in (
            (True, 1, BLUE, "bound", "o"),
            (False, -1, ORANGE, "left out", "x"),
        ):
            own = rows[rows.covered == covered].sort_values("days", ascending=False)
            place = up * (1.0 + np.arange(len(own)))
            ends = np.maximum(own.days.to_numpy(dtype=float), LEAST_DAYS)
            axis.hlines(place, LEAST_DAYS, ends, color=colour, linewidth=0.7, alpha=0.7)
            broken = own.event.to_numpy()
            share = f"{name}: a harsher step in {int(broken.sum())} of {len(own)}"
            axis.plot(ends[broken], place[broken], mark, color=colour, markersize=2.4, label=share)
        axis.axhline(0.0, color=GREY, linewidth=0.6)
        axis.set_xscale("log")
        axis.set_xticks(
            [7, 30, 90, 365, 1095, 3650], ["week", "month", "90 days", "year", "3 years", "10 years"]
        )
        axis.set_xticks([], minor=True)
        axis.set_yticks([])
        axis.set_xlabel("time from signing")
        axis.set_ylabel("left out          bound")
        heading(axis, f"parts of {len(panel.truces)} truces, to a harsher step or to the end")
        legend_below(axis)
    return axis
