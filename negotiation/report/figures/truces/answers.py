"""Figures of answers in a panel: curbs on inputs by cover and clock, and parts kept by answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from negotiation.report.figures.canvas import (
    BLUE,
    COLUMN,
    ORANGE,
    SMALL,
    canvas,
    heading,
    legend_below,
    name_rows,
)

if TYPE_CHECKING:
    from negotiation.truce_panel.answers import InputCurbs, KeptByAnswer

# First and last day drawn; a range without an upper bound ends at the last.
FIRST, LAST = 7.0, 1500.0
# Distance of the marks of a row from its middle, by coverage and answer.
APART = {(True, True): -0.27, (True, False): -0.09, (False, True): 0.09, (False, False): 0.27}
# Names of the rows of all legs, by coding.
CALLED = {
    "rule": "all legs, rule",
    "strict": "all, strict rule",
    "reader": "all, reader",
    "second_reader": "all, 2nd reader",
}
# Inches that row names take from a title, and points of notes within a figure.
BESIDE_ROWS, NOTE = 1.2, 5.5


def input_curbs_figure(found: InputCurbs, ax: Axes | None = None) -> Axes:
    """Draw one row per curb: days of cover with their range, the clock, and the first harsher step."""
    with canvas(ax, COLUMN, 3.0) as axis:
        marks = {}
        for row, curb in enumerate(found.curbs):
            if curb.cover_days is None or curb.cover_low is None:
                axis.text(FIRST * 1.05, row, "cover in no record", fontsize=NOTE, va="center")
            else:
                high = curb.cover_high or LAST
                axis.plot(
                    [curb.cover_low, high], [row] * 2, color=BLUE, linewidth=2.2 if curb.cover_high else 0.8
                )
                marks["cover"] = axis.plot(curb.cover_days, row, "s", color=BLUE, markersize=4)[0]
            if curb.clock_days:
                marks["clock"] = axis.plot(curb.clock_days, row, "|", color="black", markersize=9)[0]
            else:
                axis.text(LAST * 0.95, row - 0.25, "no clock", fontsize=NOTE, ha="right", va="center")
            if curb.harsher:
                days = (curb.harsher - curb.signed).days
                marks["harsher step"] = axis.plot(days, row, "x", color=ORANGE, markersize=5)[0]
        axis.set(xscale="log", xlim=(FIRST, LAST))
        axis.set_xticks([7, 30, 90, 365, 1095], ["week", "30", "90", "365", "3 years"])
        axis.set_xticks([], minor=True)
        name_rows(axis, [f"{curb.case[:7]} {curb.case[8:]}: {curb.user}" for curb in found.curbs])
        axis.set_xlabel("days from signing, of cover from the curb", fontsize=SMALL)
        heading(axis, f"{len(found.curbs)} curbs on inputs: no sample", less=BESIDE_ROWS)
        for name, mark in marks.items():
            mark.set_label(name)
        legend_below(axis, list(marks.values()))
    return axis


def kept_by_answer_figure(found: KeptByAnswer, ax: Axes | None = None) -> Axes:
    """Draw shares kept for a year by leg and coding, with 90 percent intervals over resampled disputes."""
    rows = list(dict.fromkeys((cell.coding, cell.leg) for cell in found.cells))
    with canvas(ax, COLUMN, 3.0) as axis:
        for (covered, answer), shift in APART.items():
            own = [cell for cell in found.cells if (cell.covered, cell.answer) == (covered, answer)]
            place = [rows.index((part.coding, part.leg)) + shift for part in own]
            colour, mark = BLUE if covered else ORANGE, "o" if answer else "s"
            name = f"{'bound' if covered else 'left out'}, {'answer' if answer else 'none'}"
            for part, at in zip(own, place, strict=True):
                if part.low is not None and part.high is not None:
                    axis.plot([part.low, part.high], [at] * 2, color=colour, linewidth=0.9)
            axis.plot(
                [part.kept for part in own], place, mark, color=colour, markersize=3.6, label=name,
                markerfacecolor=colour if covered else "white", linestyle="none",
            )  # fmt: skip
        for row, key in enumerate(rows):
            parts = ", ".join(str(cell.parts) for cell in found.cells if (cell.coding, cell.leg) == key)
            axis.text(1.04, row, parts, fontsize=NOTE, va="center")
        axis.set(xlim=(-0.02, 1.4), xticks=[0, 0.25, 0.5, 0.75, 1.0])
        name_rows(axis, [CALLED[coding] if leg == "all" else leg for coding, leg in rows])
        divided = sum(leg != "all" for _, leg in rows) - 0.5
        axis.axhline(divided, color="0.6", linewidth=0.5)
        agreements = [
            f"{first}, {second} {value:.2f}".replace("second_", "2nd ")
            for (first, second), value in found.kappas.items()
            if "strict" not in (first, second)
        ]
        axis.set_xlabel(
            f"share kept for a year; number of parts\nkappa: {agreements[0]};\n{'; '.join(agreements[1:])}",
            fontsize=SMALL,
        )
        legend_below(axis, columns=2)
        heading(axis, "Parts kept for a year", less=BESIDE_ROWS)
    return axis
