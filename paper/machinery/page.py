"""A page of the documentation as LaTeX: the online appendix shows what `docs/theory/` writes."""

from __future__ import annotations

import re

MATHS = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)
CODE = re.compile(r"`([^`]*)`")
LETTERS = {"%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_"}


def as_latex(page: str, *, until: str = "") -> str:
    r"""Return headings, paragraphs, lists, tables and mathematics of a page as LaTeX, up to a heading.

    Examples
    --------
    >>> text = "# Title\n\n## A part\n\n**Lemma.** If $x_1>0$, *always* 5%.\n\n## Sources\n\nNone."
    >>> print(as_latex(text, until="Sources"))
    \subsection*{A part}
    <BLANKLINE>
    \textbf{Lemma.} If $x_1>0$, \emph{always} 5\%.
    """
    body = page.split(f"\n## {until}\n")[0] if until else page
    blocks = re.split(r"\n\s*\n", body.strip())
    return "\n\n".join(_block(block) for block in blocks if not block.startswith("# "))


def _block(block: str) -> str:
    if block.startswith("## "):
        return rf"\subsection*{{{_inline(block[3:].strip())}}}"
    if block.startswith("|"):
        return _table(block.splitlines())
    if block.startswith("- "):
        items = re.split(r"\n- ", block[2:])
        return "\n".join(
            [r"\begin{itemize}", *(rf"\item {_inline(item)}" for item in items), r"\end{itemize}"]
        )
    return _inline(block)


def _table(lines: list[str]) -> str:
    # Bars inside mathematics would be read as cells: the pages have none.
    rows = [[_inline(cell.strip()) for cell in line.strip().strip("|").split("|")] for line in lines]
    head, body = rows[0], rows[2:]
    pattern = "l" * len(head)
    set_rows = [" & ".join(row) + r" \\" for row in (head, *body)]
    table = [rf"\begin{{tabular}}{{{pattern}}}", r"\toprule", set_rows[0], r"\midrule", *set_rows[1:]]
    return "\n".join([r"\begin{center}\small", *table, r"\bottomrule", r"\end{tabular}", r"\end{center}"])


def _inline(text: str) -> str:
    """Return text with its marks as LaTeX; mathematics is left as it is."""
    parts, at = [], 0
    for found in MATHS.finditer(text):
        parts += [_words(text[at : found.start()]), _maths(found[0])]
        at = found.end()
    # Emphasis may hold mathematics, so that marks are read over the whole.
    joined = "".join([*parts, _words(text[at:])])
    bold = re.sub(r"\*\*(.+?)\*\*", r"\\textbf{\1}", joined, flags=re.DOTALL)
    return re.sub(r"(?<![*\\])\*(?=\S)(.+?)(?<=\S)\*(?!\*)", r"\\emph{\1}", bold, flags=re.DOTALL)


def _maths(found: str) -> str:
    # A star in mathematics is no emphasis.
    kept = found.replace("*", r"\ast ")
    return rf"\[{kept[2:-2].strip()}\]" if found.startswith("$$") else kept


def _words(text: str) -> str:
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    escaped = re.sub("[%&#_]", lambda found: LETTERS[found[0]], plain)
    return CODE.sub(r"\\texttt{\1}", escaped)
