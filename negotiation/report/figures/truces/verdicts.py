"""Figures of verdicts: the margin of a candidate or of each leg of an agreement, with an explanation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from textwrap import fill, wrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.base.labelled.naming import namer
from negotiation.report.figures.canvas import BLUE, COLUMN, ORANGE, PAGE, SMALL, canvas, heading, panels, room

if TYPE_CHECKING:
    from negotiation.game_theory.solutions.verdict import Verdict
    from negotiation.truces.verdicts.legs import RecordedLeg, Verdicts
    from negotiation.truces.verdicts.under_noise import NoiseVerdicts

# Inches of a character of the words, and of a line.
CHARACTER, LINE = 0.054, 0.12

# Inches of a slanted tick label with its space.
TICK = 0.25


@dataclass(frozen=True)
class _Leg:
    """A row of the figure: a leg, its margin, whether it holds, and the words beside it."""

    name: str
    margin: float
    holds: bool
    words: str


def verdict_figure(verdict: Verdict, ax: Axes | None = None) -> Axes:
    """Draw the margin of a verdict on a candidate, with the sentence that explains it."""
    margin = float(verdict.margin)
    with canvas(ax, COLUMN, 1.9) as axis:
        heading(axis, f"{verdict.concept}: {'holds' if verdict.holds else 'does not hold'}")
        axis.axvline(0.0, color="black", linewidth=0.8)
        if np.isfinite(margin):
            _margin(axis, margin, 0.0, verdict.holds)
            # Zero stays in the picture, and a margin of zero has room on both sides.
            reach = 1.3 * abs(margin) or 1.0
            axis.set_xlim(-0.3 * reach if margin > 0 else -reach, 0.3 * reach if margin < 0 else reach)
        axis.set(ylim=(-1.0, 1.0), yticks=[])
        axis.spines["left"].set_visible(False)
        across = max(20, int(room(axis)[0] / CHARACTER))
        sentence = verdict.explain()
        axis.set_xlabel(fill(f"margin, in payoffs of the player. {sentence}", across), fontsize=SMALL)
    return axis


def verdicts_figure(verdicts: Verdicts, ax: Axes | None = None) -> Axes:
    """Draw the margin of each leg on its own, with the verdicts of the game and the record."""
    rows = []
    for v in verdicts.alone:
        share = "" if v.share is None else f" (in {v.share:.0%} of draws it holds)"
        agree = {True: "They agree", False: "They differ", None: "The game does not decide"}[v.agree]
        words = f"Game: {v.model}{share}. Record: {_record(v)}. {agree}."
        rows.append(_Leg(v.leg, v.margin, v.verdict.holds, str(namer(verdicts.names)(words))))
    return _draw(_title(verdicts.names, verdicts.agreement, verdicts.setting), rows, ax)


def _record(verdict: RecordedLeg) -> str:
    """Return a short text on the record: how often the leg was moved on, first by whom, and its last step."""
    moved = [step for step in verdict.steps if step.kind == "moved on"]
    if not moved:
        return verdict.record
    times = "once" if len(moved) == 1 else f"{len(moved)} times"
    last = verdict.steps[-1]
    first = moved[0]
    return (
        f"moved on {times}, first on {first.day} by {first.country} ({first.instrument}); "
        f"last {last.kind} on {last.day}"
    )


def noise_verdicts_figure(verdicts: NoiseVerdicts, ax: Axes | None = None) -> Axes:
    """Draw the margin of each leg under noise, with its verdict."""
    rows = [_Leg(v.leg, v.margin, v.holds, str(namer(verdicts.names)(v.words))) for v in verdicts]
    return _draw(_title(verdicts.names, verdicts.agreement, verdicts.supposes), rows, ax)


def _title(names: Mapping[str, str], agreement: str, setting: str) -> str:
    """Return the title of a figure: the title of the agreement, and the setting of the verdicts."""
    return f"{names.get(agreement, agreement)}: does a leg hold? {setting}"


def _draw(title: str, rows: Sequence[_Leg], ax: Axes | None) -> Axes:
    high = 0.95 + 0.75 * max(len(rows), 1)
    with canvas(ax, PAGE, high) as host:
        heading(host, title, above=8)
        left, right = panels(host, 2, 2, shared="y", gaps=(0.15, 0.0))
        left.set_ylim(len(rows) - 0.5, -0.5)
        left.axvline(0.0, color="black", linewidth=0.8)
        ticks, straight = _ticks([row.margin for row in rows if np.isfinite(row.margin)], room(left)[0])
        # Margins have both signs and many orders of magnitude: linear near zero, logarithmic beyond.
        left.set_xscale("symlog", linthresh=straight)
        for y, row in enumerate(rows):
            if np.isfinite(row.margin):
                _margin(left, row.margin, y, row.holds)
                left.annotate(
                    f"{row.margin:+.3g}", (row.margin, y), xytext=(0, 6), textcoords="offset points",
                    ha="center", fontsize=SMALL,
                )  # fmt: skip
        left.set_yticks(range(len(rows)), [f"{row.name} leg" for row in rows])
        left.margins(x=0.25 if room(left)[0] > COLUMN / 2 else 0.45)
        left.set_xticks(ticks, [f"{tick:g}" for tick in ticks], fontsize=SMALL - 0.5, rotation=45)
        left.minorticks_off()
        left.set_xlabel("least margin, percent of GDP")
        right.set_axis_off()
        right.set_xlim(0.0, 1.0)
        wide, tall = room(right)
        across, lines = max(20, int(wide / CHARACTER)), max(2, int(tall / len(rows) / LINE))
        for y, row in enumerate(rows):
            words = "\n".join(wrap(row.words, across, max_lines=lines, placeholder=" ..."))
            right.text(0.0, y, words, fontsize=SMALL, va="center")
    return host


def _margin(axis: Axes, margin: float, y: float, holds: bool) -> None:
    """Draw a margin as a line from zero to a mark, which is filled if the leg holds."""
    mark, face, colour, line = ("o", BLUE, BLUE, "-") if holds else ("s", "white", ORANGE, "--")
    axis.plot([0.0, margin], [y, y], color=colour, linewidth=1.6, ls=line)
    axis.plot(margin, y, mark, markersize=6, markerfacecolor=face, markeredgecolor=colour)


def _ticks(margins: Sequence[float], wide: float) -> tuple[list[float], float]:
    """Return ticks at powers of ten, and the margin up to which the scale is linear.

    Only sides of zero that have margins have ticks. There are up to five powers on each side, or fewer if
    they would overlap on `wide` inches. The largest power is always among them.
    """
    sizes = [abs(margin) for margin in margins if margin]
    if not sizes:
        return [-1.0, 0.0, 1.0], 1.0
    most = ceil(log10(max(sizes)))
    least = max(floor(log10(min(sizes))), most - 4)
    sides = [sign for sign in (-1.0, 1.0) if any(sign * margin > 0 for margin in margins)]
    # Leave out every second power, then two of three, until what remains has room on both sides of zero.
    apart = 1
    while len(sides) * len(range(most, least - 1, -apart)) + 1 > max(wide / TICK, len(sides) + 1):
        apart += 1
    powers = [10.0**k for k in range(most, least - 1, -apart)]
    return sorted([0.0, *(sign * power for sign in sides for power in powers)]), 10.0**least
