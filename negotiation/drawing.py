"""Who draws a result's figure: a registry, so that results can plot without knowing the drawing code.

`negotiation/__init__.py` says which function draws what; the function's module, and with it matplotlib, is
loaded only when a figure is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from negotiation.errors import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DRAWERS: dict[str, str] = {}


def register_drawer(kind: str, function: str) -> None:
    """Say which function draws a kind of result.

    Parameters
    ----------
    kind : str
        Name of the kind.
    function : str
        "package.module:function"; it takes the result and axes or None, draws on them and returns them.

    Examples
    --------
    >>> register_drawer("example", "negotiation.report.figures.truces.replay:replay_figure")
    """
    _DRAWERS[kind] = function


def draw(kind: str, result: object, ax: Axes | None = None) -> Axes:
    """Draw a result and return the axes.

    Parameters
    ----------
    kind : str
        One that is registered.
    result : object
        What is drawn.
    ax : matplotlib.axes.Axes, optional
        Where; axes of a new figure, which opens no window, if not given.
    """
    module, function = _DRAWERS[kind].split(":")
    axis: Axes = getattr(import_module(module), function)(result, ax)
    return axis


def as_words(axis: Axes) -> None:
    r"""Let no text be read as a formula, nor hold a control character that no font has.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
        With what it holds: titles, legends, panels.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axis = Figure().subplots()
    >>> text = axis.text(0, 0, "$x$ \x1b")
    >>> as_words(axis)
    >>> text.get_text(), text.get_parse_math()
    ('$x$ \\x1b', False)
    """
    from matplotlib.text import Text

    for text in axis.findobj(Text):
        words = text.get_text()
        if "$" in words:
            text.set_parse_math(False)
        if not words.isprintable():
            text.set_text("\n".join(map(printable, words.split("\n"))))
