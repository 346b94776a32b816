"""Cells of tables: one short word stays whole, and a long name may break where its parts meet.

A browser breaks `2025-05-geneva` at its hyphens, which makes three lines of each row, and breaks no
`tariff.demand_elasticity.USA`, which pushes its column out of the page.
"""

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx

LONGEST_WHOLE = 20
"""Characters of a word that keeps its line."""

PARTS = re.compile(r"(?<=[._/])(?=\w)")
"""Where the parts of a name meet."""


def marked(_app: Sphinx, tree: nodes.document, _page: str) -> None:
    """Mark the cells of a page, once all its links are resolved."""
    for cell in tree.findall(nodes.entry):
        words = cell.astext().split()
        if len(words) == 1 and len(words[0]) <= LONGEST_WHOLE:
            cell["classes"].append("whole")
            continue
        for text in list(cell.findall(nodes.Text)):
            # What is HTML already has addresses, which no break may enter.
            written = isinstance(text.parent, nodes.raw)
            if not written and any(len(word) > LONGEST_WHOLE for word in text.split()):
                text.parent.replace(text, list(_breakable(text)))


def _breakable(text: nodes.Text) -> Iterator[nodes.Node]:
    """Yield a text with places at which a browser may break its long words."""
    for k, part in enumerate(PARTS.split(text)):
        if k:
            yield nodes.raw("", "<wbr>", format="html")
        yield nodes.Text(part)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-resolved", marked, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
