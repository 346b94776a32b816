"""How the gallery finds the pictures of a program: figures of this package open no window."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sphinx_gallery.scrapers import figure_rst


def scrape(block: tuple[Any, ...], block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """Save the figures that a block of a program left in its variables, and return text that shows them."""
    del block
    # Variables live on from block to block: a figure that was saved is not saved again.
    known = block_vars["example_globals"]
    saved: list[Figure] = known.setdefault("__figures_saved__", [])
    paths = []
    for found in [*known.values()]:
        figure = found.figure if isinstance(found, Axes) else found
        if isinstance(figure, Figure) and not any(figure is one for one in saved):
            saved.append(figure)
            path = next(block_vars["image_path_iterator"])
            figure.savefig(path, dpi=110)
            paths.append(path)
    return figure_rst(paths, gallery_conf["src_dir"])
