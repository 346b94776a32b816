"""Figures of verdicts under theories: one verdict as a grid of legs and theories, or several compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from negotiation.report.figures.canvas import (
    BLUE,
    CHARACTER,
    ORANGE,
    PAGE,
    SMALL,
    beside,
    canvas,
    legend_below,
    room,
)

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from negotiation.truces.verdicts.compared_verdicts import ComparedVerdicts
    from negotiation.truces.verdicts.theory_verdicts import TheoryVerdict, TheoryVerdicts

# Least inches of the column of a theory; on narrower axes theories are rows and legs are columns.
LEAST = 0.68

# How a cell looks, by verdict: hatched if the leg breaks, so that it differs in grey; white for other words.
HOLDS, BREAKS = {"facecolor": BLUE, "hatch": None}, {"facecolor": ORANGE, "hatch": "///"}
LOOKS: Mapping[str, Mapping[str, str | None]] = {"holds": HOLDS, "breaks": BREAKS}
OTHER: Mapping[str, str | None] = {"facecolor": "white", "hatch": None}

# Inches of a row of compared verdicts, and rows left free between two legs.
ROW, BETWEEN = 0.2, 0.5

# Fewest characters of a line of a verdict's label.
SHORTEST = 8

# Points of the frame of a row in which verdicts differ.
CHANGED = 1.8


def theory_verdicts_figure(verdicts: TheoryVerdicts, ax: Axes | None = None) -> Axes:
    """Draw the verdicts as a grid of legs by theories, or of theories by legs on narrow axes."""
    legs = list(dict.fromkeys(row.leg for row in verdicts))
    names = list(dict.fromkeys(row.theory for row in verdicts))
    title = f"{verdicts.names.get(verdicts.agreement, verdicts.agreement)}: {verdicts.setting}"
    with canvas(ax, PAGE, 0.9 + 0.45 * len(legs), title, above=8) as host:
        turned = room(host)[0] < LEAST * len(names)
        for row in verdicts:
            across, down = names.index(row.theory), legs.index(row.leg)
            x, y = (down, across) if turned else (across, down)
            _cell(host, x, y, row, f"{row.words}\n{row.margin:+.2g}")
        called = [f"{leg} leg" for leg in legs]
        _axes_of_grid(host, called if turned else names, names if turned else called)
    return host


def compared_verdicts_figure(compared: ComparedVerdicts, ax: Axes | None = None) -> Axes:
    """Draw verdicts side by side, with one row per leg and theory and one column per verdict."""
    columns = tuple(compared.verdicts)
    legs = list(dict.fromkeys(row.leg for row in compared))
    places = [k + BETWEEN * legs.index(row.leg) for k, row in enumerate(compared)]
    title = "Verdicts compared, margins in percent of GDP"
    with canvas(ax, PAGE, 1.1 + ROW * (len(compared) + BETWEEN * len(legs)), title, above=8) as host:
        for y, row in zip(places, compared, strict=True):
            for x, label in enumerate(columns):
                verdict = row.verdicts.get(label)
                if verdict is None:
                    host.text(x, y, "not asked", ha="center", va="center", fontsize=SMALL, color="0.4")
                else:
                    _cell(host, x, y, verdict, f"{verdict.words}  {verdict.margin:+.2g}")
            if row.changed:
                host.add_patch(
                    Rectangle(
                        (-0.49, y - 0.48), len(columns) - 0.02, 0.96, facecolor="none", edgecolor="black",
                        linewidth=CHANGED, zorder=3, clip_on=False,
                    )
                )  # fmt: skip
        named = [f"{compared.names.get(row.theory, row.theory)}, {row.leg} leg" for row in compared]
        _axes_of_grid(host, columns, named, places)
        wide = max(SHORTEST, int((room(host)[0] - beside(host)) / len(columns) / CHARACTER))
        host.set_xticklabels([fill(label, wide) for label in columns])
        legend_below(host, _explained(compared), drop=0.1)
    return host


def _explained(compared: ComparedVerdicts) -> list[Artist]:
    """Return the handles of a legend of cells, and of frames if there are any."""
    shown: list[Artist] = [Patch(**_look(HOLDS), label="holds"), Patch(**_look(BREAKS), label="breaks")]  # type: ignore[arg-type]
    if compared.changed:
        frame = Line2D(
            [], [], color="black", marker="s", linestyle="none", markerfacecolor="none",
            markeredgewidth=CHANGED, label="verdicts differ",
        )  # fmt: skip
        shown.append(frame)
    return shown


def _look(kind: Mapping[str, str | None]) -> dict[str, object]:
    """Return the fill and the frame of a cell."""
    return {**kind, "edgecolor": kind["facecolor"], "alpha": 0.25, "linewidth": 0.8}


def _cell(host: Axes, x: float, y: float, one: TheoryVerdict, words: str) -> None:
    """Draw the cell of one verdict, with its words."""
    look = _look(LOOKS.get(one.word, OTHER))
    host.add_patch(Rectangle((x - 0.46, y - 0.42), 0.92, 0.84, **look))  # type: ignore[arg-type]
    host.text(x, y, words, ha="center", va="center", fontsize=SMALL)


def _axes_of_grid(
    host: Axes, across: Sequence[str], down: Sequence[str], places: Sequence[float] | None = None
) -> None:
    """Name the columns and rows of a grid, and hide its frame.

    If the `places` of rows are given, columns are named above the grid; otherwise below it.
    """
    rows = list(range(len(down))) if places is None else list(places)
    host.set(xlim=(-0.5, len(across) - 0.5), ylim=(rows[-1] + 0.5, -0.5))
    host.set_xticks(range(len(across)), across, fontsize=SMALL)
    host.set_yticks(rows, down, fontsize=SMALL)
    if places is not None:
        host.xaxis.tick_top()
    host.tick_params(length=0)
    host.spines[:].set_visible(False)
