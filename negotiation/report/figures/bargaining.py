"""Figures of bargaining: payoff sets with and without linkage, and win-sets by the hawks' weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from negotiation.report.figures.canvas import (
    BLUE,
    ORANGE,
    SIDES,
    SMALL,
    canvas,
    fitting,
    legend_below,
    panels,
)
from negotiation.report.figures.payoff_sets import closed

if TYPE_CHECKING:
    from negotiation.base.numeric import FloatArray
    from negotiation.truces.studies.linkage import LinkageGains, WinSets

MARKERS = ("o", "s", "^", "D", "v")

# Least inches of a panel beside another, so that its title fits on one line.
LEAST_PLANE = 1.6


def linkage_figure(gains: LinkageGains, ax: Axes | None = None) -> Axes:
    """Draw both payoff sets and the agreement of each rule, with one panel per disagreement point."""
    points = list(dict.fromkeys(bargain.disagreement for bargain in gains))
    with canvas(ax, 3.1 * len(points), 3.9) as host:
        columns = fitting(host, len(points), LEAST_PLANE)
        axes = panels(host, len(points), columns, shared="xy")
        for axis, point in zip(axes, points, strict=True):
            _outline(axis, gains.linked.outer, BLUE, "-", "controls on the table")
            _outline(axis, gains.unlinked.outer, ORANGE, "--", "controls off the table")
            for marker, bargain in zip(MARKERS, gains.under(point), strict=False):
                axis.plot(
                    *bargain.unlinked.payoffs, marker, color=ORANGE, markersize=5, markerfacecolor="white"
                )
                axis.plot(*bargain.linked.payoffs, marker, color=BLUE, markersize=4, label=bargain.rule)
            on, off = gains.under(point)[0].linked.disagreement, gains.under(point)[0].unlinked.disagreement
            axis.plot(
                [on[0], off[0]], [on[1], off[1]], "x", color="black", markersize=6, label="disagreement"
            )
            axis.set_title(f"disagreement: {point}", fontsize=8 if columns == len(points) else SMALL)
        for axis in axes[-columns:]:
            axis.set_xlabel(f"{gains.players[0]}, percent of GDP")
        for axis in axes[::columns]:
            axis.set_ylabel(f"{gains.players[1]}, percent of GDP")
        axes[0].plot([], [], "o", color=ORANGE, markersize=5, markerfacecolor="white", label="agreed off it")
        legend_below(host, axes[0].get_legend_handles_labels()[0], columns=4)
    return host


def _outline(axis: Axes, polygon: FloatArray, colour: str, line: str, label: str) -> None:
    axis.plot(*closed(polygon).T, color=colour, linestyle=line, linewidth=1.3, label=label)
    axis.fill(*polygon.T, color=colour, alpha=0.06)


def win_sets_figure(sets: WinSets, ax: Axes | None = None) -> Axes:
    """Draw the shares of level combinations that each side or both ratify, by the weight of hawks."""
    with canvas(ax, 5.4, 3.2, f"Win-sets against {sets.against}") as axis:
        for i, (player, line, colour) in enumerate(zip(sets.players, ("-", "--"), SIDES, strict=True)):
            share = sets.sizes[:, i] / sets.agreements
            axis.plot(sets.weights, share, line, drawstyle="steps-mid", color=colour, label=player)
        both = sets.overlap / sets.agreements
        axis.fill_between(sets.weights, both, step="mid", color="0.6", alpha=0.4, label="both")
        if sets.turning_weight is not None:
            axis.axvline(sets.turning_weight, color="0.4", linewidth=0.8, linestyle=":")
            axis.annotate(
                f"from here on\n{sets.players[0]} refuses full calm", (sets.turning_weight, 0.6),
                xycoords=("data", "axes fraction"), xytext=(3, 0), textcoords="offset points", fontsize=7,
                va="top",
            )  # fmt: skip
        axis.set(ylim=(0.0, None), xlabel="weight of security hawks")
        axis.set_ylabel(f"share of {sets.agreements} combinations ratified")
        axis.legend(loc="center right")
    return axis
