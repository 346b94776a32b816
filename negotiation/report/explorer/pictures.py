"""Pictures of the explorer: they stand in the page itself.

marimo keeps an image as a file beside the page and takes it away when the cell runs again. A browser that
asks for it then, because a slider moved on before, gets the head of an answer and no body
(ERR_INCOMPLETE_CHUNKED_ENCODING), which is an error on its console and a hole in the page.
"""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from negotiation.report.figures.canvas import Picture


def embedded(drawn: Picture, words: str, width: int) -> str:
    """Return an element of HTML that holds a figure.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> embedded(stage.plot(), "a matrix", 300).split(" src=")[0]
    '<img alt="a matrix" style="width: 300px; max-width: 100%"'
    """
    data = b64encode(drawn._repr_png_()).decode("ascii")
    return (
        f'<img alt="{escape(words)}" style="width: {width}px; max-width: 100%" '
        f'src="data:image/png;base64,{data}">'
    )
