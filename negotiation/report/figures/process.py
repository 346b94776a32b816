"""Figures of a process in continuous time: chances by time, and shares of time in the long run."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.base.labelled.naming import readable
from negotiation.game_theory.solutions.continuous_process import TransitionProbabilities
from negotiation.report.figures.canvas import BLUE, GREY, PAGE, canvas, legend_below, name_rows
from negotiation.report.figures.equilibria import LABEL, LINES

if TYPE_CHECKING:
    from negotiation.game_theory.solutions.continuous_process import (
        EventProbabilities,
        StationaryDistribution,
    )

# Inches of the row of a state, and most states that are drawn.
ROW, MOST = 0.22, 12


def chances_figure(found: TransitionProbabilities | EventProbabilities, ax: Axes | None = None) -> Axes:
    """Draw the chance of each state, or of each event to have happened, by time; name the likeliest."""
    if isinstance(found, TransitionProbabilities):
        names, chances, what = found.states, found.probabilities.T, "state"
    else:
        names, chances, what = found.events, found.probabilities, "event to have come"
    order = np.argsort(-chances.max(axis=1), kind="stable").tolist()
    when = np.argsort(found.years, kind="stable")
    with canvas(ax, 0.6 * PAGE, 2.9, f"Chance of each {what}, by time") as axis:
        for place, k in enumerate(order):
            colour, line = LINES[place] if place < len(LINES) else (GREY, "-")
            label = fill(readable(names[k]), 2 * LABEL) if place < len(LINES) else None
            axis.plot(found.years[when], chances[k, when], color=colour, ls=line, marker=".", label=label)
        axis.set(ylim=(0.0, 1.05), xlabel="years", ylabel="probability")
        legend_below(axis, columns=2)
    return axis


def long_run_figure(found: StationaryDistribution, ax: Axes | None = None) -> Axes:
    """Draw the share of time in each of up to twelve states as bars, the largest on top."""
    order = np.argsort(-found.probabilities, kind="stable")
    shown = order[:MOST].tolist()
    beyond = f", the {len(shown)} largest of {len(order)}" if len(shown) < len(order) else ""
    title = f"Share of time in the long run{beyond}"
    with canvas(ax, 0.6 * PAGE, 0.8 + ROW * len(shown), title) as axis:
        axis.barh(range(len(shown)), found.probabilities[shown], color=BLUE, height=0.6)
        name_rows(axis, [fill(readable(found.states[k]), 2 * LABEL) for k in shown])
        axis.set_xlabel("share of time")
    return axis
