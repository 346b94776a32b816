"""The figure of how long a truce lasts: chances, by day, of no break-off and of no false alarm."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from negotiation.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    LABEL_DROP,
    ORANGE,
    PURPLE,
    canvas,
    fitting,
    legend_below,
    panels,
)
from negotiation.truces.verdicts.lifetime import (
    ANY,
    CONSULTATION,
    COORDINATED,
    MARKS,
    Event,
    Lifetime,
    TruceLifetime,
)

LEGS = {"tariff": (BLUE, "--"), "control": (ORANGE, "-."), "other": (GREEN, ":")}
# Days shown, a little more than a year.
DAYS = 400

# Least inches of a panel beside the other.
LEAST = 1.6

# Inches between panels one below the other: for a title and tick labels, and for each entry of a legend.
GAP, ENTRY = 0.75, 0.13


def survival_figure(lifetime: TruceLifetime, ax: Axes | None = None) -> Axes:
    """Draw the chances by day that no leg is broken off, by linkage, and of no false alarm, by remedy."""
    with canvas(ax, 6.4, 3.6) as host:
        columns = fitting(host, 2, LEAST)
        gaps = 0.35, GAP + ENTRY * (len(lifetime.legs) + 2)
        left, right = axes = panels(host, 2, columns, shared="y", gaps=gaps)
        for leg in lifetime.legs:
            apart = lifetime.find("broken off", leg, "within_issue")
            _curve(left, apart, *LEGS[leg], f"{leg} leg, issue by issue")
        pooled = lifetime.find("broken off", ANY, "all_or_nothing")
        _curve(left, pooled, "black", "-", "every leg, all or nothing")
        clock = [x for x in lifetime if (x.event, x.linkage) == ("broken off or run out", "none")]
        for curve in clock:
            _curve(left, curve, PURPLE, "-", "never answered: the clock alone")
        left.set_title("not broken off")
        first: Event = "first false alarm"
        _curve(right, lifetime.find(first), "black", "-", "as it is")
        _curve(right, lifetime.find(first, remedy=CONSULTATION), BLUE, "--", CONSULTATION)
        _curve(right, lifetime.find(first, remedy=COORDINATED), ORANGE, "-.", COORDINATED)
        right.set_title("no false alarm in any leg")
        for axis in axes:
            for day in MARKS:
                axis.axvline(day, color=GREY, linewidth=0.5, alpha=0.6)
            axis.set(xlabel="days since it came into force", xticks=(0, *MARKS), xlim=(0, DAYS))
            axis.set_ylim(0, 1.02)
            legend_below(axis, columns=1, drop=LABEL_DROP)
        for axis in axes[::columns]:
            axis.set_ylabel("probability")
    return host


def _curve(axis: Axes, lifetime: Lifetime, colour: str, style: str, label: str) -> None:
    shown = int(DAYS / lifetime.lag_days) + 2
    days = np.arange(shown) * lifetime.lag_days
    axis.step(days, lifetime.survival.curve[:shown], where="post", color=colour, linestyle=style, label=label)
