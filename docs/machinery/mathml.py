"""Formulas as MathML, written when the site is built: a browser shows them without a script or a network.

Docutils has a reader of LaTeX. What it cannot read stops the build with the formula and the reason.
"""

import re

from docutils import nodes
from docutils.utils.math import MathError, latex2mathml
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.writers.html5 import HTML5Translator

SIMPLER = {
    r"\\[bB]ig+[lr]?\s*": "",  # a browser stretches brackets by itself
    r"\\(?:text|display)style\s*": "",  # and chooses the size of a sum
    r"\\tag\{(.*?)\}": r"\\qquad (\1)",
}
"""What docutils cannot read, and what says the same."""


def written(formula: str, *, block: bool) -> str:
    """Return a formula of LaTeX as a `math` element; `SphinxError` where it cannot be read."""
    plain = formula.strip()
    for pattern, instead in SIMPLER.items():
        plain = re.sub(pattern, instead, plain)
    try:
        return latex2mathml.tex2mathml(plain, as_block=block)
    except MathError as error:
        raise SphinxError(f"formula {formula!r}: {error}; write it in simpler LaTeX") from error


def visit_inline(writer: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in a line of text."""
    writer.body.append(written(node.astext(), block=False))
    raise nodes.SkipNode


def visit_block(writer: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula in a line of its own."""
    writer.body.append(f'<div class="formula">{written(node.astext(), block=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer under the name that `html_math_renderer` says."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
