"""Figures of scores over the record: what chances meant, and how much each predictor expected when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes

from negotiation.report.figures.canvas import (
    BLUE,
    GREY,
    ORANGE,
    PAGE,
    SMALL,
    canvas,
    heading,
    legend_below,
    panels,
)
from negotiation.report.figures.truces.dates import name_dates
from negotiation.truces.record.events import DOWN, UP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from negotiation.truces.prediction.reliability import Reliability
    from negotiation.truces.prediction.series_scores import SeriesScores

STYLES = (
    ("black", "-"),
    (ORANGE, "--"),
    (BLUE, "-."),
    (GREY, ":"),
    ("black", (0, (1, 3))),
    (ORANGE, (0, (6, 3))),
)
LEAST_SHOWN = 1e-3
"""Where a share of nothing is drawn, on an axis of logarithms."""


def reliability_figure(result: Reliability, ax: Axes | None = None) -> Axes:
    """Draw the share that came against the chance that was given, by class of chances."""
    some = [k for k, count in enumerate(result.rows) if count]
    given = np.array([result.given[k] for k in some])
    came = np.maximum([result.came[k] for k in some], LEAST_SHOWN)
    with canvas(ax, 3.6, 3.4) as axis:
        axis.plot([LEAST_SHOWN, 1.0], [LEAST_SHOWN, 1.0], "--", color=GREY, linewidth=0.8)
        axis.plot(given, came, "o-", color=BLUE, markersize=4, linewidth=1.0)
        for x, y, k in zip(given, came, some, strict=True):
            axis.annotate(
                f"{result.rows[k]:,}", (x, y), xytext=(4, -9), textcoords="offset points", fontsize=6
            )
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.set_xlim(LEAST_SHOWN, 1.0)
        axis.set_ylim(LEAST_SHOWN, 1.0)
        axis.set_xlabel("chance that was given")
        axis.set_ylabel("share that came")
        axis.set_title(result.name)
    return axis


def expected_figure(result: SeriesScores, ax: Axes | None = None, names: Sequence[str] | None = None) -> Axes:
    """Draw how many moves each predictor expected in the first week or month ahead, and what came."""
    chosen = [result.names.index(name) for name in (result.names if names is None else names)[: len(STYLES)]]
    x = np.asarray(mdates.date2num(result.origins))  # type: ignore[no-untyped-call]
    width = float(np.diff(x).min()) if len(x) > 1 else 7.0
    with canvas(ax, PAGE, 4.0) as host:
        axes = [row[0] for row in panels(host, 2, 1, shared="x", gaps=(0.2, 0.0))]
        for axis, d, word in zip(axes, (UP, DOWN), ("up", "down"), strict=True):
            came = result.came[:, 0, :, d].sum(axis=1)
            axis.bar(x, came, width, align="edge", color=GREY, alpha=0.35, linewidth=0, label="came")
            for k, (colour, line) in zip(chosen, STYLES, strict=False):
                expected = result.chances[k, :, 0, :, d].sum(axis=1)
                axis.step(
                    x, expected, where="post", color=colour, linestyle=line, linewidth=1.0,
                    label=result.names[k],
                )  # fmt: skip
            axis.set_ylabel(f"moves {word}")
        name_dates(axes[-1], float(x[0]), float(x[-1]) + width)
        heading(host, f"Moves that were expected in the {result.form[:-1]} ahead, and that came", above=6)
        legend_below(host, axes[0].get_legend_handles_labels()[0], columns=4, drop=0.3)
    return host


def series_figure(
    result: SeriesScores,
    ax: Axes | None = None,
    *,
    series: Sequence[tuple[str, str, int]],
    names: Sequence[str] | None = None,
) -> Axes:
    """Draw the chance that each predictor gave some moves in the first week or month ahead, and the moves."""
    chosen = [result.names.index(name) for name in (result.names if names is None else names)[: len(STYLES)]]
    places = [result.pairs.index((country, name)) for country, name, _ in series]
    x = np.asarray(mdates.date2num(result.origins))  # type: ignore[no-untyped-call]
    width = float(np.diff(x).min()) if len(x) > 1 else 7.0
    shown = result.chances[np.ix_(chosen, range(len(x)), [0], places)][:, :, 0]
    top = 1.1 * max(float(shown[:, :, k, d].max()) for k, (_, _, d) in enumerate(series))
    with canvas(ax, PAGE, 0.6 + 0.95 * len(series)) as host:
        axes = [row[0] for row in panels(host, len(series), 1, shared="x", gaps=(0.0, 0.28))]
        for k, (axis, (country, name, d)) in enumerate(zip(axes, series, strict=True)):
            came = result.came[:, 0, places[k], d]
            axis.bar(
                x[came], np.full(came.sum(), top), width, align="edge", color=GREY, alpha=0.35, linewidth=0,
                label="came",
            )  # fmt: skip
            for p, (colour, line) in enumerate(STYLES[: len(chosen)]):
                axis.step(
                    x, shown[p, :, k, d], where="post", color=colour, linestyle=line, linewidth=1.0,
                    label=result.names[chosen[p]],
                )  # fmt: skip
            axis.set_ylim(0.0, top)
            axis.set_ylabel("chance")
            title = f"{country} {name.replace('_', ' ')}, {('up', 'down')[d]}"
            axis.set_title(title, loc="left", fontsize=SMALL, pad=2)
        name_dates(axes[-1], float(x[0]), float(x[-1]) + width)
        heading(host, f"Chance of a move in the {result.form[:-1]} ahead, and the moves", above=14)
        handles = {h.get_label(): h for axis in axes for h in axis.get_legend_handles_labels()[0]}
        legend_below(host, list(handles.values()), columns=3, drop=0.3)
    return host
