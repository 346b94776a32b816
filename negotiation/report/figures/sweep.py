"""Figures of an experiment: lines, heat maps or distributions by what varies, and Sobol indices.

One varied number gives a line. With two varied numbers there is a line for each value of one of them, or a
heat map if both have many values. Missing values leave gaps.
"""

from __future__ import annotations

from itertools import cycle
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize

from negotiation.base.labelled.cells import format_cell
from negotiation.base.numeric import FloatArray
from negotiation.lab.designs import Design
from negotiation.lab.shares import Share, share
from negotiation.report.figures.canvas import (
    BLUE,
    ORANGE,
    PAGE,
    SMALL,
    canvas,
    colour_bar,
    panels,
    say_instead,
)

if TYPE_CHECKING:
    from negotiation.lab.result import Sweep
    from negotiation.lab.sensitivity import SobolIndices

# Fewest values of both numbers of a grid that is drawn as a heat map; on smaller grids the second has lines.
MANY = 9

# Least ratio of a positive number's ends at which its axis is logarithmic.
WIDE = 30.0

# Least ratio of positive measures at which their colours are logarithmic.
VERY_WIDE = 100.0

MOST_PANELS = 4

# Most numbers that the label of an axis names; more are counted.
MOST_NAMED = 4


def sweep_figure(sweep: Sweep, ax: Axes | None = None) -> Axes:
    """Draw a sweep, with one panel for each measure that the experiment shows.

    If these are all yes/no measures over a random or low-discrepancy design, their shares are drawn instead.
    """
    shown = shown_measures(sweep)
    varied = varied_numbers(sweep)
    if shown and isinstance(sweep.experiment.space, Design) and all(_is_yes_or_no(sweep, m) for m in shown):
        return shares_figure(sweep, ax)
    with canvas(ax, 3.6 * max(2, len(shown)), 3.6, sweep.experiment.question, above=30) as host:
        if not shown:
            say_instead(host, "nothing to draw: no measure is a number")
        axes = panels(host, len(shown), len(shown), gaps=(0.8, 0.0)) if shown else []
        for axis, measure in zip(axes, shown, strict=True):
            _panel(axis, sweep, measure, varied)
            axis.set_title(fill(sweep.experiment.label(measure), 48), fontsize=8, fontweight="normal")
        for axis in axes[1:]:
            if (again := axis.get_legend()) is not None:
                again.remove()  # the lines are those of the first panel
    return host


def shown_measures(sweep: Sweep) -> list[str]:
    """Return up to four numeric measures to draw: of those that the experiment shows, or of all."""
    chosen = sweep.experiment.shown or sweep.measures
    numeric = [name for name in chosen if _is_numeric(sweep, name)]
    return numeric[:MOST_PANELS]


def varied_numbers(sweep: Sweep) -> dict[str, FloatArray]:
    """Return the values, shape (cells,), of each varied number by name, the one with most values first."""
    names = [name for name in sweep.experiment.space.names if _is_numeric(sweep, name)]
    columns = {name: sweep.column(name) for name in names}
    several = [name for name in names if len(np.unique(columns[name])) > 1]
    return {name: columns[name] for name in sorted(several, key=lambda n: -len(np.unique(columns[n])))}


def _is_numeric(sweep: Sweep, name: str) -> bool:
    if name not in sweep.frame.names:
        return False
    return sweep.frame.kind(name) != "VARCHAR"


def _panel(axis: Axes, sweep: Sweep, measure: str, varied: dict[str, FloatArray]) -> None:
    values = sweep.column(measure)
    names = [name for name in sweep.experiment.space.names if name in varied]
    counts = [len(np.unique(varied[name])) for name in names]
    # Random draws, in which every number differs, are drawn as a distribution.
    if len(names) == 2 and min(counts) >= MANY and 2 * len(values) > int(np.prod(counts)):
        _heat(axis, sweep, names, varied, values)
    elif len(names) > 1 and min(counts) > MANY and len(values) == max(counts):
        _shares(axis, sweep, measure, values)
    elif names:
        _lines(axis, sweep, next(iter(varied)), varied, values)
    else:
        axis.plot(np.arange(len(values)), values, marker="o", linestyle="none", color=BLUE)


def _is_yes_or_no(sweep: Sweep, name: str) -> bool:
    return sweep.frame.kind(name) == "BOOLEAN"


def shares_figure(sweep: Sweep, ax: Axes | None = None) -> Axes:
    """Draw the share of draws in which each yes/no measure holds, with its interval."""
    chosen = sweep.experiment.shown or sweep.measures
    names = [name for name in chosen if _is_yes_or_no(sweep, name)]
    shares = [share(sweep, name) for name in names]
    places = np.arange(len(shares))[::-1]
    with canvas(ax, PAGE, 0.24 * len(shares) + 1.2, sweep.experiment.question) as axis:
        values = np.array([each.value for each in shares])
        ends = np.array([[each.value - each.low, each.high - each.value] for each in shares]).T
        axis.errorbar(values, places, xerr=np.maximum(ends, 0.0), fmt="o", markersize=4, color=BLUE)
        axis.set_yticks(places, [name.replace("_", " ") for name in names])
        axis.set_xlim(-0.02, 1.02)
        level = f"{shares[0].level:.0%} Wilson intervals"
        axis.set_xlabel(f"share of {_counted(sweep, shares)} in which it holds ({level})")
    return axis


def _counted(sweep: Sweep, found: list[Share]) -> str:
    """Return a phrase on the number of draws behind the shares, and on how many failed or are missing."""
    least, most = min(each.draws for each in found), max(each.draws for each in found)
    counted = f"{most:,}" if least == most else f"{least:,} to {most:,}"
    lost = sweep.experiment.n_cells - least
    return f"{counted} draws" + (f" (up to {lost:,} failed or are missing)" if lost else "")


def _heat(
    axis: Axes, sweep: Sweep, names: list[str], varied: dict[str, FloatArray], values: FloatArray
) -> None:
    x, y = (np.unique(varied[name]) for name in names)
    grid = np.full((len(y), len(x)), np.nan)
    places = np.searchsorted(y, varied[names[1]]), np.searchsorted(x, varied[names[0]])
    grid[places] = np.where(np.isfinite(values), values, np.nan)
    there = grid[np.isfinite(grid)]
    # Logarithms need positive values throughout.
    wide = there.size and there.min() > 0 and there.max() >= VERY_WIDE * there.min()
    norm = LogNorm() if wide else Normalize()
    masked = np.ma.masked_invalid(grid)
    mesh = axis.pcolormesh(x, y, masked, cmap="cividis", norm=norm, shading="nearest", rasterized=True)
    axis.set_facecolor("0.85")
    for scale, ends in ((axis.set_xscale, x), (axis.set_yscale, y)):
        if ends[0] > 0 and ends[-1] >= WIDE * ends[0]:
            scale("log")
    colour_bar(axis, mesh)
    grey = "; grey: no value" if there.size < grid.size else ""
    axis.set_xlabel(fill(sweep.experiment.label(names[0]) + grey, 42))
    axis.set_ylabel(fill(sweep.experiment.label(names[1]), 42))


def _lines(axis: Axes, sweep: Sweep, name: str, varied: dict[str, FloatArray], values: FloatArray) -> None:
    """Draw a line for each value of the other name that varies; for many settings, their mean and range.

    A setting is a combination of values of all names but `name`. A missing value leaves a gap in a line. The
    mean is over the settings that have a value everywhere, since a mean over the settings left at each place
    would jump where one drops out. If there are none, points are drawn.
    """
    others = [
        other for other in sweep.experiment.space.names if other != name and len({*sweep.frame[other]}) > 1
    ]
    x, at = np.unique(varied[name], return_inverse=True)
    each = list(zip(*(sweep.frame[other] for other in others), strict=True)) or [()] * len(values)
    settings = sorted({*each}, key=lambda setting: tuple((isinstance(v, str), v) for v in setting))
    table = np.full((len(settings), len(x)), np.nan)
    place = {setting: k for k, setting in enumerate(settings)}
    table[[place[setting] for setting in each], at] = np.where(np.isfinite(values), values, np.nan)
    label = sweep.experiment.label(name)
    if len(others) <= 1 and len(settings) < MANY:
        colours = colormaps["cividis"](np.linspace(0.0, 0.85, len(settings))) if others else [BLUE]
        for row, setting, colour, mark in zip(table, settings, colours, cycle("os^Dv<>P"), strict=False):
            axis.plot(x, row, marker=mark, markersize=3, color=colour, label=format_cell(setting))
        if others:
            of_what = fill(sweep.experiment.label(others[0]), 28)
            axis.legend(title=of_what, fontsize=SMALL, title_fontsize=SMALL, ncols=1 + len(settings) // 5)
    elif len(whole := table[np.isfinite(table).all(axis=1)]):
        axis.plot(x, whole.mean(axis=0), marker="o", markersize=3, color=BLUE)
        axis.fill_between(x, whole.min(axis=0), whole.max(axis=0), color=BLUE, alpha=0.2)
        label += f"; mean and range over {len(whole)} of {len(settings)} settings of {_named(others)}"
        label += " with a value everywhere" if len(whole) < len(settings) else ""
    else:
        axis.plot(varied[name], values, marker="o", markersize=3, linestyle="none", color=BLUE)
        label += f"; all settings of {_named(others)}, none with a value everywhere"
    axis.set_xlabel(fill(label, 48))


def _named(others: list[str]) -> str:
    """Return a few names as text, or the number of many."""
    return ", ".join(others) if len(others) <= MOST_NAMED else f"{len(others)} others"


def _shares(axis: Axes, sweep: Sweep, measure: str, values: FloatArray) -> None:
    finite = np.sort(values[np.isfinite(values)])
    axis.step(finite, np.arange(1, len(finite) + 1) / len(values), where="post", color=BLUE)
    axis.set(xlabel=fill(sweep.experiment.label(measure), 48), ylabel="share of draws at or below")
    axis.set_ylim(0, 1)


def sobol_figure(indices: SobolIndices, ax: Axes | None = None) -> Axes:
    """Draw first-order and total Sobol indices with their intervals, largest total first."""
    order = np.argsort(indices.total)
    places = np.arange(len(order))
    with canvas(ax, 6.0, 0.32 * len(order) + 1.2, "What the variance turns on") as axis:
        for shift, mean, error, look, label in (
            (0.15, indices.total, indices.total_interval, (BLUE, "o"), "total"),
            (-0.15, indices.first, indices.first_interval, (ORANGE, "s"), "first order"),
        ):
            axis.errorbar(mean[order], places + shift, xerr=error[order], fmt="none", color=look[0])
            axis.plot(mean[order], places + shift, look[1], markersize=4, color=look[0], label=label)
        axis.set_yticks(places, [indices.names[k] for k in order])
        axis.set_ylim(-0.6, len(order) - 0.4)
        axis.axvline(0.0, color="0.6", linewidth=0.7)
        axis.set_xlabel(
            f"share of the variance of {indices.measure} ({indices.level:.0%} bootstrap intervals)"
        )
        axis.legend(loc="lower right")
    return axis
