"""Results that draw themselves, without knowing the drawing code.

A class says which function draws it, as text; the function's module, and with it matplotlib, is loaded only
when a figure is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from negotiation.errors import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Drawable:
    """A game or a result that has a figure.

    Examples
    --------
    >>> import negotiation as ng
    >>> issubclass(ng.StageGame, Drawable)
    True
    """

    _figure: ClassVar[str]
    """The function that draws it: "module:function" in `negotiation/report/figures/`."""

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw its figure; the page on drawing results says what each figure shows.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where; axes of a new figure if not given.

        Returns
        -------
        matplotlib.axes.Axes
            Save the figure with `.figure.savefig(path)`.

        Raises
        ------
        InvalidGame
            If it is a stage game or a repeated game of other than two players: it has no payoff matrix.

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
    r"""Let no text be read as a formula, nor hold a control character that no font has."""
    from matplotlib.text import Text

    for text in axis.findobj(Text):
        words = text.get_text()
        if "$" in words:
            text.set_parse_math(False)
        if not words.isprintable():
            text.set_text("\n".join(map(printable, words.split("\n"))))
