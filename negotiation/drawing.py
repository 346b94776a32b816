"""Where a result's figure is drawn: a registry, so that results can plot without knowing the drawing code.

`negotiation/__init__.py` says which function draws what; the function's module, and with it matplotlib, is
loaded only when a figure is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from negotiation.errors import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DRAWERS: dict[str, str] = {}


def register_drawer(kind: str, function: str) -> None:
    """Say which function draws a kind of result.

    Parameters
    ----------
    kind : str
        Name of the kind.
    function : str
        "package.module:function"; it takes the result and returns a matplotlib figure.

    Examples
    --------
    >>> register_drawer("example", "negotiation.report.figures:replay_figure")
    """
    _DRAWERS[kind] = function


def draw(kind: str, result: object) -> Figure:
    """Return the figure of a result. Names stand in it as they are: a dollar sign begins no formula."""
    module, function = _DRAWERS[kind].split(":")
    figure: Figure = getattr(import_module(module), function)(result)
    _as_words(figure)
    return figure


def _as_words(figure: Figure) -> None:
    """Let no text of a figure be read as a formula, nor hold a control character that no font has."""
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        words = text.get_text()
        if "$" in words:
            text.set_parse_math(False)
        if not words.isprintable():
            text.set_text("\n".join(map(printable, words.split("\n"))))
