"""The figure of leverage: harm of a curb and gain from a control, the state behind it, and the threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.axes import Axes

from negotiation.report.figures.canvas import (
    BLUE,
    COLUMN,
    GREEN,
    GREY,
    ORANGE,
    PAGE,
    canvas,
    heading,
    panels,
    room,
)
from negotiation.report.figures.numerics import NUMERICS
from negotiation.report.figures.truces.dates import mark_day, name_dates, number, numbers

if TYPE_CHECKING:
    from negotiation.truces.studies.leverage import Leverage

# Steps of a component of the state, which the middle panel scales to 1.
SHARE = 3


def leverage_figure(result: Leverage, ax: Axes | None = None) -> Axes:
    """Draw leverage and gain, the state behind them, and the critical discount factor, over the record."""
    with canvas(ax, PAGE, 6.6) as host:
        top, middle, bottom = panels(host, 3, shared="x", gaps=(0.0, 0.12), heights=(1.5, 1.0, 1.0))
        _leverage(top, result)
        _state(middle, result)
        _threshold(bottom, result)
        for axis in (top, middle, bottom):
            _mark(axis, result)
        wide = room(host)[0] > COLUMN
        for name, signed in result.signed:
            place = name.split("-")[2].capitalize()
            top.annotate(
                place, (number(signed), 1.01), xycoords=("data", "axes fraction"),
                ha="center", fontsize=6.5 if wide else 5.5, rotation=0 if wide else 90,
            )  # fmt: skip
        first, last = number(result.days[0]), number(result.days[-1])
        name_dates(bottom, first, last, "%b %Y", every=1 if wide else 3)
        heading(host, "What the curb harms, and what the control gains", above=14 if wide else 34)
    return host


def _leverage(axis: Axes, result: Leverage) -> None:
    x = numbers(result.days)
    looks = (
        ("leverage", "harm of a curb now", BLUE, "-"),
        ("lasting", "harm of a curb that stays", GREEN, "--"),
        ("gain", "gain from the control", ORANGE, "-."),
    )
    for name, label, colour, line in looks:
        axis.plot(x, _positive(result.central[name]), color=colour, linestyle=line, label=label)
        low, high = (np.maximum(end[name], NUMERICS.least_on_log) for end in (result.low, result.high))
        axis.fill_between(x, low, high, color=colour, alpha=0.12, linewidth=0)
    axis.set(yscale="log", ylim=(NUMERICS.least_on_log, 3), ylabel=f"percent of GDP of {result.players[0]}")
    _legend(axis, "lower right")


def _legend(axis: Axes, place: Literal["lower left", "lower right"]) -> None:
    """Set the legend of a panel within it, in one column if the panel is narrow."""
    if room(axis)[0] > COLUMN:
        axis.legend(loc=place, ncols=3)
        return
    axis.legend(
        loc=place, fontsize=5.5, labelspacing=0.2, frameon=True, framealpha=0.85, edgecolor="none",
        borderpad=0.2,
    )  # fmt: skip


def _positive(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float]:
    return [float(v) if v > 0 else float("nan") for v in values]


def _state(axis: Axes, result: Leverage) -> None:
    path = result.trajectory
    x = numbers(path.days)
    steps = np.arange(SHARE) / (SHARE - 1)
    looks = (
        ("curb_dependence", BLUE, "-"),
        ("control_dependence", ORANGE, "--"),
        ("stocks", "black", ":"),
    )
    for name, colour, line in looks:
        mean = path.distributions[name] @ steps
        axis.plot(x, mean, color=colour, linestyle=line, label=path.titles[name])
    axis.set(ylim=(0, 1.05), ylabel="mean step, full = 1")
    _legend(axis, "lower left")


def _threshold(axis: Axes, result: Leverage) -> None:
    # No patience is enough where the threshold is 1 or more.
    x = numbers(result.days)
    values = np.minimum(result.central["threshold"], 1.0)
    axis.fill_between(
        x, np.minimum(result.low["threshold"], 1.0), np.minimum(result.high["threshold"], 1.0),
        color=GREY, alpha=0.2, linewidth=0,
    )  # fmt: skip
    axis.plot(x, values, color="black", marker="o", markersize=3)
    for k, (day, value) in enumerate(zip(x, values, strict=True)):
        if k == 0 or result.binding[k] != result.binding[k - 1]:
            axis.annotate(
                f"{result.binding[k]} binds" if value < 1 else "no patience is enough",
                (day, value), xytext=(4, -9 if value >= 1 else 5), textcoords="offset points", fontsize=6.5,
            )  # fmt: skip
    axis.set(ylim=(0, 1.08), ylabel="critical discount factor")


def _mark(axis: Axes, result: Leverage) -> None:
    for _, signed in result.signed:
        mark_day(axis, signed)
    days = numbers(result.use.days)
    axis.fill_between(
        days, 0, 1, where=np.asarray(result.use.curb, dtype=bool).tolist(), color=GREY, alpha=0.15,
        linewidth=0, transform=axis.get_xaxis_transform(), step="post",
    )  # fmt: skip
    axis.set_xlim(days[0] - 2, days[-1] + 2)
