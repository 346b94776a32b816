"""Figures of scores over the record: calibration, and the moves that each predictor expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.report.figures.canvas import (
    BLUE,
    GREY,
    ORANGE,
    PAGE,
    SMALL,
    canvas,
    legend_below,
    panels,
)
from negotiation.report.figures.numerics import NUMERICS
from negotiation.report.figures.truces.dates import name_dates, numbers
from negotiation.truces.prediction.reliability import recalibrated
from negotiation.truces.prediction.scored_forecast import COMPARED, FORECAST
from negotiation.truces.record.events import DOWN, UP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from negotiation.truces.prediction.reliability import Reliability
    from negotiation.truces.prediction.scored_forecast import ForecastScores
    from negotiation.truces.prediction.series_scores import SeriesScores

STYLES = (
    ("black", "-"),
    (ORANGE, "--"),
    (BLUE, "-."),
    (GREY, ":"),
    ("black", (0, (1, 3))),
    (ORANGE, (0, (6, 3))),
)


def reliability_figure(result: Reliability, ax: Axes | None = None) -> Axes:
    """Draw the share of moves that happened against the chance given, by class of chances."""
    some = [k for k, count in enumerate(result.rows) if count]
    given = np.array([result.given[k] for k in some])
    came = np.maximum([result.came[k] for k in some], NUMERICS.least_on_log)
    with canvas(ax, 3.6, 3.4) as axis:
        axis.plot([NUMERICS.least_on_log, 1.0], [NUMERICS.least_on_log, 1.0], "--", color=GREY, linewidth=0.8)
        axis.plot(given, came, "o-", color=BLUE, markersize=4, linewidth=1.0)
        for x, y, k in zip(given, came, some, strict=True):
            axis.annotate(
                f"{result.rows[k]:,}", (x, y), xytext=(4, -9), textcoords="offset points", fontsize=6
            )
        axis.set(xscale="log", yscale="log", xlim=(NUMERICS.least_on_log, 1.0))
        axis.set_ylim(NUMERICS.least_on_log, 1.0)
        axis.set_xlabel("chance that was given")
        axis.set_ylabel("share that came")
        axis.set_title(result.name)
    return axis


def calibration_figure(result: ForecastScores, ax: Axes | None = None) -> Axes:
    """Draw the recalibrated chance, which is nondecreasing, against the chance given (a CORP diagram)."""
    with canvas(ax, 3.6, 3.4) as axis:
        most = 0.0
        for name, (colour, line) in zip((FORECAST, COMPARED), ((BLUE, "o-"), (ORANGE, "s--")), strict=True):
            chances, came = result.of_moves(name)
            given, first = np.unique(chances, return_index=True)
            right = recalibrated(chances, came)[first]
            axis.plot(given, right, line, color=colour, markersize=2.5, linewidth=0.9, label=name)
            most = max(most, float(given[-1]))
        axis.plot([0.0, 1.0], [0.0, 1.0], ":", color=GREY, linewidth=0.8)
        # Most chances are small, so the axis ends at the largest.
        axis.set(xlim=(0.0, 1.05 * most), ylim=(-0.02, 1.02), xlabel="chance that was given")
        axis.set_ylabel("share that came")
        axis.set_title(f"{result.on}: {came.sum()} of {came.size} moves came")
        axis.legend(loc="upper left")
    return axis


def expected_figure(result: SeriesScores, ax: Axes | None = None) -> Axes:
    """Draw how many moves each predictor expected in the week or month ahead, and how many happened."""
    chosen = range(min(len(result.names), len(STYLES)))
    title = f"Moves that were expected in the {result.form[:-1]} ahead, and that came"
    with canvas(ax, PAGE, 4.0, title, above=6) as host:
        axes = panels(host, 2, shared="x", gaps=(0.2, 0.0))
        for axis, d, word in zip(axes, (UP, DOWN), ("up", "down"), strict=True):
            came = result.came[:, 0, :, d].sum(axis=1)
            _along(axis, result, came, chosen, result.chances[chosen, :, 0, :, d].sum(axis=2))
            axis.set_ylabel(f"moves {word}")
        legend_below(host, columns=4, drop=0.3)
    return host


def series_figure(
    result: SeriesScores, ax: Axes | None = None, *, series: Sequence[tuple[str, str, int]]
) -> Axes:
    """Draw the chances that predictors gave some moves in the week or month ahead, and the moves.

    Each of `series` is a country, an instrument and a direction, 0 for up and 1 for down.
    """
    chosen = range(min(len(result.names), len(STYLES)))
    places = [result.pairs.index((country, name)) for country, name, _ in series]
    shown = result.chances[chosen][:, :, 0, places]
    top = 1.1 * max(float(shown[:, :, k, d].max()) for k, (_, _, d) in enumerate(series))
    title = f"Chance of a move in the {result.form[:-1]} ahead, and the moves"
    with canvas(ax, PAGE, 0.6 + 0.95 * len(series), title, above=14) as host:
        axes = panels(host, len(series), shared="x", gaps=(0.0, 0.28))
        for k, (axis, (country, name, d)) in enumerate(zip(axes, series, strict=True)):
            came = np.where(result.came[:, 0, places[k], d], top, 0.0)
            _along(axis, result, came, chosen, shown[:, :, k, d])
            axis.set(ylim=(0.0, top), ylabel="chance")
            title = f"{country} {name.replace('_', ' ')}, {('up', 'down')[d]}"
            axis.set_title(title, loc="left", fontsize=SMALL, pad=2)
        legend_below(host, drop=0.3)
    return host


def _along(
    axis: Axes, result: SeriesScores, came: IntArray | FloatArray, chosen: Sequence[int], lines: FloatArray
) -> None:
    """Draw what happened as bars, and one step line per chosen predictor, over the weeks or months.

    Shapes: `came` (T,), `chosen` (K,), `lines` (K, T).
    """
    x = numbers(result.origins)
    width = float(np.diff(x).min()) if len(x) > 1 else 7.0
    # Bars are drawn only where something happened, since one per week would be thousands.
    some = came > 0
    axis.bar(x[some], came[some], width, align="edge", color=GREY, alpha=0.35, linewidth=0, label="came")
    for k, line, (colour, style) in zip(chosen, lines, STYLES, strict=False):
        axis.step(x, line, where="post", color=colour, linestyle=style, linewidth=1.0, label=result.names[k])
    name_dates(axis, float(x[0]), float(x[-1]) + width)
