"""Widths, colours and writing of the paper's figures. Matplotlib is loaded with this module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from negotiation.report.files import FIXED_METADATA

STYLE = Path(__file__).with_name("paper.mplstyle")
COLUMN, PAGE = 3.3, 6.5
"""Widths in inches: one column, and two columns or the page."""

BLUE, ORANGE, GREEN, PURPLE, GREY, BLACK = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#777777", "#000000"
COLOURS = {"USA": BLUE, "CHN": ORANGE}
DASHES = {"USA": "-", "CHN": "--"}
THEORIES = {
    "each for itself": (GREY, ":", "x"),
    "moment": (GREEN, "-.", "D"),
    "custom in kind": (BLUE, "-", "o"),
    "shadow linkage": (ORANGE, "--", "s"),
    "renegotiation": (PURPLE, (0, (5, 1, 1, 1, 1, 1)), "^"),
}
"""Colour, line and mark of each theory that has a form in continuous time."""

KINDS = ("pdf", "png")


def new_figure(width: float = PAGE, height: float = 2.8) -> Figure:
    """Return an empty figure of the paper, in inches."""
    return Figure(figsize=(width, height), layout="constrained")


def rendered(function: Callable[[Any], Figure], data: Mapping[str, pd.DataFrame]) -> dict[str, bytes]:
    """Return a figure as PDF and PNG: the same bytes from the same data."""
    found: dict[str, bytes] = {}
    with mpl.rc_context(fname=str(STYLE)):
        figure = function(data)
        for kind in KINDS:
            buffer = BytesIO()
            figure.savefig(buffer, format=kind, metadata=dict(FIXED_METADATA[kind]))
            found[kind] = buffer.getvalue()
    return found


def day_number(day: Any) -> float:
    """Return a date as matplotlib counts days."""
    return float(mdates.date2num(pd.Timestamp(day)))  # type: ignore[no-untyped-call]


def month_axis(axis: Axes, every: int = 1) -> None:
    """Mark months on a time axis."""
    axis.xaxis.set_major_locator(mdates.MonthLocator(interval=every))  # type: ignore[no-untyped-call]
    axis.xaxis.set_major_formatter(mdates.DateFormatter("%b"))  # type: ignore[no-untyped-call]


def mark_truces(axis: Axes, truces: pd.DataFrame, *, names: bool = False) -> None:
    """Draw a dashed line on the day of each agreement, with its place above where asked for."""
    for place, signed in zip(truces["place"], truces["signed"], strict=True):
        x = day_number(signed)
        axis.axvline(x, color=BLACK, linewidth=0.6, linestyle=(0, (4, 2)))
        if names:
            axis.annotate(
                place, (x, 1.02), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=7.5
            )
