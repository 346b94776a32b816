"""Where figures are drawn: on the axes that a user gives, or on new ones; and panels within them.

Every figure is one pair of axes, so that it fits among a user's own figures. What needs several panels has
them inside; distances between panels are in inches, since that is what text needs. Matplotlib is loaded with
this package, and this package only when a figure is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import AutoLocator
from matplotlib.transforms import Bbox, ScaledTranslation
from mpl_toolkits.axes_grid1 import Divider
from mpl_toolkits.axes_grid1.axes_size import Fixed, Scaled

from negotiation.base.drawing import as_words

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.cm import ScalarMappable
    from matplotlib.text import Text

STYLE = Path(__file__).parent / "style" / "negotiation.mplstyle"

# Okabe and Ito's colours, told apart by the colour-blind; line styles and marks tell them apart in grey.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#777777"

# Colours of the first and the second country of a dispute.
SIDES = (BLUE, ORANGE)

# Widths of a column and of a page in print, in inches.
COLUMN, PAGE = 3.4, 7.0

# Points of text inside a figure, and of its title.
SMALL, TITLE = 6.5, 8.0

# Inches that a character of either takes, and the mark of a legend's entry with its space.
CHARACTER, TITLE_CHARACTER, HANDLE = 0.048, 0.068, 0.45


# Inches that a character of an axis' label takes, for each point of its size; the shortest line of one.
LABEL_CHARACTER, SHORTEST_LINE = 0.0078, 8

# Characters that a line of a title has at least.
SHORTEST_TITLE = 12

# Inches of axes below which few ticks are named, and how many steps there are then at most.
FEW_TICKS, MOST_TICKS = 2.8, 4

# Inches that a step from one tick to the next takes at least: the width of `−0.05`, the height of a line.
TICK_WIDE, TICK_HIGH = 0.55, 0.22

# Inches of labels that stand left of axes before these have to give room to them.
BESIDE = 0.35

# Inches that names of ticks and a label below axes take, and each further line of the label.
LABEL_DROP, FOLD = 0.42, 0.14

# How much wider a legend may be than axes, which stand between labels.
SPARE = 1.1


class Picture(Axes):
    """Axes of a figure of their own: a notebook shows them as what they have drawn."""

    def _repr_png_(self) -> bytes:
        figure, image = self.get_figure(root=True), BytesIO()
        if figure is not None:
            figure.savefig(image, format="png", dpi=figure.dpi)
        return image.getvalue()


@contextmanager
def canvas(ax: Axes | None, width: float, height: float) -> Iterator[Axes]:
    """Give axes to draw on, under the project's style.

    Examples
    --------
    >>> with canvas(None, 3.4, 2.0) as axis:
    ...     _ = axis.plot([0, 1], [0, 1])
    >>> axis.figure.get_size_inches().tolist()
    [3.4, 2.0]
    """
    # Only while it is drawn: nothing that a user has set for other figures changes.
    with mpl.rc_context(fname=str(STYLE)):
        if ax is not None:
            _dress(ax)
            yield ax
            as_words(ax)
            for part in ax.findobj(Axes):
                _wrap_labels(part)
                _name_few_ticks(part)
            return
        # Not through pyplot, which would open a window and keep the figure.
        figure = Figure(figsize=(width, height), layout="constrained")
        axis = figure.add_subplot(axes_class=Picture)
        yield axis
        as_words(axis)
        for panel in axis.child_axes:
            if isinstance(panel, Axes):
                _name_few_ticks(panel)
        if axis.child_axes:
            # The labels of panels are measured where the last drawing left them: the layout settles at the
            # second.
            figure.draw_without_rendering()


def _dress(axis: Axes) -> None:
    """Give a user's axes, made under another style, the sizes and the frame of this one."""
    axis.tick_params(axis="x", labelsize=mpl.rcParams["xtick.labelsize"])
    axis.tick_params(axis="y", labelsize=mpl.rcParams["ytick.labelsize"])
    for label in (axis.xaxis.label, axis.yaxis.label):
        label.set_fontsize(mpl.rcParams["axes.labelsize"])
    axis.spines["top"].set_visible(mpl.rcParams["axes.spines.top"])
    axis.spines["right"].set_visible(mpl.rcParams["axes.spines.right"])


def beside(axis: Axes) -> float:
    """Return how many inches of their width axes give up for long names of their rows."""
    lines = [line for text in axis.get_yticklabels() for line in text.get_text().split("\n")]
    return max(0.0, CHARACTER * max(map(len, lines), default=0) - BESIDE)


def _wrap_labels(axis: Axes) -> None:
    """Set labels of a user's axes on more lines where there is little room."""
    wide, high = room(axis)
    wide -= beside(axis)
    # The label of the vertical axis runs along it, unless it was turned to stand beside a row.
    for label, length in ((axis.xaxis.label, wide), (axis.yaxis.label, high)):
        if label is axis.yaxis.label and not label.get_rotation():
            continue
        label.set_text(_folded(label, length))


def _folded(label: Text, length: float) -> str:
    """Return the text of a label on as many lines as so many inches ask for."""
    most = int(length / (LABEL_CHARACTER * float(label.get_fontsize())))
    text = label.get_text()
    if most < SHORTEST_LINE:
        return text
    return "\n".join(fill(line, most) for line in text.split("\n"))


def _name_few_ticks(axis: Axes) -> None:
    """Name fewer ticks where there is little room."""
    wide, high = room(axis)
    for side, length, step in ((axis.xaxis, wide, TICK_WIDE), (axis.yaxis, high, TICK_HIGH)):
        locator = side.get_major_locator()
        if length < FEW_TICKS and isinstance(locator, AutoLocator):
            # The axes' own `locator_params` would set limits anew.
            locator.set_params(nbins=max(1, min(MOST_TICKS, int(length / step))))


def colour_of(country: str, countries: Sequence[str]) -> str:
    """Return a country's colour, by its place among the countries of the dispute.

    Examples
    --------
    >>> colour_of("KOR", ("JPN", "KOR")) == ORANGE
    True
    """
    return SIDES[countries.index(country)]


def room(axis: Axes) -> tuple[float, float]:
    """Return the width and the height of axes in inches, as they are now."""
    dpi, locator = axis.figure.dpi, axis.get_axes_locator()
    if locator is not None:
        # A panel is placed when it is drawn; what it will be is asked for here, before that.
        axis.apply_aspect(locator(axis, None))  # type: ignore[arg-type]
    return axis.bbox.width / dpi, axis.bbox.height / dpi


def fitting(host: Axes, count: int, least: float, gap: float = 0.35) -> int:
    """Return how many columns of panels have room side by side, rows being filled evenly.

    Examples
    --------
    >>> with canvas(None, 3.4, 2.0) as axis:
    ...     [fitting(axis, 4, least) for least in (0.3, 0.5, 1.0, 2.0)]
    [4, 2, 2, 1]
    """
    most = max(1, min(count, int((room(host)[0] + gap) / (least + gap))))
    # Five with room for four stand as three and two: rows that are needed first, then how many each holds.
    return -(-count // -(-count // most))


def heading(axis: Axes, text: str, above: float = 4.0, less: float = 0.0) -> None:
    """Set the title of axes, on as many lines as their width requires."""
    wide = max(int((room(axis)[0] - less) / TITLE_CHARACTER), SHORTEST_TITLE)
    # Matplotlib's own wrapping measures from where the title stands: one that is still above the figure,
    # since the layout comes later, would be set in one word a line, and leave no room for anything else.
    axis.set_title(fill(text, wide), fontsize=TITLE, fontweight="bold", loc="left", pad=above, wrap=False)


def colour_bar(axis: Axes, drawn: ScalarMappable) -> None:
    """Set the scale of what is drawn in colours at the right of axes."""
    # A strip beside the axes, outside of them: Matplotlib's own would take room from a panel, which its
    # locator gives back at once.
    inch = 1.0 / room(axis)[0]
    axis.figure.colorbar(drawn, cax=axis.inset_axes((1.0 + 0.08 * inch, 0.0, 0.1 * inch, 1.0)))


def say_instead(axis: Axes, words: str) -> None:
    """Write a sentence where there is nothing to draw."""
    axis.set_axis_off()
    axis.text(0.0, 0.5, words, fontsize=SMALL, va="center")


def one_below_another(
    ax: Axes | None,
    title: str,
    drawings: Sequence[Callable[[Axes], object]],
    none: str,
    tall: float = 2.5,
    width: float = 0.8 * PAGE,
    above: float = 8.0,
    gap: float = 0.1,
) -> Axes:
    """Draw several figures in panels, each so many inches tall, or say that there are none."""
    with canvas(ax, width, 0.6 + tall * max(len(drawings), 1)) as host:
        heading(host, title, above)
        if not drawings:
            say_instead(host, none)
            return host
        for draw, axis in zip(drawings, panels(host, len(drawings), gaps=(0.0, gap)), strict=True):
            draw(axis)
    return host


def name_rows(axis: Axes, names: Sequence[str], beyond: float = 0.5) -> None:
    """Let rows stand one below the other, the first on top, with their names at the left."""
    axis.set_ylim(len(names) - 1 + beyond, -beyond)
    axis.set_yticks(range(len(names)), [name.replace("_", " ") for name in names], fontsize=SMALL)


def legend_below(
    axis: Axes, handles: Sequence[Artist] | None = None, columns: int = 3, drop: float | None = None
) -> None:
    """Set a legend below axes, in as many columns as their width allows.

    It stands so many inches lower, or under the label, which is folded where axes are narrow.
    """
    if drop is None:
        drop = LABEL_DROP + FOLD * _folded(axis.xaxis.label, room(axis)[0] - beside(axis)).count("\n")
    shown = axis.get_legend_handles_labels()[0] if handles is None else list(handles)
    longest = max((len(line) for each in shown for line in str(each.get_label()).split("\n")), default=1)
    fitting = max(1, int(SPARE * room(axis)[0] / (CHARACTER * longest + HANDLE)))
    # Inches below the lower edge, at whatever height the axes are drawn.
    below = axis.transAxes + ScaledTranslation(0.0, -drop, axis.get_figure(root=True).dpi_scale_trans)  # type: ignore[union-attr]
    axis.legend(
        handles=shown, loc="upper center", bbox_to_anchor=(0.5, 0.0), bbox_transform=below,
        borderaxespad=0.0, ncols=min(columns, fitting), fontsize=SMALL,
    )  # fmt: skip


def panels(
    host: Axes,
    count: int,
    columns: int = 1,
    shared: str = "",
    gaps: tuple[float, float] = (0.35, 0.3),
    heights: Sequence[float] | None = None,
) -> list[Axes]:
    """Return panels within axes, which are blank but for them: row by row, `columns` in each but the last.

    Where they share an axis, its ticks are named under the lowest panels, or left of the first ones.

    Examples
    --------
    >>> with canvas(None, 3.4, 2.0) as axis:
    ...     row = panels(axis, 5, 3, shared="x")
    >>> len(row), len(axis.child_axes)
    (5, 5)
    """
    host.set_axis_off()
    rows = -(-count // columns)
    # Gaps are fixed in inches, since that is what text needs; panels share what is left. Rows are from below.
    across = [size for _ in range(columns) for size in (Scaled(1.0), Fixed(gaps[0]))]
    down = [size for height in reversed(heights or [1.0] * rows) for size in (Scaled(height), Fixed(gaps[1]))]
    divider = Divider(host.get_figure(root=False), (0.0, 0.0, 1.0, 1.0), across[:-1], down[:-1])
    divider.set_locator(partial(_place, host))
    row: list[Axes] = []
    for k in range(count):
        same = {f"share{c}": row[0] if row else None for c in shared}
        axis = host.inset_axes((0.0, 0.0, 1.0, 1.0), **same)  # type: ignore[arg-type]
        axis.set_axes_locator(divider.new_locator(2 * (k % columns), 2 * (rows - 1 - k // columns)))
        if "x" in shared and k + columns < count:
            axis.tick_params(labelbottom=False)
        if "y" in shared and k % columns:
            axis.tick_params(labelleft=False)
        row.append(axis)
    return row


def _place(host: Axes, _axis: object, _renderer: object) -> Bbox:
    """Return where axes are when something within them is drawn: the layout has moved them until then."""
    return host.get_position()
