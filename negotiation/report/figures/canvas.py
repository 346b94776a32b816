"""The axes that figures are drawn on, given by the user or new, and panels within them.

Every figure is a single `Axes`, so that it fits into a figure of the user. A figure of several panels has
them inside these axes. Gaps between panels are in inches, because text does not scale with axes. Importing
this module loads matplotlib, so `Drawable.plot` imports it only when a figure is drawn.
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

# Okabe and Ito's colours, which the colour-blind can tell apart; in grey, line styles and marks differ.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#777777"

# Colours of the first and the second country of a dispute.
SIDES = (BLUE, ORANGE)

# Widths of a column and of a page in print, in inches.
COLUMN, PAGE = 3.4, 7.0

# Points of text inside a figure, and of its title.
SMALL, TITLE = 6.5, 8.0

# Inches of a character of such text and of a title, and of a legend's handle with its space.
CHARACTER, TITLE_CHARACTER, HANDLE = 0.048, 0.068, 0.45

# Inches of a character of an axis label per point of its size, and the fewest characters of a line.
LABEL_CHARACTER, SHORTEST_LINE = 0.0078, 8

# Fewest characters of a line of a title.
SHORTEST_TITLE = 12

# Axes shorter than this many inches have few ticks, with at most this many steps between them.
FEW_TICKS, MOST_TICKS = 2.8, 4

# Least inches from one tick to the next: the width of `−0.05`, and the height of a line.
TICK_WIDE, TICK_HIGH = 0.55, 0.22

# Inches of tick labels at the left that do not make axes narrower.
BESIDE = 0.35

# Inches of tick labels and a label below axes, and of each further line of the label.
LABEL_DROP, FOLD = 0.42, 0.14

# How many times as wide as its axes a legend may be.
SPARE = 1.1


class Picture(Axes):
    """Axes of a new figure, which a notebook shows as a picture."""

    def _repr_png_(self) -> bytes:
        figure, image = self.get_figure(root=True), BytesIO()
        if figure is not None:
            figure.savefig(image, format="png", dpi=figure.dpi)
        return image.getvalue()


@contextmanager
def canvas(
    ax: Axes | None, width: float, height: float, title: str = "", above: float = 4.0
) -> Iterator[Axes]:
    """Yield axes to draw on, with the project's style in force.

    The axes are `ax`, or the axes of a new figure of `width` by `height` inches if `ax` is None. The title is
    set last, `above` points above the axes.

    Examples
    --------
    >>> with canvas(None, 3.4, 2.0) as axis:
    ...     _ = axis.plot([0, 1], [0, 1])
    >>> axis.figure.get_size_inches().tolist()
    [3.4, 2.0]
    """
    # The style holds only during drawing, so that other figures of the user keep theirs.
    with mpl.rc_context(fname=str(STYLE)):
        if ax is None:
            # Not through pyplot, which would open a window and keep the figure.
            axis = Figure(figsize=(width, height), layout="constrained").add_subplot(axes_class=Picture)
        else:
            axis = _dress(ax)
        yield axis
        if title:
            heading(axis, title, above, beside(axis))
        as_words(axis)
        for part in axis.child_axes if ax is None else axis.findobj(Axes):
            assert isinstance(part, Axes)  # noqa: S101 - for the type checker
            if ax is not None:
                _wrap_labels(part)
            _name_few_ticks(part)
        if ax is None and axis.child_axes:
            # Labels of panels are measured at their last place, so the layout settles at the second drawing.
            axis.get_figure(root=True).draw_without_rendering()  # type: ignore[union-attr]


def _dress(axis: Axes) -> Axes:
    """Give a user's axes the text sizes and the frame of the project's style, and return them."""
    sizes = mpl.rcParams["xtick.labelsize"], mpl.rcParams["ytick.labelsize"]
    for side, size in zip((axis.xaxis, axis.yaxis), sizes, strict=True):
        side.set_tick_params(labelsize=size)
        side.label.set_fontsize(mpl.rcParams["axes.labelsize"])
    axis.spines[["top", "right"]].set_visible(False)
    return axis


def beside(axis: Axes) -> float:
    """Return the inches by which the names of their rows make axes narrower."""
    lines = [line for text in axis.get_yticklabels() for line in text.get_text().split("\n")]
    return max(0.0, CHARACTER * max(map(len, lines), default=0) - BESIDE)


def _wrap_labels(axis: Axes) -> None:
    """Wrap the labels of a user's axes to the length of each axis."""
    wide, high = room(axis)
    wide -= beside(axis)
    # The label of the vertical axis runs along it, unless it is horizontal and names a row.
    for label, length in ((axis.xaxis.label, wide), (axis.yaxis.label, high)):
        if label is axis.yaxis.label and not label.get_rotation():
            continue
        label.set_text(_folded(label, length))


def _folded(label: Text, length: float) -> str:
    """Return the text of a label, wrapped to a length in inches."""
    most = int(length / (LABEL_CHARACTER * float(label.get_fontsize())))
    text = label.get_text()
    if most < SHORTEST_LINE:
        return text
    return "\n".join(fill(line, most) for line in text.split("\n"))


def _name_few_ticks(axis: Axes) -> None:
    """Set fewer ticks on short axes."""
    wide, high = room(axis)
    for side, length, step in ((axis.xaxis, wide, TICK_WIDE), (axis.yaxis, high, TICK_HIGH)):
        locator = side.get_major_locator()
        if length < FEW_TICKS and isinstance(locator, AutoLocator):
            # `locator_params` of the axes would also reset the limits.
            locator.set_params(nbins=max(1, min(MOST_TICKS, int(length / step))))


def colour_of(country: str, countries: Sequence[str]) -> str:
    """Return a country's colour: blue for the first of the dispute, orange for the second.

    Examples
    --------
    >>> colour_of("KOR", ("JPN", "KOR")) == ORANGE
    True
    """
    return SIDES[countries.index(country)]


def room(axis: Axes) -> tuple[float, float]:
    """Return the current width and height of axes, in inches."""
    dpi, locator = axis.figure.dpi, axis.get_axes_locator()
    if locator is not None:
        # A panel is placed only when it is drawn, so its place is computed here.
        axis.apply_aspect(locator(axis, None))  # type: ignore[arg-type]
    return axis.bbox.width / dpi, axis.bbox.height / dpi


def fitting(host: Axes, count: int, least: float, gap: float = 0.35) -> int:
    """Return the number of columns for `count` panels, each at least `least` inches wide.

    Columns are `gap` inches apart, and rows are filled evenly. There is at least one column.

    Examples
    --------
    >>> with canvas(None, 3.4, 2.0) as axis:
    ...     [fitting(axis, 4, least) for least in (0.3, 0.5, 1.0, 2.0)]
    [4, 2, 2, 1]
    """
    most = max(1, min(count, int((room(host)[0] + gap) / (least + gap))))
    # Five panels with room for four stand as three and two: the rows first, then the columns of each.
    return -(-count // -(-count // most))


def heading(axis: Axes, text: str, above: float = 4.0, less: float = 0.0) -> None:
    """Set the title of axes, wrapped to their width.

    The title stands `above` points above the axes, and leaves `less` inches of their width free.
    """
    wide = max(int((room(axis)[0] - less) / TITLE_CHARACTER), SHORTEST_TITLE)
    # Matplotlib's own wrapping measures from where the title stands. Before the layout that can be above
    # the figure, which would wrap the title to one word per line.
    axis.set_title(fill(text, wide), fontsize=TITLE, fontweight="bold", loc="left", pad=above, wrap=False)


def colour_bar(axis: Axes, drawn: ScalarMappable) -> None:
    """Draw the colour scale of an image to the right of its axes."""
    # The scale stands outside the axes. Matplotlib's own would shrink a panel, whose locator undoes that.
    inch = 1.0 / room(axis)[0]
    axis.figure.colorbar(drawn, cax=axis.inset_axes((1.0 + 0.08 * inch, 0.0, 0.1 * inch, 1.0)))


def say_instead(axis: Axes, words: str) -> None:
    """Write a sentence in place of a figure that has nothing to draw."""
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
    """Draw figures in panels one below another, each `tall` inches high.

    The figure is `width` inches wide, its title is `above` points above the panels, and `gap` is the space
    between panels in inches. If there are no figures, the words `none` are written instead.
    """
    with canvas(ax, width, 0.6 + tall * max(len(drawings), 1), title, above) as host:
        if not drawings:
            say_instead(host, none)
            return host
        for draw, axis in zip(drawings, panels(host, len(drawings), gaps=(0.0, gap)), strict=True):
            draw(axis)
    return host


def name_rows(axis: Axes, names: Sequence[str], beyond: float = 0.5) -> None:
    """Name the rows of a figure at the left, from the top down, with spaces for underscores.

    The axes reach `beyond` rows above the first and below the last.
    """
    axis.set_ylim(len(names) - 1 + beyond, -beyond)
    axis.set_yticks(range(len(names)), [name.replace("_", " ") for name in names], fontsize=SMALL)


def legend_below(
    axis: Axes, handles: Sequence[Artist] | None = None, columns: int = 3, drop: float | None = None
) -> None:
    """Set a legend below axes, in at most `columns` columns, or fewer if their width requires it.

    `handles` are by default those of the axes and their panels. The legend stands `drop` inches below the
    axes, by default just below the label of the horizontal axis.
    """
    if drop is None:
        drop = LABEL_DROP + FOLD * _folded(axis.xaxis.label, room(axis)[0] - beside(axis)).count("\n")
    shown = list(_handles(axis) if handles is None else handles)
    longest = max((len(line) for each in shown for line in str(each.get_label()).split("\n")), default=1)
    fitting = max(1, int(SPARE * room(axis)[0] / (CHARACTER * longest + HANDLE)))
    # A distance in inches from the lower edge, whatever the height of the axes.
    below = axis.transAxes + ScaledTranslation(0.0, -drop, axis.get_figure(root=True).dpi_scale_trans)  # type: ignore[union-attr]
    axis.legend(
        handles=shown, loc="upper center", bbox_to_anchor=(0.5, 0.0), bbox_transform=below,
        borderaxespad=0.0, ncols=min(columns, fitting), fontsize=SMALL,
    )  # fmt: skip


def _handles(axis: Axes) -> list[Artist]:
    """Return the handles of a legend of axes and their panels, one for each label."""
    found: dict[str, Artist] = {}
    for part in (axis, *axis.child_axes):
        assert isinstance(part, Axes)  # noqa: S101 - for the type checker
        for handle, label in zip(*part.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    return list(found.values())


def panels(
    host: Axes,
    count: int,
    columns: int = 1,
    shared: str = "",
    gaps: tuple[float, float] = (0.35, 0.3),
    heights: Sequence[float] | None = None,
) -> list[Axes]:
    """Return `count` panels within axes, row by row in `columns` columns, and hide the axes themselves.

    Panels share the axes in `shared`: "x", "y" or "xy". Ticks of a shared axis are named only in the lowest
    panel of each column or the first panel of each row. `gaps` are the inches between columns and between
    rows. `heights` are the relative heights of the rows, equal by default.

    Examples
    --------
    >>> with canvas(None, 3.4, 2.0) as axis:
    ...     row = panels(axis, 5, 3, shared="x")
    >>> len(row), len(axis.child_axes)
    (5, 5)
    """
    host.set_axis_off()
    rows = -(-count // columns)
    # Gaps are fixed in inches and panels share the rest. A divider counts rows from below.
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
    """Return the current position of axes in their figure, which the layout sets before panels are drawn."""
    return host.get_position()
