"""The figure of an automaton: states as boxes on a circle, arrows labelled by what leads along them.

Solid blue arrows are taken when everybody plays as prescribed, dashed orange ones after anything else. Sizes
are in inches, so that labels can be kept off boxes and off one another. Readable up to about a dozen states.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, pi, sin
from typing import TypeAlias

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from negotiation.report.figures import BLUE, ORANGE, STYLE
from negotiation.strategies import OTHERWISE, Automaton
from negotiation.strategies.automaton import Key, as_lottery

SMALLEST = 1e-4
"""Chances below this are not drawn, and the figure says so."""

LISTED = 3
"""Up to so many actions of a departing player are named on an arrow."""

CHARACTER, LINE = 0.062, 0.115
"""Width of a character and height of a line of a label, in inches."""

BEND = 0.22
PLACES = (0.4, 0.5, 0.3, 0.6, 0.22, 0.7, 0.45, 0.55, 0.35, 0.65, 0.78)
"""Shares of an arrow's length at which its label is tried, in turn."""

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class _Box:
    """A rectangle by its centre and half its width and height, in inches."""

    x: float
    y: float
    wide: float
    high: float

    def overlap(self, other: _Box) -> float:
        """Return the area that two rectangles share."""
        across = self.wide + other.wide - abs(self.x - other.x)
        up = self.high + other.high - abs(self.y - other.y)
        return max(across, 0.0) * max(up, 0.0)

    def edge(self, x: float, y: float) -> Point:
        """Return where the line from the centre towards a point leaves the rectangle."""
        dx, dy = x - self.x, y - self.y
        part = min(self.wide / abs(dx) if dx else 1e9, self.high / abs(dy) if dy else 1e9)
        return self.x + part * dx, self.y + part * dy


@dataclass(frozen=True)
class _Arrow:
    source: str
    target: str
    text: str
    prescribed: bool


def automaton_figure(automaton: Automaton) -> Figure:
    """Return the automaton as a graph.

    Parameters
    ----------
    automaton : Automaton
        Any; the labels are readable up to about twelve states.

    Returns
    -------
    matplotlib.figure.Figure
        Each box names a state and the profile played in it; boxes with a heavy frame are where play begins,
        with the chance of it if that is drawn by lot.
    """
    arrows, dropped = _arrows(automaton)
    boxes = _boxes(automaton)
    loops = {arrow.source for arrow in arrows if arrow.source == arrow.target}
    with mpl.rc_context(fname=str(STYLE)):
        width = 2.0 * max(abs(box.x) + box.wide + (1.0 if s in loops else 0.5) for s, box in boxes.items())
        height = 2.0 * max(abs(box.y) + box.high + (0.75 if s in loops else 0.4) for s, box in boxes.items())
        figure = Figure(figsize=(max(width, 4.0), height + 0.3))
        figure.set_layout_engine("none")
        axis = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axis.set_xlim(-max(width, 4.0) / 2, max(width, 4.0) / 2)
        axis.set_ylim(-height / 2 - 0.3, height / 2)
        axis.axis("off")
        taken = list(boxes.values())
        for arrow in arrows:
            _draw_arrow(axis, arrow, boxes, taken)
        for state, box in boxes.items():
            _draw_state(axis, automaton, state, box)
        _caption(axis, dropped)
    return figure


def _boxes(automaton: Automaton) -> dict[str, _Box]:
    """Return a box for each state, on a circle, clockwise from the left; two states side by side."""
    states = automaton.states
    texts = {state: _inscription(automaton, state) for state in states}
    wide = {state: max(0.32, 0.5 * CHARACTER * max(map(len, texts[state])) + 0.1) for state in states}
    count = len(states)
    radius = 0.0 if count == 1 else max(1.25, 0.3 * count, 1.1 * count * max(wide.values()) / pi)
    return {
        state: _Box(
            radius * cos(pi - 2 * pi * k / count),
            radius * sin(pi - 2 * pi * k / count),
            wide[state],
            0.07 * len(texts[state]) + 0.05,
        )
        for k, state in enumerate(states)
    }


def _arrows(automaton: Automaton) -> tuple[list[_Arrow], bool]:
    """Return one arrow for each pair of states, and whether chances were left out for being small."""
    found: list[_Arrow] = []
    dropped = False
    for state in automaton.states:
        row = automaton.transitions[state]
        profile = automaton.actions[state]
        followed = profile if profile in row else OTHERWISE
        keys: dict[str, dict[float, list[Key]]] = defaultdict(lambda: defaultdict(list))
        for key, target in row.items():
            for successor, chance in as_lottery(target).items():
                if float(chance) >= SMALLEST:
                    keys[successor][round(float(chance), 4)].append(key)
                else:
                    dropped = dropped or chance > 0
        for successor, by_chance in keys.items():
            always = by_chance.get(1.0, []) == list(row)
            lines = ["always"] if always else _lines(by_chance.items(), profile)
            on = any(followed in named for named in by_chance.values())
            found.append(_Arrow(state, successor, "\n".join(lines), on))
    return found, dropped


def _lines(by_chance: Iterable[tuple[float, Sequence[Key]]], profile: Sequence[str]) -> list[str]:
    """Return what is written on an arrow: the keys, and the chance where it is not 1."""
    lines: list[str] = []
    for chance, keys in by_chance:
        names = _names(keys, profile)
        lines += names if chance == 1.0 else [f"{name}: {chance:.2g}" for name in names]
    return lines


def _names(keys: Sequence[Key], profile: Sequence[str]) -> list[str]:
    """Return keys as text, departures of one player from the profile taken together."""
    departing: dict[int, list[str]] = defaultdict(list)
    names: list[str] = []
    for key in keys:
        if isinstance(key, str):
            names.append(key)
            continue
        apart = [i for i, (a, b) in enumerate(zip(key, profile, strict=True)) if a != b]
        if len(apart) == 1:
            departing[apart[0]].append(key[apart[0]])
        else:
            names.append(", ".join(key))
    together = []
    for i, actions in sorted(departing.items()):
        some = "/".join(actions) if len(actions) <= LISTED else f"{len(actions)} others"
        together.append(", ".join([*profile[:i], some, *profile[i + 1 :]]))
    return [*together, *names]


def _draw_state(axis: Axes, automaton: Automaton, state: str, box: _Box) -> None:
    chance = float(automaton.start.get(state, 0))
    axis.add_patch(
        FancyBboxPatch(
            (box.x - box.wide, box.y - box.high),
            2 * box.wide,
            2 * box.high,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor="white",
            edgecolor="black",
            linewidth=2.0 if chance else 0.8,
            zorder=3,
        )
    )
    lines = _inscription(automaton, state)
    for k, text in enumerate(lines):
        y = box.y + 0.07 * (len(lines) - 1) - 0.14 * k
        weight = "bold" if k == 0 else "normal"
        axis.text(box.x, y, text, ha="center", va="center", fontsize=6.5, weight=weight, zorder=4)


def _inscription(automaton: Automaton, state: str) -> list[str]:
    """Return the lines in a box: the state, its profile unless that is its name, and whether play begins."""
    played, chance = ", ".join(automaton.actions[state]), float(automaton.start.get(state, 0))
    start = [] if not chance else ["start"] if chance == 1.0 else [f"start {chance:.2g}"]
    return [state, *([] if played == state else [played]), *start]


def _draw_arrow(axis: Axes, arrow: _Arrow, boxes: dict[str, _Box], taken: list[_Box]) -> None:
    source, target = boxes[arrow.source], boxes[arrow.target]
    points = _loop(source) if arrow.source == arrow.target else _curve(source, target)
    codes = [Path.MOVETO, *([Path.CURVE3] * 2 if len(points) == 3 else [Path.CURVE4] * 3)]
    colour = BLUE if arrow.prescribed else ORANGE
    axis.add_patch(
        FancyArrowPatch(
            path=Path(points, codes),
            arrowstyle="-|>",
            mutation_scale=7,
            color=colour,
            linewidth=1.1 if arrow.prescribed else 0.7,
            linestyle="-" if arrow.prescribed else (0, (4, 2)),
            zorder=1,
        )
    )
    label = _place(points, arrow.text, taken)
    taken.append(label)
    axis.text(
        label.x, label.y, arrow.text, ha="center", va="center", fontsize=6, color=colour, zorder=2,
        linespacing=1.05, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )  # fmt: skip


def _curve(source: _Box, target: _Box) -> list[Point]:
    """Return a bent line between two boxes; the one back bends the other way."""
    x, y = (source.x + target.x) / 2, (source.y + target.y) / 2
    bend = (x + BEND * (target.y - source.y), y - BEND * (target.x - source.x))
    return [source.edge(*bend), bend, target.edge(*bend)]


def _loop(box: _Box) -> list[Point]:
    """Return a loop on the side away from the centre of the figure."""
    away = hypot(box.x, box.y)
    dx, dy = (box.x / away, box.y / away) if away else (0.0, 1.0)
    reach = 0.75
    out = (box.x + (box.wide + reach) * dx, box.y + (box.high + reach) * dy)
    ends = [(out[0] - side * 0.42 * dy, out[1] + side * 0.42 * dx) for side in (1.0, -1.0)]
    return [box.edge(*ends[0]), *ends, box.edge(*ends[1])]


def _place(points: Sequence[Point], text: str, taken: Sequence[_Box]) -> _Box:
    """Return where a label goes: along its arrow, where it covers least of what is there."""
    lines = text.split("\n")
    wide, high = 0.5 * CHARACTER * max(map(len, lines)) + 0.02, 0.5 * LINE * len(lines) + 0.02
    tried = [_Box(*_along(points, part), wide, high) for part in ((0.5,) if len(points) == 4 else PLACES)]
    return min(tried, key=lambda box: sum(box.overlap(other) for other in taken))


def _along(points: Sequence[Point], part: float) -> Point:
    """Return a point of a Bezier curve (de Casteljau)."""
    while len(points) > 1:
        points = [
            ((1 - part) * a + part * c, (1 - part) * b + part * d) for (a, b), (c, d) in pairwise(points)
        ]
    return points[0]


def _caption(axis: Axes, dropped: bool) -> None:
    text = "blue, solid: play as prescribed; orange, dashed: after anything else"
    if dropped:
        text += f"; chances below {SMALLEST:g} are not drawn"
    axis.text(0.5, 0.01, text, ha="center", va="bottom", fontsize=6, transform=axis.transAxes)
