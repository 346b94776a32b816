"""The figure of what moves cost: one bar per side and region, split by move, with its range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from negotiation.asking.moves import in_words
from negotiation.report.figures.canvas import BLUE, PAGE, canvas, legend_below

if TYPE_CHECKING:
    from negotiation.asking.ask import Asked

# Colours that differ in grey too.
COLOURS = (BLUE, "#E69F00", "0.85", "0.15")


def asked_figure(found: Asked, ax: Axes | None = None) -> Axes:
    """Draw what moves cost each side and each region, in USD billion a year."""
    costs = {**found.costs, **found.bystanders}
    title = f"What it costs, on {found.day.day} {found.day:%B %Y}"
    with canvas(ax, PAGE, 1.1 + 0.28 * len(costs), title) as axis:
        for place, cost in enumerate(costs.values()):
            # Costs are stacked to the right of zero, and gains to the left.
            ends = {True: 0.0, False: 0.0}
            for k, move in enumerate(found.moves):
                part = cost.by_move.get(move, 0.0)
                axis.barh(place, part, left=ends[part > 0], height=0.6, color=COLOURS[k % len(COLOURS)])
                ends[part > 0] += part
            if cost.low < cost.high:
                axis.plot([cost.low, cost.high], [place, place], color="black", linewidth=1.0)
        for k, words in enumerate(in_words(found.scenario, found.moves)):
            axis.plot([], [], "s", color=COLOURS[k % len(COLOURS)], label=words)
        if any(cost.low < cost.high for cost in costs.values()):
            axis.plot([], [], color="black", linewidth=1.0, label="nine tenths of the draws, all moves")
        axis.axvline(0.0, color="0.6", linewidth=0.6, zorder=0)
        names = found.scenario.names
        axis.set_yticks(range(len(costs)), [names.get(code, code) for code in costs])
        axis.invert_yaxis()
        axis.set_xlabel("cost, USD bn a year; left of zero a gain")
        legend_below(axis, columns=1)
    return axis
