"""Figures of predictions: the chances given each week, and a forecast by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.report.figures.canvas import (
    BLUE,
    GREY,
    ORANGE,
    PAGE,
    canvas,
    fitting,
    heading,
    legend_below,
    panels,
)
from negotiation.report.figures.names import country_name, instrument_name, scenario_of
from negotiation.report.figures.truces.dates import mark_day, name_dates, number, numbers
from negotiation.truces.prediction.weeks import DOWN, UP
from negotiation.truces.record.agreement_text import agreements_of

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from negotiation.truces.prediction.forecast_rows import Forecast
    from negotiation.truces.prediction.scores import Scores

# Least inches of a panel of a forecast beside another, and points of its title if it is narrow.
LEAST, SMALLEST = 1.15, 5.5

# Height of a row: larger chances are cut off.
TALLEST = 0.6


def chances_figure(scores: Scores, name: str, ax: Axes | None = None) -> Axes:
    """Draw the chances that a predictor gave for each week, and mark what happened."""
    chances = scores.chances[scores.names.index(name)]
    papers = [text for text in agreements_of(None, placebos=True) if text.id in scores.spells]
    x = numbers(scores.cells.weeks)
    with canvas(ax, PAGE, 0.5 * len(scores.cells.pairs) + 1.0) as host:
        axes = panels(host, len(scores.cells.pairs), shared="x", gaps=(0.0, 0.0))
        for k, (axis, (country, instrument)) in enumerate(zip(axes, scores.cells.pairs, strict=True)):
            _chance_row(axis, x, chances[:, k], scores.cells.outcomes[:, k])
            label = f"{country}  {instrument.replace('_', ' ')}"
            axis.set_ylabel(label, rotation=0, ha="right", va="center", fontsize=6.5)
            for paper in papers:
                mark_day(axis, paper.signed)
        for paper in papers:
            signed = number(paper.signed)
            if x[0] <= signed <= x[-1] + 7:
                place = paper.id.split("-", 2)[2].replace("-", " ").capitalize()
                axes[0].annotate(
                    place, (signed, 1.02), xycoords=("data", "axes fraction"), ha="center", fontsize=6,
                    annotation_clip=False,
                )  # fmt: skip
        name_dates(axes[-1], float(x[0]), float(x[-1]))
        title = f"Chance of a move in the week, given before it (predictor: {name})"
        heading(host, f"{title}; a row reaches to {TALLEST:.0%} either way", above=14)
        legend_below(host, _chance_legend(), columns=4, drop=0.3)
    return host


def _chance_legend() -> list[Artist]:
    """Return the handles of the legend of `chances_figure`."""
    return [
        Patch(color=ORANGE, alpha=0.5, linewidth=0, label="chance of a harsher level"),
        Line2D([], [], color=ORANGE, marker="^", linestyle="", markersize=4, label="it came"),
        Patch(color=BLUE, alpha=0.5, linewidth=0, label="chance of a milder level"),
        Line2D([], [], color=BLUE, marker="v", linestyle="", markersize=4, label="it came"),
    ]


def _chance_row(axis: Axes, x: FloatArray, chances: FloatArray, outcomes: IntArray) -> None:
    axis.fill_between(x, 0, chances[:, UP], step="post", color=ORANGE, alpha=0.5, linewidth=0)
    axis.fill_between(x, 0, -chances[:, DOWN], step="post", color=BLUE, alpha=0.5, linewidth=0)
    axis.axhline(0.0, color=GREY, linewidth=0.5)
    for outcome, marker, height, colour in ((UP, "^", 0.45, ORANGE), (DOWN, "v", -0.45, BLUE)):
        at = x[outcomes == outcome] + 3
        axis.plot(at, np.full(len(at), height), marker, color=colour, markersize=4, markeredgewidth=0)
    axis.set(ylim=(-TALLEST, TALLEST), yticks=[])
    axis.spines["left"].set_visible(False)


def forecast_figure(result: Forecast, ax: Axes | None = None) -> Axes:
    """Draw a forecast by month, with one panel per country and instrument."""
    monthly = [row for row in result.rows if row.direction in ("up", "down")]
    scenario = scenario_of(result.truce)
    months = sorted({row.month for row in monthly})
    pairs = list(dict.fromkeys((row.actor, row.instrument) for row in monthly))
    with canvas(ax, PAGE, 1.5 * -(-len(pairs) // 3) + 0.8) as host:
        columns = min(3, fitting(host, len(pairs), LEAST, gap=0.2))
        axes = panels(host, len(pairs), columns, shared="xy", gaps=(0.2, 0.35))
        top = min(1.0, 1.3 * max((row.high for row in monthly), default=1.0))
        # With fewer than three columns, countries have their codes and fewer months are named.
        small = columns < 3
        for axis, pair in zip(axes, pairs, strict=True):
            for direction, colour, line in (("up", ORANGE, "-"), ("down", BLUE, "--")):
                rows = [r for r in monthly if (r.actor, r.instrument, r.direction) == (*pair, direction)]
                x = [months.index(r.month) for r in rows]
                axis.fill_between(
                    x, [r.low for r in rows], [r.high for r in rows], color=colour, alpha=0.15, linewidth=0
                )
                axis.plot(x, [r.probability for r in rows], line, color=colour, label=direction)
            whose = pair[0] if small else country_name(scenario, pair[0])
            title = f"{whose}: {instrument_name(scenario, pair[1])}"
            axis.set_title(title, fontsize=SMALLEST if small else 7)
            axis.set_ylim(0, top)
            named = range(0, len(months), 1 + (len(months) - 1) // (2 if small else 4))
            axis.set_xticks(named, [months[k] for k in named], fontsize=6)
        if small:
            legend_below(host, axes[0].get_legend_handles_labels()[0], drop=0.3)
        else:
            axes[0].legend(loc="upper left")
        heading(host, f"Chance of at least one move in the month, as of {result.as_of}", above=20)
    return host
