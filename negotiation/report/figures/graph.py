"""Graphs: states as boxes on a circle or in rows, arrows between them labelled by what leads along them.

Sizes are in inches, so that labels can be kept off boxes and off one another; where there is less room, all
becomes smaller alike, down to the smallest text that can be read. Where that is not enough states stand on an
ellipse that fills the room, and say less: narrower lines, their names alone, numbers. Readable up to about a
dozen states.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import ceil, cos, hypot, pi, sin, sqrt
from textwrap import fill, wrap
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.bezier import BezierSegment
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.games import StochasticGame
from negotiation.report.figures.canvas import BLUE, ORANGE, SMALL, canvas, room

# Width of a character and height of a line of a label, in inches.
CHARACTER, LINE = 0.062, 0.115

# Inches from one line in a box to the next, of text of that height.
STEP = 0.14

# Points of what is written on arrows and below, and the inches of a character there.
CAPTION, CAPTION_CHARACTER = 6.0, 0.046

# Inches, so that the caption has room.
LEAST_WIDTH = 4.0

# Points of the smallest text in print.
LEAST_TEXT = 5.0

# Characters of a line in a box where there is little room.
NARROW = 14

# Inches between boxes where there is little room, and how far a loop reaches beyond its box.
NEAR, LOOP, SMALL_LOOP = 0.06, 0.75, 0.3

# Half the inches between two boxes that are all there are.
APART = 0.2

# Half of how wide a loop is where it is widest, of how far it reaches.
OPEN = 0.56

# Half the inches between neighbouring boxes, and how far an arrow bends, of its length.
BETWEEN, BEND = 0.5, 0.22

# Shares of an arrow's length at which its label is tried, in turn.
PLACES = (0.4, 0.5, 0.3, 0.6, 0.22, 0.7, 0.45, 0.55, 0.35, 0.65, 0.78)

# Those that are tried where there is little room, from the middle out.
MORE_PLACES = tuple(0.5 + side * k / 40 for k in range(16) for side in (1, -1))

# Periods or events after which play is taken to be in the long run.
PATIENCE = 512

# Chances below this are not drawn, and figures say so.
SMALLEST = 0.005

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Node:
    """A state as it is drawn."""

    # What is written in it, the first line in bold.
    lines: Sequence[str]
    # Whether play begins there: a heavy frame.
    start: bool = False


@dataclass(frozen=True)
class Arrow:
    """What leads from a state to a state."""

    source: str
    target: str
    text: str
    # Whether it is taken in play as prescribed: solid, else dashed.
    prescribed: bool


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
        # The way to the point, shortened until it meets the nearer pair of sides.
        dx, dy = x - self.x, y - self.y
        part = min(self.wide / abs(dx) if dx else 1e9, self.high / abs(dy) if dy else 1e9)
        return self.x + part * dx, self.y + part * dy


def next_states(game: StochasticGame, s: int, profiles: Sequence[int]) -> FloatArray:
    """Return the chances of the next state after profiles of a state, shape (profiles, states)."""
    table = np.zeros((len(profiles), game.n_states))
    for row, profile in zip(table, profiles, strict=True):
        targets, chances = game.transitions.row(int(game.offsets[s]) + int(profile))
        np.add.at(row, targets, np.asarray(chances, dtype=np.float64))
    return table


def long_run(chances: FloatArray) -> FloatArray:
    """Return how often a chain is in each state after many periods, begun anywhere; shapes (S, S), (S,)."""
    count = len(chances)
    weight: FloatArray = np.full(count, 1.0 / count) @ np.linalg.matrix_power(chances, PATIENCE)
    return weight


def arrows_between(
    names: Sequence[str],
    sizes: FloatArray,
    shown: Sequence[int],
    least: float,
    written: Callable[[float], str],
    loops: bool = False,
) -> tuple[list[Arrow], bool]:
    """Return the moves between the states that are shown, and whether some are left out for being small.

    Shapes: `sizes` (S, S), the chance or the rate of each move.
    """
    pairs = [(s, t) for s in shown for t in shown if sizes[s, t] > 0.0 and (loops or s != t)]
    drawn = [(s, t) for s, t in pairs if sizes[s, t] >= least]
    arrows = [Arrow(names[s], names[t], written(float(sizes[s, t])), True) for s, t in drawn]
    return arrows, len(drawn) < len(pairs)


def chance_written(chance: float) -> str:
    """Return what an arrow says of a chance: nothing where the move is sure."""
    return "" if chance > 1.0 - SMALLEST else f"{chance:.2g}"


def draw_graph(
    nodes: Mapping[str, Node],
    arrows: Sequence[Arrow],
    caption: str,
    ax: Axes | None,
    columns: int | None = None,
) -> Axes:
    """Draw a graph."""
    boxes = _boxes(nodes) if columns is None else _in_rows(nodes, columns)
    loops = {arrow.source for arrow in arrows if arrow.source == arrow.target}
    left, right, below, above = _frame(boxes, loops)
    width, height = right - left, above - below
    with canvas(ax, width, height) as axis:
        axis.set_axis_off()
        # On a new figure the boxes set its size; on a user's axes they are as large as these allow.
        wide, high = room(axis) if ax is not None else (width, height)
        scale = min(1.0, wide / width, high / height)
        if CAPTION * scale < LEAST_TEXT:
            _draw_small(axis, nodes, arrows, caption, (wide, high))
            return axis
        axis.set(xlim=(left, right), ylim=(below, above), aspect="equal")
        _draw(axis, nodes, arrows, boxes, _Letters(SMALL * scale, CAPTION * scale))
        _caption(axis, fill(caption, int(width / CAPTION_CHARACTER)), CAPTION * scale)
    return axis


def _frame(boxes: Mapping[str, _Box], loops: Container[str]) -> tuple[float, float, float, float]:
    """Return the left, right, lower and upper end of a graph in inches, with labels and the caption."""
    ends = []
    for s, box in boxes.items():
        # A loop leads away from the centre, and needs room on that side alone.
        dx, dy = _away(box) if s in loops else (0.0, 0.0)
        wide, high = box.wide + 0.5, box.high + 0.4
        ends.append((
            box.x - wide + 0.5 * min(dx, 0.0), box.x + wide + 0.5 * max(dx, 0.0),
            box.y - high + 0.35 * min(dy, 0.0), box.y + high + 0.35 * max(dy, 0.0),
        ))  # fmt: skip
    lefts, rights, belows, aboves = zip(*ends, strict=True)
    more = max(0.0, LEAST_WIDTH - max(rights) + min(lefts)) / 2
    return min(lefts) - more, max(rights) + more, min(belows) - 0.3, max(aboves)


def _away(box: _Box) -> Point:
    """Return the direction from the centre to a box; upwards for the one that stands there."""
    far = hypot(box.x, box.y)
    return (box.x / far, box.y / far) if far else (0.0, 1.0)


@dataclass(frozen=True)
class _Letters:
    """Points of the text in boxes and on arrows; inches of a character and of a line, as drawn; of a loop."""

    box: float
    label: float
    character: float = CHARACTER
    line: float = LINE
    loop: float = LOOP
    places: tuple[float, ...] = PLACES

    @property
    def step(self) -> float:
        """Inches from one line in a box to the next."""
        return STEP * self.line / LINE


# Those of a graph that has little room, whose coordinates are the inches that are drawn.
SMALL_LETTERS = _Letters(
    LEAST_TEXT,
    LEAST_TEXT,
    CHARACTER * LEAST_TEXT / SMALL,
    LINE * LEAST_TEXT / CAPTION,
    SMALL_LOOP,
    MORE_PLACES,
)


def _draw(
    axis: Axes,
    nodes: Mapping[str, Node],
    arrows: Sequence[Arrow],
    boxes: dict[str, _Box],
    letters: _Letters,
) -> None:
    """Draw arrows with their labels, and boxes over them."""
    # Labels of arrows keep off boxes and off the labels before them, so the list grows while they are set.
    taken = list(boxes.values())
    for arrow in arrows:
        _draw_arrow(axis, arrow, boxes, taken, letters)
    for state, box in boxes.items():
        _draw_node(axis, nodes[state], box, letters)


def _caption(axis: Axes, text: str, points: float) -> None:
    axis.text(0.5, 0.0, text, ha="center", va="bottom", fontsize=points, transform=axis.transAxes)


def _draw_small(
    axis: Axes,
    nodes: Mapping[str, Node],
    arrows: Sequence[Arrow],
    caption: str,
    size: Point,
) -> None:
    """Draw a graph in little room: the first way of saying less in which no box covers another."""
    wide, high = size
    shares = LEAST_TEXT / CAPTION
    # The caption says what is left out, and takes room itself: it is set anew for each way of saying less.
    for shown, less in _saying_less(nodes):
        words = fill(caption + less, max(int(wide / (CAPTION_CHARACTER * shares)), NARROW))
        below = SMALL_LETTERS.line * (words.count("\n") + 1) + NEAR
        boxes = _on_ellipse(shown, arrows, wide, high - below)
        if boxes is not None:
            break
    else:
        boxes = _spread(shown, wide - 2 * SMALL_LOOP, max(high - below - 2 * SMALL_LOOP, NEAR))
    named = _fewer_words(arrows) if less else list(arrows)
    axis.set(xlim=(-wide / 2, wide / 2), ylim=(-high / 2 - below / 2, high / 2 - below / 2), aspect="equal")
    _draw(axis, shown, named, boxes, SMALL_LETTERS)
    _caption(axis, words, LEAST_TEXT)


def _saying_less(nodes: Mapping[str, Node]) -> Iterator[tuple[dict[str, Node], str]]:
    """Yield what boxes may say, less and less, with what the caption says of it."""
    yield dict(nodes), ""
    narrow = {s: [line for text in node.lines for line in wrap(text, NARROW)] for s, node in nodes.items()}
    yield {s: Node(narrow[s], node.start) for s, node in nodes.items()}, ""
    names = {s: Node(wrap(node.lines[0], NARROW), node.start) for s, node in nodes.items()}
    yield names, "; wider axes say what is played"
    numbers = {s: Node([str(k)], node.start) for k, (s, node) in enumerate(nodes.items(), 1)}
    yield numbers, "; states by number: wider axes name them"


def _fewer_words(arrows: Sequence[Arrow]) -> list[Arrow]:
    """Return arrows that say chances alone: what else is written on them is longer than the way."""
    return [replace(arrow, text=arrow.text if _is_number(arrow.text) else "") for arrow in arrows]


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _on_ellipse(
    nodes: Mapping[str, Node],
    arrows: Sequence[Arrow],
    wide: float,
    high: float,
) -> dict[str, _Box] | None:
    """Return boxes on an ellipse within a width and a height in inches; None where some would overlap."""
    half = {s: _half(node) for s, node in nodes.items()}
    loops = SMALL_LOOP if any(arrow.source == arrow.target for arrow in arrows) else 0.0
    across = wide / 2 - max(x for x, _ in half.values()) - loops
    up = high / 2 - max(y for _, y in half.values()) - loops
    if min(across, up) < 0:
        return None
    # One stands in the middle; two along the longer side, so that arrows have room.
    two = len(nodes) == 2
    reach = (across, up) if len(nodes) > 1 else (0.0, 0.0)
    boxes = _around(half, reach, pi / 2 if two and up > across else pi)
    # Between two stands what is written on both arrows.
    apart = APART if two else NEAR / 3
    wider = [_Box(box.x, box.y, box.wide + apart, box.high + NEAR / 3) for box in boxes.values()]
    if any(first.overlap(other) > 0 for first, other in combinations(wider, 2)):
        return None
    return boxes


def _spread(nodes: Mapping[str, Node], wide: float, high: float) -> dict[str, _Box]:
    """Return boxes in rows over a width and a height in inches, as many in a row as it is wider than high."""
    columns = min(len(nodes), ceil(sqrt(len(nodes) * max(wide / max(high, NEAR), 1.0))))
    apart = wide / columns, high / ceil(len(nodes) / columns)
    return _by_row({s: _half(node) for s, node in nodes.items()}, columns, apart)


def _half(node: Node) -> Point:
    """Return half the width and the height of a box in small letters, in inches."""
    letters = SMALL_LETTERS
    return (
        0.5 * letters.character * max(map(len, node.lines)) + NEAR,
        0.5 * letters.step * len(node.lines) + 0.03,
    )


def _boxes(nodes: Mapping[str, Node]) -> dict[str, _Box]:
    """Return a box for each state, on a circle, clockwise from the left; two states side by side."""
    half, count = {s: _full_half(node) for s, node in nodes.items()}, len(nodes)
    if count == 1:
        return _around(half, (0.0, 0.0))
    widest, highest = (max(sizes) for sizes in zip(*half.values(), strict=True))
    # Neighbours on the circle leave room for an arrow with its label between them.
    apart = (max(widest, highest) + BETWEEN) / sin(pi / count)
    radius = max(1.25, 0.3 * count, 1.1 * count * widest / pi, apart)
    return _around(half, (radius, radius))


def _in_rows(nodes: Mapping[str, Node], columns: int) -> dict[str, _Box]:
    """Return a box for each state, row by row from the top left, all of one size."""
    wide, high = (max(sizes) for sizes in zip(*map(_full_half, nodes.values()), strict=True))
    return _by_row(dict.fromkeys(nodes, (wide, high)), columns, (2 * wide + BETWEEN, 2 * high + BETWEEN))


def _full_half(node: Node) -> Point:
    """Return half the width and the height of a box in letters of full size, in inches."""
    return max(0.32, 0.5 * CHARACTER * max(map(len, node.lines)) + 0.1), 0.07 * len(node.lines) + 0.05


def _around(half: Mapping[str, Point], reach: Point, first: float = pi) -> dict[str, _Box]:
    """Return boxes of these half sizes on an ellipse, clockwise from the angle of the first."""
    angles = [first - 2 * pi * k / len(half) for k in range(len(half))]
    return {
        s: _Box(reach[0] * cos(angle), reach[1] * sin(angle), *size)
        for (s, size), angle in zip(half.items(), angles, strict=True)
    }


def _by_row(half: Mapping[str, Point], columns: int, apart: Point) -> dict[str, _Box]:
    """Return boxes of these half sizes row by row from the top left, their centres so far apart."""
    rows = ceil(len(half) / columns)
    middle_x, middle_y = (columns - 1) / 2, (rows - 1) / 2
    return {
        s: _Box((k % columns - middle_x) * apart[0], (middle_y - k // columns) * apart[1], *size)
        for k, (s, size) in enumerate(half.items())
    }


def _draw_node(axis: Axes, node: Node, box: _Box, letters: _Letters) -> None:
    axis.add_patch(
        FancyBboxPatch(
            (box.x - box.wide, box.y - box.high),
            2 * box.wide,
            2 * box.high,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor="white",
            edgecolor="black",
            linewidth=2.0 if node.start else 0.8,
            zorder=3,
        )
    )
    for k, text in enumerate(node.lines):
        y = box.y + letters.step * ((len(node.lines) - 1) / 2 - k)
        weight = "bold" if k == 0 else "normal"
        axis.text(box.x, y, text, ha="center", va="center", fontsize=letters.box, weight=weight, zorder=4)


def _draw_arrow(
    axis: Axes, arrow: Arrow, boxes: dict[str, _Box], taken: list[_Box], letters: _Letters
) -> None:
    source, target = boxes[arrow.source], boxes[arrow.target]
    # Three points are a quadratic Bezier curve, four a cubic one: a loop has to leave its box and come back.
    points = _loop(source, letters.loop) if arrow.source == arrow.target else _curve(source, target)
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
    label = _place(points, arrow.text, taken, letters)
    taken.append(label)
    axis.text(
        label.x, label.y, arrow.text, ha="center", va="center", fontsize=letters.label, color=colour,
        zorder=2, linespacing=1.05, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )  # fmt: skip


def _curve(source: _Box, target: _Box) -> list[Point]:
    """Return a bent line between two boxes; the one back bends the other way."""
    # The control point stands off the middle, to the right of the way: from target to source that is the
    # other side, so that two arrows between two boxes do not meet.
    x, y = (source.x + target.x) / 2, (source.y + target.y) / 2
    bend = (x + BEND * (target.y - source.y), y - BEND * (target.x - source.x))
    return [source.edge(*bend), bend, target.edge(*bend)]


def _loop(box: _Box, reach: float) -> list[Point]:
    """Return a loop on the side away from the centre of the figure, so far beyond the box."""
    dx, dy = _away(box)
    out = (box.x + (box.wide + reach) * dx, box.y + (box.high + reach) * dy)
    ends = [(out[0] - side * OPEN * reach * dy, out[1] + side * OPEN * reach * dx) for side in (1.0, -1.0)]
    return [box.edge(*ends[0]), *ends, box.edge(*ends[1])]


def _place(points: Sequence[Point], text: str, taken: Sequence[_Box], letters: _Letters) -> _Box:
    """Return where a label goes: along its arrow, where it covers least of what is there."""
    lines = text.split("\n")
    wide = 0.5 * letters.character * max(map(len, lines)) + 0.02
    high = 0.5 * letters.line * len(lines) + 0.02
    # A loop is widest, and farthest from its box, in its middle.
    shares = (0.5,) if len(points) == 4 else letters.places
    tried = [_Box(x, y, wide, high) for x, y in BezierSegment(points)(shares).tolist()]
    return min(tried, key=lambda box: sum(box.overlap(other) for other in taken))
