"""The figure of a step: its effect on each country and region, in dollars and in percent of GDP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from negotiation.report.figures.canvas import BLUE, ORANGE, SMALL, canvas

if TYPE_CHECKING:
    from negotiation.disputes.step_effects import StepEffects


def step_effects_figure(step: StepEffects, ax: Axes | None = None) -> Axes:
    """Draw one bar per country and region, with losses to the left."""
    with canvas(ax, 3.6, 0.6 + 0.28 * len(step.usd_bn), step.title) as axis:
        names, dollars = list(step.usd_bn), list(step.usd_bn.values())
        bars = axis.barh(names, dollars, color=[ORANGE if value < 0 else BLUE for value in dollars])
        labels = [f"{step.percent[name]:+.2f}%" for name in names]
        axis.bar_label(bars, labels, padding=2, fontsize=SMALL)
        axis.margins(x=0.25)
        axis.invert_yaxis()
        axis.axvline(0.0, color="black", linewidth=0.8)
        axis.set_xlabel("USD bn a year; percent of GDP beside each bar")
    return axis
