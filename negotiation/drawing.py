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

    Examples
    --------
    >>> register_drawer("example", "negotiation.report.figures.truces.replay:replay_figure")
    """
    _DRAWERS[kind] = function


def draw(kind: str, result: object, ax: Axes | None = None) -> Axes:
    """Draw a result and return the axes."""
    module, function = _DRAWERS[kind].split(":")
    axis: Axes = getattr(import_module(module), function)(result, ax)
    return axis


def as_words(axis: Axes) -> None:
    r"""Let no text be read as a formula, nor hold a control character that no font has."""
    from matplotlib.text import Text

    for text in axis.findobj(Text):
        words = text.get_text()
        if "$" in words:
            text.set_parse_math(False)
        if not words.isprintable():
            text.set_text("\n".join(map(printable, words.split("\n"))))
