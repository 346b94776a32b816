"""The base class of games and results that have a figure.

A class names its drawing function as a text. The function's module, and with it matplotlib, is loaded only
when a figure is drawn.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from negotiation.errors import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Drawable:
    """Base class of games and results that have a figure.

    Examples
    --------
    >>> import negotiation as ng
    >>> issubclass(ng.StageGame, Drawable)
    True
    """

    _figure: ClassVar[str]
    """The function that draws the figure: "module:function" in `negotiation/report/figures/`."""

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the figure of the game or result. The page on drawing results says what each figure shows.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; by default those of a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            The axes with the figure. Save it with `.figure.savefig(path)`.

        Raises
        ------
        InvalidGame
            If the object is a stage or repeated game without exactly two players, which has no payoff matrix.

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> stage.plot().get_title(loc="left")
        'stage game'
        >>> grim = ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D"))
        >>> ng.verify(ng.RepeatedGame(stage, 0.9), grim).plot().get_title(loc="left")
        'subgame perfect equilibrium: holds'
        """
        module, function = self._figure.split(":")
        drawer = getattr(import_module(f"negotiation.report.figures.{module}"), function)
        axis: Axes = drawer(self, ax)
        return axis


def as_words(axis: Axes) -> None:
    r"""Escape the texts of an axis, in place: none is read as a formula or holds a control character."""
    from matplotlib.text import Text

    for text in axis.findobj(Text):
        words = text.get_text()
        if "$" in words:
            text.set_parse_math(False)
        if not words.isprintable():
            text.set_text("\n".join(map(printable, words.split("\n"))))
