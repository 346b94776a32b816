"""The figure of revealed payoffs: ranges before and after the choices, and the choices that turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from negotiation.report.figures.canvas import BLUE, PAGE, canvas, legend_below

if TYPE_CHECKING:
    from negotiation.truces.revealed.revealed import Revealed


def revealed_figure(result: Revealed, ax: Axes | None = None) -> Axes:
    """Draw one row per payoff: its central 90 percent before and after the choices, in USD billion a year."""
    rows: list[Any] = list(result.bounds().rows)
    places = -np.arange(len(rows), dtype=np.float64)
    ticks = result.thresholds()
    with canvas(ax, PAGE, 0.28 * len(rows) + 1.2, "Payoffs that choices reveal") as axis:
        for place, (name, low, high, left_low, left_high, *_) in zip(places, rows, strict=True):
            axis.plot([low, high], [place, place], color="0.8", linewidth=5, solid_capstyle="butt")
            axis.plot([left_low, left_high], [place, place], color="black", linewidth=1.6)
            if name in ticks:
                axis.plot(0.0, place, marker="|", markersize=9, color=BLUE, linestyle="none")
                axis.annotate(
                    ", ".join(ticks[name]), (1.0, place), xycoords=("axes fraction", "data"), xytext=(4, 0),
                    textcoords="offset points", va="center", fontsize=6.5, color=BLUE,
                )  # fmt: skip
        axis.axvline(0.0, color="0.6", linewidth=0.6, zorder=0)
        axis.set_yticks(places, [name.replace(": ", ":\n") for name, *_ in rows], fontsize=6)
        axis.set_ylim(places[-1] - 0.7, 0.7)
        # Payoffs range from some hundred million to some hundred billion dollars.
        axis.set_xscale("symlog", linthresh=1.0)
        axis.locator_params("x", numticks=4)
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_xlabel("worth to the side that holds it, over its mildest level, USD bn a year")
        axis.plot([], [], color="0.8", linewidth=5, label="nine tenths of the draws")
        axis.plot([], [], color="black", linewidth=1.6, label="what the choices leave")
        axis.plot([], [], "|", color=BLUE, markersize=9, label="where a choice turns, and its id")
        legend_below(axis, columns=3)
    return axis
