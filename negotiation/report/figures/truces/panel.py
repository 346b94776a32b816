"""Figures of a panel of truces: how long each part held, or the measures of a single truce over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.report.figures.canvas import (
    BLUE,
    GREY,
    ORANGE,
    PAGE,
    canvas,
    legend_below,
    name_rows,
)

if TYPE_CHECKING:
    from negotiation.truce_panel import Panel
    from negotiation.truce_panel.tables import Measure

# Parts that lasted fewer days are drawn at this many.
LEAST_DAYS = 5.0
# For one truce: share of time drawn before signing, inches of a row, and depth of the first level in it.
BEFORE, ROW, DEEPEST = 0.12, 0.3, 0.6


def panel_figure(panel: Panel, ax: Axes | None = None) -> Axes:
    """Draw one line per part of a truce, as long as it held, with a mark where a harsher step ended it.

    For a single truce, draw one line per measure instead, up to the first harsher step of its leg. The height
    of a line in its row shows the level of the measure.
    """
    if len(panel.truces) == 1:
        return _measures(panel, ax)
    rows = panel.spells()
    # Each half is named at its middle.
    middles: dict[str, float] = {}
    title = f"Parts of {len(panel.truces)} truces, to a harsher step or to the end"
    with canvas(ax, PAGE, 3.6, title) as axis:
        for covered, up, colour, name, mark in (
            (True, 1, BLUE, "bound", "o"),
            (False, -1, ORANGE, "left out", "x"),
        ):
            own = rows[rows.covered == covered].sort_values("days", ascending=False)
            place = up * (1.0 + np.arange(len(own)))
            if len(own):
                middles[name] = float(place.mean())
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
        axis.set_yticks([*middles.values()], [*middles], rotation=90, va="center")
        axis.tick_params(axis="y", length=0)
        axis.set_xlabel("time from signing")
        legend_below(axis)
    return axis


def _measures(panel: Panel, ax: Axes | None) -> Axes:
    """Draw the level of each measure before and after signing, and the first harsher step of its leg."""
    (truce,), measures = panel.truces, panel.instruments
    outcomes = {(outcome.leg, outcome.covered): outcome for outcome in panel.outcomes}
    last = max((outcome.held_days for outcome in panel.outcomes), default=0) + 1.0
    before = -BEFORE * last
    with canvas(ax, PAGE, 0.8 + ROW * len(measures), truce.truce_id) as axis:
        for row, measure in enumerate(measures):
            came = outcomes[measure.leg, measure.covered]
            colour, line = (BLUE, "-") if measure.covered else (ORANGE, "--")
            heights = dict(zip(measure.levels, np.linspace(DEEPEST, 0.0, len(measure.levels)), strict=True))
            now = heights[measure.agreed or measure.at_signing]
            # The table does not say what became of other measures after the first step of their leg.
            path = [heights[measure.at_signing], now, now]
            if came.first_harsher is not None and came.instrument == measure.instrument:
                path[-1] = heights.get(str(came.to_level), 0.0)
                axis.plot(came.held_days, row - DEEPEST / 2 + path[-1], "kx", markersize=4)
            place = row - DEEPEST / 2 + np.array(path)
            days = [before, 0.0, came.held_days]
            axis.step(days, place, line, where="post", color=colour, linewidth=1.1)
        axis.axvline(0.0, color=GREY, linewidth=0.6)
        for name, colour, line in (("bound", BLUE, "-"), ("left out", ORANGE, "--")):
            axis.plot([], [], line, color=colour, label=name)
        axis.plot([], [], "kx", markersize=4, label="first harsher step of its leg")
        name_rows(axis, [f"{measure.side} {words(measure)}" for measure in measures])
        axis.set(xlim=(before, last), xlabel="days from signing")
        legend_below(axis)
    return axis


def words(measure: Measure) -> str:
    """Return the name of a measure in words, without its side."""
    return measure.instrument.removeprefix(f"{measure.side.lower()}_").replace("_", " ")
