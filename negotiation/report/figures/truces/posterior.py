"""Figures of estimates: the posterior of each parameter, and the evidence for models along the record."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.report.figures.canvas import (
    BLUE,
    COLUMN,
    GREEN,
    GREY,
    ORANGE,
    PAGE,
    PURPLE,
    SMALL,
    canvas,
    legend_below,
    name_rows,
    room,
)

if TYPE_CHECKING:
    from negotiation.truces.estimation.posterior import Comparison, Posterior

PRIOR = "0.85"

# Characters of a line of an observation's name on narrow axes.
FOLDED = 20

LINES = tuple((colour, style) for style in ("-", "--", ":") for colour in (BLUE, ORANGE, GREEN, PURPLE, GREY))
MARKS = ("o", "s", "^", "D", "v", "P", "X")


def posterior_figure(posterior: Posterior, ax: Axes | None = None) -> Axes:
    """Draw one row per parameter: its prior in grey, and its posterior.

    Grey bars and thin lines are central 90 percent intervals, thick lines are central 50 percent intervals,
    and dots are medians.
    """
    title = f"{posterior.model}: prior and posterior"
    with canvas(ax, PAGE, 0.9 + 0.3 * len(posterior.priors), title, above=8) as host:
        for y, prior in enumerate(posterior.priors):
            values = np.array([posterior.quantile(prior.name, q) for q in (0.05, 0.25, 0.5, 0.75, 0.95)])
            at = prior.share(values)
            low, high = prior.share(np.asarray(prior.at(np.array([0.05, 0.95]))))
            host.barh(y, high - low, 0.56, left=low, color=PRIOR, edgecolor="none")
            host.plot(at[[0, 4]], [y, y], color=BLUE, linewidth=1.2, solid_capstyle="butt")
            host.plot(at[[1, 3]], [y, y], color=BLUE, linewidth=4.0, solid_capstyle="butt")
            host.plot(at[2], y, "o", color="white", markeredgecolor=BLUE, markersize=4.5)
            words = f"{values[2]:.3g}  ({values[0]:.3g} to {values[4]:.3g})"
            host.text(1.02, y, words, va="center", ha="left", fontsize=SMALL)
        in_ranges(host, [prior.name for prior in posterior.priors])
    return host


def in_ranges(host: Axes, parameters: Sequence[str]) -> None:
    """Name the rows of parameters, and label the axis of places in the ranges of their priors."""
    name_rows(host, parameters)
    host.set_xlim(0, 1)
    host.set_xticks([0, 0.5, 1], ["low", "middle", "high"], fontsize=SMALL)
    host.set_xlabel("place in the range of the prior", fontsize=SMALL)


def comparison_figure(comparison: Comparison, ax: Axes | None = None) -> Axes:
    """Draw the cumulative log score of each model along the record, less the score of the average."""
    names = comparison.posteriors[0].observations
    # Without subtracting the average, all lines would fall together as the record grows.
    along = np.cumsum(comparison.scores - comparison.average, axis=1)
    title = "evidence along the record, against the average of all models"
    with canvas(ax, PAGE, 1.3 + 0.2 * len(names), title, above=8) as host:
        host.axvline(0.0, color="0.8", linewidth=0.8)
        for k, (posterior, line) in enumerate(zip(comparison.posteriors, along, strict=True)):
            colour, style = LINES[k % len(LINES)]
            host.plot(
                line, range(len(line)), color=colour, linestyle=style, marker=MARKS[k % len(MARKS)],
                markersize=3.0, linewidth=1.2, label=posterior.model,
            )  # fmt: skip
        narrow = room(host)[0] < COLUMN
        words = [fill(name.replace("_", " "), FOLDED) if narrow else name for name in names]
        name_rows(host, words)
        host.set_xlabel("log density of all up to here, less the average's")
        legend_below(host)
    return host
