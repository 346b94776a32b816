"""The contract of figures: drawn on the given axes, with all of the text readable, also in grey."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Protocol

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from negotiation.testing.numerics import NUMERICS

# Points of the smallest text in print, which is what journals ask for (Nature: five to seven).
SMALLEST_TEXT = 5.0

# Share of a text's rectangle, its margins among it, that another text may take.
COVERED = 0.1

# Difference of grey, of 1, by which what looks alike otherwise can be told apart.
APART = 0.2

# Weights of red, green and blue in what the eye takes for light (ITU-R BT.601).
GREY = (0.299, 0.587, 0.114)


class Plotted(Protocol):
    """A result that has a figure."""

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the result on axes, by default those of a new figure, and return the axes."""
        ...


def figure_fault(result: Plotted) -> str | None:
    """Return what is wrong with the figure of a result, or `None`.

    The result must draw on the axes that it is given, and on new ones without opening a window. In a figure
    of its own, all text must be within the figure and legible, no text may cover another, and the entries of
    a legend must look different in grey.
    """
    open_before = plt.get_fignums()
    figure = Figure(figsize=(12.0, 5.0), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    if result.plot(ax=right) is not right:
        return "it must draw on the axes that it is given and return them"
    figure.canvas.draw()
    if not right.get_children() or left.has_data():
        return "it draws beside the axes that it is given"
    axis = result.plot()
    if plt.get_fignums() != open_before:
        return "it leaves a figure open"
    own = axis.get_figure(root=True)
    if own is None:
        return "its axes have no figure"
    FigureCanvasAgg(own).draw()  # type: ignore[no-untyped-call]
    return text_fault(own) or grey_fault(own)


def text_fault(figure: Figure) -> str | None:
    """Return which text of a drawn figure is cut, illegible or covered by another, or `None`."""
    placed, page = list(_texts(figure)), figure.bbox.padded(1.0)
    for text, box in placed:
        if not (page.contains(box.x0, box.y0) and page.contains(box.x1, box.y1)):
            return f"the text {text.get_text()!r} is not within the figure"
        if float(text.get_fontsize()) < SMALLEST_TEXT:
            return (
                f"the text {text.get_text()!r} has {text.get_fontsize():.2g} points; "
                f"expected at least {SMALLEST_TEXT:g}"
            )
    for (first, box), (other, second) in combinations(placed, 2):
        both = Bbox.intersection(box, second)
        least = min(box.width * box.height, second.width * second.height)
        if both is not None and both.width * both.height > COVERED * least:
            return f"the texts {first.get_text()!r} and {other.get_text()!r} cover each other"
    return None


def _texts(figure: Figure) -> Iterator[tuple[Text, Bbox]]:
    """Yield the texts that are seen, with their rectangles in pixels."""
    unseen = {id(text) for axis in figure.findobj(Axes) for text in _undrawn(axis)}
    for text in figure.findobj(Text):
        seen = text.get_visible() and id(text) not in unseen
        if seen and text.get_text().strip():
            yield text, text.get_window_extent()


def _undrawn(axis: Axes) -> Iterator[Text]:
    """Yield texts that are never drawn: of ticks beyond the limits of an axis, or of an axis that is off."""
    for side in (axis.xaxis, axis.yaxis):
        low, high = sorted(side.get_view_interval())
        margin = NUMERICS.edge * (high - low)
        off = not (axis.axison and axis.get_visible() and side.get_visible())
        for tick in (*side.get_major_ticks(), *side.get_minor_ticks()):
            if off or not low - margin <= tick.get_loc() <= high + margin:
                yield from (tick.label1, tick.label2)
        if off:
            yield from (side.label, side.offsetText)
    if not axis.get_visible():
        yield from axis.findobj(Text)


def grey_fault(figure: Figure) -> str | None:
    """Return which two entries of a legend look alike in grey, or `None`."""
    from matplotlib.legend import Legend

    for legend in figure.findobj(Legend):
        assert isinstance(legend, Legend)  # noqa: S101 - for the type checker
        shown = [h for h in legend.legend_handles if h is not None]
        names = [text.get_text() for text in legend.get_texts()]
        for (name, first), (other, second) in combinations(list(zip(names, shown, strict=False)), 2):
            (mark, light), (other_mark, other_light) = _look(first), _look(second)
            if mark == other_mark and abs(light - other_light) < APART:
                return f"{name!r} and {other!r} look alike in grey"
    return None


def _look(artist: object) -> tuple[tuple[object, ...], float]:
    """Return the look of a legend entry apart from its colour, and the lightness of its colour."""
    if isinstance(artist, Line2D):
        filled = artist.get_markerfacecolor() not in ("none", "white")
        marker = artist.get_marker() if artist.get_markersize() else "None"
        dashes = artist._unscaled_dash_pattern  # type: ignore[attr-defined]  # noqa: SLF001 - no public name
        drawn = artist.get_linestyle() not in ("None", "none", "", " ")
        line = (dashes if drawn else "no line", round(artist.get_linewidth()) if drawn else 0)
        return ("line", line, marker, filled), _light(artist.get_color())
    if isinstance(artist, Patch):
        face = artist.get_facecolor()
        return ("patch", artist.get_hatch(), artist.get_linestyle()), _light(face)
    if isinstance(artist, Collection):
        faces = artist.get_facecolor()
        dashes = tuple(map(str, artist.get_linestyle()))
        return ("collection", artist.get_hatch(), dashes), _light(faces[0]) if len(faces) else 0.0
    return (type(artist).__name__,), 0.0


def _light(colour: object) -> float:
    """Return the lightness of a colour on a white background, between 0 and 1."""
    alpha = colour[3] if isinstance(colour, (tuple, list)) and len(colour) == 4 else 1.0
    weights = zip(GREY, to_rgb(colour), strict=True)  # type: ignore[arg-type]
    return float(1.0 - alpha + alpha * sum(weight * part for weight, part in weights))
