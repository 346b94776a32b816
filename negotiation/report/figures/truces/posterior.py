"""Figures of estimates: where in its range each parameter lies, and how evidence grew along the record."""

from __future__ import annotations

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
    beside,
    canvas,
    heading,
    legend_below,
    room,
    under_label,
)

if TYPE_CHECKING:
    from negotiation.truces.estimation.averaging import Comparison
    from negotiation.truces.estimation.posterior import Posterior

PRIOR = "0.85"

FOLDED = 20
"""Characters of a line of an observation's name where there is no room for it on one."""

LINES = tuple((colour, style) for style in ("-", "--", ":") for colour in (BLUE, ORANGE, GREEN, PURPLE, GREY))
MARKS = ("o", "s", "^", "D", "v", "P", "X")


def posterior_figure(posterior: Posterior, ax: Axes | None = None) -> Axes:
    """Draw a row for each parameter: its range in grey, and what is left of it."""
    with canvas(ax, PAGE, 0.9 + 0.3 * len(posterior.priors)) as host:
        heading(host, f"{posterior.model}: prior and posterior", above=8)
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
        host.set_xlim(0, 1)
        host.set_ylim(len(posterior.priors) - 0.5, -0.5)
        host.set_yticks(
            range(len(posterior.priors)), [p.name.replace("_", " ") for p in posterior.priors], fontsize=SMALL
        )
        host.set_xticks([0, 0.5, 1], ["low", "middle", "high"], fontsize=SMALL)
        host.set_xlabel("place in the range of the prior", fontsize=SMALL)
    return host


def comparison_figure(comparison: Comparison, ax: Axes | None = None) -> Axes:
    """Draw the evidence of each model along the record, against the average of all."""
    names = comparison.posteriors[0].observations
    along = np.cumsum(comparison.scores - comparison.average, axis=1)
    with canvas(ax, PAGE, 1.3 + 0.2 * len(names)) as host:
        host.axvline(0.0, color="0.8", linewidth=0.8)
        for k, (one, line) in enumerate(zip(comparison.posteriors, along, strict=True)):
            colour, style = LINES[k % len(LINES)]
            host.plot(
                line, range(len(line)), color=colour, linestyle=style, marker=MARKS[k % len(MARKS)],
                markersize=3.0, linewidth=1.2, label=one.model,
            )  # fmt: skip
        words = [n.replace("_", " ") for n in names]
        if room(host)[0] < COLUMN:
            words = [fill(n, FOLDED) for n in words]
        host.set_yticks(range(len(names)), words, fontsize=SMALL)
        title = "evidence along the record, against the average of all models"
        heading(host, title, above=8, less=beside(host))
        host.set_ylim(len(names) - 0.5, -0.5)
        host.set_xlabel("log density of all up to here, less the average's")
        legend_below(host, drop=under_label(host))
    return host
