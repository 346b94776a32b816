"""The figure of a critical discount factor: intervals of equilibrium, bounds of the least, and what binds."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from negotiation.base.numeric import KNIFE_EDGE
from negotiation.report.figures.canvas import BLUE, PAGE, SMALL, canvas, heading, room
from negotiation.report.figures.numerics import NUMERICS

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.thresholds.result import CriticalDiscountFactor


def threshold_figure(found: CriticalDiscountFactor, ax: Axes | None = None) -> Axes:
    """Draw the common discount factors at which a profile or strategy is an equilibrium."""
    with canvas(ax, PAGE * 0.75, 1.7) as axis:
        axis.set(xlim=(0.0, 1.0), ylim=(-1.0, 1.0))
        axis.axhline(0.0, color="black", linewidth=0.8)
        # A single discount factor is drawn as a point: its bar would have no width.
        for low, high in found.intervals:
            start, end = float(low), float(high)
            if end - start < NUMERICS.point:
                axis.plot(start, 0.0, "o", color=BLUE, markersize=6, zorder=3, clip_on=False)
                continue
            axis.add_patch(
                Rectangle((start, -0.14), end - start, 0.28, facecolor=BLUE, edgecolor="none", zorder=2)
            )  # fmt: skip
        if found.value is None:
            heading(axis, "No common discount factor is high enough")
        else:
            value = float(found.value)
            where = f"from discount factor {value:.6g} on" if _goes_on(found) else f"first at {value:.6g}"
            heading(axis, f"An equilibrium {where}")
            _least(axis, found, value)
        verb = "gains" if found.value is None else "binds"
        words = [] if found.binding is None else [f"{verb}: {found.binding}"]
        words += [] if found.status == "complete" else [f"{found.status}: {found.reason}"]
        axis.set_xlabel(
            "\n".join(["common discount factor", *(fill(w, int(room(axis)[0] / 0.055)) for w in words)]),
            fontsize=SMALL,
        )
        axis.set_yticks([])
        axis.spines[["left", "top", "right"]].set_visible(False)
    return axis


def _goes_on(found: CriticalDiscountFactor) -> bool:
    """Return whether there is a single interval, which ends at 1."""
    return len(found.intervals) == 1 and float(found.intervals[0][1]) == 1.0


def _least(axis: Axes, found: CriticalDiscountFactor, value: float) -> None:
    """Mark the least discount factor above the line, and its proven bounds below it."""
    side = "left" if value < 0.5 else "right"
    axis.plot([value, value], [-0.3, 0.45], color="black", linewidth=1.2, zorder=4, clip_on=False)
    exact = found.exact_value
    text = f"{value:.6g}" if exact is None or len(str(exact)) > 24 else f"{value:.6g} = {exact}"
    axis.annotate(
        text, (value, 0.45), xytext=(3 if side == "left" else -3, 1), textcoords="offset points", ha=side,
        fontsize=SMALL,
    )  # fmt: skip
    low, high = found.lower, found.upper
    if low is None or high is None:
        return
    axis.plot([low, low, high, high], [-0.35, -0.5, -0.5, -0.35], color="black", linewidth=0.8, clip_on=False)
    known = f"proven between {low:.6g} and {high:.6g}"
    if f"{low:.6g}" == f"{high:.6g}":
        known = "known exactly" if high - low <= KNIFE_EDGE else f"proven but for {high - low:.1g}"
    axis.annotate(
        known, (value, -0.55), xytext=(0, -1), textcoords="offset points", ha=side, va="top", fontsize=SMALL
    )
