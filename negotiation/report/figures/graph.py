"""Graphs: states as boxes on a circle or in rows, arrows between them labelled by words or chances.

Sizes are in inches, so that labels can be placed without covering boxes and one another. On smaller axes
everything is scaled down, until text has the smallest readable size. On even smaller axes, states stand on an
ellipse that fills the axes, or else in rows, and boxes have less text: narrower lines, then names alone, then
numbers. A graph is readable up to about a dozen states.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from math import ceil, cos, hypot, pi, sin, sqrt
from textwrap import fill, wrap
from typing import TypeAlias, TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.bezier import BezierSegment
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.games import StochasticGame
from negotiation.report.figures.canvas import BLUE, ORANGE, SMALL, canvas, one_below_another, room

# Width of a character and height of a line of a label, in inches.
CHARACTER, LINE = 0.062, 0.115

# Inches from one line of such text in a box to the next.
STEP = 0.14

# Points of text on arrows and in the caption, and inches of a character of the caption.
CAPTION, CAPTION_CHARACTER = 6.0, 0.046

# Least inches across, so that the caption has room.
LEAST_WIDTH = 4.0

# Points of the smallest text in print.
LEAST_TEXT = 5.0

# Characters of a line in a box on small axes.
NARROW = 14

# Inches between boxes on small axes, and how far a loop reaches beyond its box, on large and small ones.
NEAR, LOOP, SMALL_LOOP = 0.06, 0.75, 0.3

# Half the inches between the boxes of a graph of two states.
APART = 0.2

# Half the greatest width of a loop, as a share of its reach.
OPEN = 0.56

# Half the inches between neighbouring boxes, and how far an arrow bends, as a share of its length.
BETWEEN, BEND = 0.5, 0.22

# Shares of an arrow's length at which its label is tried, in this order.
PLACES = (0.4, 0.5, 0.3, 0.6, 0.22, 0.7, 0.45, 0.55, 0.35, 0.65, 0.78)

# Shares that are tried on small axes, from the middle out.
MORE_PLACES = tuple(0.5 + side * k / 40 for k in range(16) for side in (1, -1))

# Most states of a game that are drawn.
MOST_STATES = 12

# Most equilibria that are drawn one below another, and the inches that each needs.
MOST_PANELS, LEAST_PANEL = 3, 1.2

# Periods after which play is taken to be in the long run.
PATIENCE = 512

# Chances below this are not drawn.
SMALLEST = 0.005

Point: TypeAlias = tuple[float, float]
T = TypeVar("T")


@dataclass(frozen=True)
class Node:
    """Content and frame of the box of a state."""

    # Lines of text in the box, the first one in bold.
    lines: Sequence[str]
    # Whether the frame is heavy; the caption or a line says why.
    heavy: bool = False


@dataclass(frozen=True)
class Arrow:
    """An arrow from one state to another, or to itself."""

    source: str
    target: str
    text: str
    # Whether the arrow is solid and blue, not dashed and orange; the caption says why.
    solid: bool


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
        """Return the point at which a line from the centre to (x, y), or beyond it, leaves the rectangle."""
        # The line is scaled until it meets the nearer pair of sides.
        dx, dy = x - self.x, y - self.y
        part = min(self.wide / abs(dx) if dx else 1e9, self.high / abs(dy) if dy else 1e9)
        return self.x + part * dx, self.y + part * dy


def next_states(game: StochasticGame, s: int, profiles: Sequence[int]) -> FloatArray:
    """Return the chances of the next state after some profiles of state `s`, shape (profiles, states)."""
    table = np.zeros((len(profiles), game.n_states))
    for row, profile in zip(table, profiles, strict=True):
        targets, chances = game.transitions.row(int(game.offsets[s]) + int(profile))
        np.add.at(row, targets, np.asarray(chances, dtype=np.float64))
    return table


def long_run(chances: FloatArray) -> tuple[FloatArray, list[int]]:
    """Return a chain's chances of each state after many periods from a uniform start, and the states to draw.

    The chances have shape (S,). The states to draw are up to twelve with the highest chances, in the order of
    the game. Shapes: `chances` (S, S), from row to column.
    """
    count = len(chances)
    weight: FloatArray = np.full(count, 1.0 / count) @ np.linalg.matrix_power(chances, PATIENCE)
    return weight, sorted(np.argsort(-weight, kind="stable")[:MOST_STATES].tolist())


def arrows_between(
    names: Sequence[str],
    sizes: FloatArray,
    shown: Sequence[int],
    least: float,
    written: Callable[[float], str],
    loops: bool = False,
) -> tuple[list[Arrow], bool]:
    """Return arrows between the shown states, and whether some moves were left out as too small.

    `names` are the names of all S states, and `shown` the positions of those to draw. `sizes` are the chances
    or rates of the moves, shape (S, S). Moves with a size below `least` are left out, and so are moves of a
    state to itself unless `loops` is true. `written` returns the text of an arrow for a size.
    """
    pairs = [(s, t) for s in shown for t in shown if sizes[s, t] > 0.0 and (loops or s != t)]
    drawn = [(s, t) for s, t in pairs if sizes[s, t] >= least]
    arrows = [Arrow(names[s], names[t], written(float(sizes[s, t])), True) for s, t in drawn]
    return arrows, len(drawn) < len(pairs)


def chance_written(chance: float) -> str:
    """Return a chance as the text of an arrow; the text is empty if the move is certain."""
    return "" if chance > 1.0 - SMALLEST else f"{chance:.2g}"


def lines_of(words: Sequence[str], widest: int) -> list[str]:
    """Return words on one line of at most `widest` characters, or each wrapped on lines of its own."""
    joined = ", ".join(words)
    return [joined] if len(joined) <= widest else [line for word in words for line in wrap(word, widest)]


def draw_equilibria(
    found: Sequence[T], how: str, draw: Callable[[T, str, Axes | None], Axes], ax: Axes | None
) -> Axes:
    """Draw up to three equilibria, as many as fit, each as a graph; `how` says how they were found."""
    most = MOST_PANELS if ax is None else min(MOST_PANELS, max(1, int(room(ax)[1] / LEAST_PANEL)))
    shown, count = found[:most], len(found)
    if count == 1:
        return draw(shown[0], f"The one equilibrium found {how}", ax)
    title = f"{count} Markov perfect equilibria {how}"
    if len(shown) < count:
        title += f" (the first {f'{len(shown)} are' if len(shown) > 1 else 'is'} drawn)"
    return one_below_another(ax, title, [partial(draw, each, "") for each in shown], "none was found")


def draw_graph(
    nodes: Mapping[str, Node], arrows: Sequence[Arrow], caption: str, title: str, ax: Axes | None,
    columns: int | None = None,
) -> Axes:  # fmt: skip
    """Draw states as boxes with arrows between them, and a caption below.

    Boxes stand in rows of `columns` boxes, or on a circle if `columns` is None.
    """
    boxes = _on_circle(nodes) if columns is None else _in_rows(nodes, columns)
    loops = {arrow.source for arrow in arrows if arrow.source == arrow.target}
    left, right, below, above = _frame(boxes, loops)
    width, height = right - left, above - below
    with canvas(ax, width, height, title) as axis:
        axis.set_axis_off()
        # A new figure is as large as the boxes need; on a user's axes the boxes are as large as fits.
        wide, high = room(axis) if ax is not None else (width, height)
        scale = min(1.0, wide / width, high / height)
        if CAPTION * scale < LEAST_TEXT:
            _draw_small(axis, nodes, arrows, caption, (wide, high))
            return axis
        axis.set(xlim=(left, right), ylim=(below, above), aspect="equal")
        words = fill(caption, int(width / CAPTION_CHARACTER))
        _draw(axis, nodes, arrows, boxes, _Letters(SMALL * scale, CAPTION * scale), words)
    return axis


def _frame(boxes: Mapping[str, _Box], loops: Container[str]) -> tuple[float, float, float, float]:
    """Return the left, right, lower and upper end of a graph in inches, including labels and caption."""
    ends = []
    for s, box in boxes.items():
        # A loop leads away from the centre, and needs room only on that side.
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
    """Return the direction from the centre to a box; upwards for a box at the centre."""
    far = hypot(box.x, box.y)
    return (box.x / far, box.y / far) if far else (0.0, 1.0)


@dataclass(frozen=True)
class _Letters:
    """Sizes of text in boxes and on arrows (points), of characters, lines and loops (inches), and places."""

    box: float
    label: float
    character: float = CHARACTER
    line: float = LINE
    loop: float = LOOP
    places: tuple[float, ...] = PLACES
    # Inches between text and frame, and half the least width of a box.
    margin: Point = (0.1, 0.05)
    least: float = 0.32

    @property
    def step(self) -> float:
        """Inches from one line in a box to the next."""
        return STEP * self.line / LINE

    def half(self, node: Node) -> Point:
        """Return half the width and half the height of a box, in inches."""
        wide = 0.5 * self.character * max(map(len, node.lines)) + self.margin[0]
        return max(self.least, wide), 0.5 * self.step * len(node.lines) + self.margin[1]


# Letters of full size, and those of a graph on small axes, whose coordinates are inches as drawn.
LETTERS = _Letters(SMALL, CAPTION)
SMALL_LETTERS = _Letters(
    LEAST_TEXT, LEAST_TEXT, CHARACTER * LEAST_TEXT / SMALL, LINE * LEAST_TEXT / CAPTION, SMALL_LOOP,
    MORE_PLACES, (NEAR, 0.03), 0.0,
)  # fmt: skip


def _draw(
    axis: Axes, nodes: Mapping[str, Node], arrows: Sequence[Arrow], boxes: dict[str, _Box],
    letters: _Letters, caption: str,
) -> None:  # fmt: skip
    """Draw arrows with their labels, boxes over them, and the caption."""
    # Each label keeps off boxes and earlier labels, so the list of taken places grows.
    taken = list(boxes.values())
    for arrow in arrows:
        _draw_arrow(axis, arrow, boxes, taken, letters)
    for state, box in boxes.items():
        _draw_node(axis, nodes[state], box, letters)
    axis.text(0.5, 0.0, caption, ha="center", va="bottom", fontsize=letters.label, transform=axis.transAxes)


def _draw_small(
    axis: Axes, nodes: Mapping[str, Node], arrows: Sequence[Arrow], caption: str, size: Point
) -> None:
    """Draw a graph on small axes, with as much text as fits without overlapping boxes."""
    wide, high = size
    # The caption says what is left out and takes room itself, so it is wrapped again for each attempt.
    for shown, less in _saying_less(nodes):
        words = fill(caption + less, max(int(wide / CAPTION_CHARACTER * CAPTION / LEAST_TEXT), NARROW))
        below = SMALL_LETTERS.line * (words.count("\n") + 1) + NEAR
        if (boxes := _on_ellipse(shown, arrows, wide, high - below)) is not None:
            break
    else:
        boxes = _spread(shown, wide - 2 * SMALL_LOOP, max(high - below - 2 * SMALL_LOOP, NEAR))
    named = _fewer_words(arrows) if less else list(arrows)
    axis.set(xlim=(-wide / 2, wide / 2), ylim=(-high / 2 - below / 2, high / 2 - below / 2), aspect="equal")
    _draw(axis, shown, named, boxes, SMALL_LETTERS, words)


def _saying_less(nodes: Mapping[str, Node]) -> Iterator[tuple[dict[str, Node], str]]:
    """Yield boxes with less and less text, each with the words that the caption adds."""
    yield dict(nodes), ""
    narrow = {s: [line for text in node.lines for line in wrap(text, NARROW)] for s, node in nodes.items()}
    yield {s: replace(node, lines=narrow[s]) for s, node in nodes.items()}, ""
    names = {s: replace(node, lines=wrap(node.lines[0], NARROW)) for s, node in nodes.items()}
    yield names, "; wider axes say what is played"
    numbers = {s: replace(node, lines=[str(k)]) for k, (s, node) in enumerate(nodes.items(), 1)}
    yield numbers, "; states by number: wider axes name them"


def _fewer_words(arrows: Sequence[Arrow]) -> list[Arrow]:
    """Return arrows without texts that are not numbers, since such texts are longer than the arrows."""
    numbers = [arrow.text.replace(".", "", 1).isdigit() for arrow in arrows]
    return [a if keep else replace(a, text="") for a, keep in zip(arrows, numbers, strict=True)]


def _on_ellipse(
    nodes: Mapping[str, Node], arrows: Sequence[Arrow], wide: float, high: float
) -> dict[str, _Box] | None:
    """Return boxes on an ellipse within a width and a height in inches, or None if some would overlap."""
    half = {s: SMALL_LETTERS.half(node) for s, node in nodes.items()}
    loops = SMALL_LOOP if any(arrow.source == arrow.target for arrow in arrows) else 0.0
    across = wide / 2 - max(x for x, _ in half.values()) - loops
    up = high / 2 - max(y for _, y in half.values()) - loops
    if min(across, up) < 0:
        return None
    # One box stands in the middle; two stand along the longer side, which leaves room for arrows.
    two = len(nodes) == 2
    boxes = _around(half, (across, up), pi / 2 if two and up > across else pi)
    # The labels of both arrows stand between two boxes.
    apart = APART if two else NEAR / 3
    wider = [_Box(box.x, box.y, box.wide + apart, box.high + NEAR / 3) for box in boxes.values()]
    covered = any(first.overlap(other) > 0 for first, other in combinations(wider, 2))
    return None if covered else boxes


def _spread(nodes: Mapping[str, Node], wide: float, high: float) -> dict[str, _Box]:
    """Return boxes in rows that fill a width and a height in inches, which may overlap."""
    columns = min(len(nodes), ceil(sqrt(len(nodes) * max(wide / max(high, NEAR), 1.0))))
    apart = wide / columns, high / ceil(len(nodes) / columns)
    return _by_row({s: SMALL_LETTERS.half(node) for s, node in nodes.items()}, columns, apart)


def _on_circle(nodes: Mapping[str, Node]) -> dict[str, _Box]:
    """Return a box for each state, clockwise from the left on a circle."""
    half, count = {s: LETTERS.half(node) for s, node in nodes.items()}, len(nodes)
    widest, highest = (max(sizes) for sizes in zip(*half.values(), strict=True))
    # Neighbours on the circle leave room for an arrow and its label.
    apart = (max(widest, highest) + BETWEEN) / sin(pi / max(count, 2))
    radius = max(1.25, 0.3 * count, 1.1 * count * widest / pi, apart)
    return _around(half, (radius, radius))


def _in_rows(nodes: Mapping[str, Node], columns: int) -> dict[str, _Box]:
    """Return a box of equal size for each state, row by row from the top left."""
    wide, high = (max(sizes) for sizes in zip(*map(LETTERS.half, nodes.values()), strict=True))
    return _by_row(dict.fromkeys(nodes, (wide, high)), columns, (2 * wide + BETWEEN, 2 * high + BETWEEN))


def _around(half: Mapping[str, Point], reach: Point, first: float = pi) -> dict[str, _Box]:
    """Return boxes with the given half sizes on an ellipse, clockwise from the angle `first`.

    A single box stands at the centre.
    """
    across, up = reach if len(half) > 1 else (0.0, 0.0)
    angles = [first - 2 * pi * k / len(half) for k in range(len(half))]
    pairs = zip(half.items(), angles, strict=True)
    return {s: _Box(across * cos(angle), up * sin(angle), *size) for (s, size), angle in pairs}


def _by_row(half: Mapping[str, Point], columns: int, apart: Point) -> dict[str, _Box]:
    """Return boxes with the given half sizes, row by row from the top left, with centres `apart`."""
    rows = ceil(len(half) / columns)
    middle_x, middle_y = (columns - 1) / 2, (rows - 1) / 2
    return {
        s: _Box((k % columns - middle_x) * apart[0], (middle_y - k // columns) * apart[1], *size)
        for k, (s, size) in enumerate(half.items())
    }


def _draw_node(axis: Axes, node: Node, box: _Box, letters: _Letters) -> None:
    frame = FancyBboxPatch(
        (box.x - box.wide, box.y - box.high), 2 * box.wide, 2 * box.high, "round,pad=0,rounding_size=0.06",
        facecolor="white", edgecolor="black", linewidth=2.0 if node.heavy else 0.8, zorder=3,
    )  # fmt: skip
    axis.add_patch(frame)
    for k, text in enumerate(node.lines):
        y = box.y + letters.step * ((len(node.lines) - 1) / 2 - k)
        weight = "bold" if k == 0 else "normal"
        axis.text(box.x, y, text, ha="center", va="center", fontsize=letters.box, weight=weight, zorder=4)


def _draw_arrow(
    axis: Axes, arrow: Arrow, boxes: dict[str, _Box], taken: list[_Box], letters: _Letters
) -> None:
    source, target = boxes[arrow.source], boxes[arrow.target]
    # Three points define a quadratic Bezier curve, four a cubic one, which a loop needs to come back.
    points = _loop(source, letters.loop) if arrow.source == arrow.target else _curve(source, target)
    codes = [Path.MOVETO, *([Path.CURVE3] * 2 if len(points) == 3 else [Path.CURVE4] * 3)]
    colour, line, width = (BLUE, "-", 1.1) if arrow.solid else (ORANGE, (0, (4, 2)), 0.7)
    drawn = FancyArrowPatch(
        path=Path(points, codes), arrowstyle="-|>", mutation_scale=7, color=colour, linewidth=width,
        linestyle=line, zorder=1,
    )  # fmt: skip
    axis.add_patch(drawn)
    label = _place(points, arrow.text, taken, letters)
    taken.append(label)
    axis.text(
        label.x, label.y, arrow.text, ha="center", va="center", fontsize=letters.label, color=colour,
        zorder=2, linespacing=1.05, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )  # fmt: skip


def _curve(source: _Box, target: _Box) -> list[Point]:
    """Return the points of a bent line between two boxes; the line back bends the other way."""
    # The control point is to the right of the line from source to target. For the arrow back that is the
    # other side, so the two do not meet.
    x, y = (source.x + target.x) / 2, (source.y + target.y) / 2
    bend = (x + BEND * (target.y - source.y), y - BEND * (target.x - source.x))
    return [source.edge(*bend), bend, target.edge(*bend)]


def _loop(box: _Box, reach: float) -> list[Point]:
    """Return the points of a loop on the side away from the centre, `reach` inches beyond the box."""
    dx, dy = _away(box)
    out = (box.x + (box.wide + reach) * dx, box.y + (box.high + reach) * dy)
    ends = [(out[0] - side * OPEN * reach * dy, out[1] + side * OPEN * reach * dx) for side in (1.0, -1.0)]
    return [box.edge(*ends[0]), *ends, box.edge(*ends[1])]


def _place(points: Sequence[Point], text: str, taken: Sequence[_Box], letters: _Letters) -> _Box:
    """Return the place of a label along its arrow at which it overlaps the boxes in `taken` least."""
    lines = text.split("\n")
    wide = 0.5 * letters.character * max(map(len, lines)) + 0.02
    high = 0.5 * letters.line * len(lines) + 0.02
    # The middle of a loop is farthest from its box.
    shares = (0.5,) if len(points) == 4 else letters.places
    tried = [_Box(x, y, wide, high) for x, y in BezierSegment(points)(shares).tolist()]
    return min(tried, key=lambda box: sum(box.overlap(other) for other in taken))
