"""LaTeX tables from rows of plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

LETTERS = {letter: rf"\{letter}" for letter in "&%$#_{}"} | {
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}",
}  # fmt: skip


def escape(value: object) -> str:
    r"""Return a value as LaTeX text.

    Examples
    --------
    >>> escape("50% rule_of A&B")
    '50\\% rule\\_of A\\&B'
    """
    text = "" if value is None or value != value else str(value)
    return "".join(LETTERS.get(letter, letter) for letter in text)


def breaking(name: object) -> str:
    r"""Return a dotted name as LaTeX text that may break after a dot or an underscore.

    Examples
    --------
    >>> breaking("port_fee.cost")
    'port\\_\\allowbreak{}fee.\\allowbreak{}cost'
    """
    return escape(name).replace(".", r".\allowbreak{}").replace(r"\_", r"\_\allowbreak{}")


def figure_text(value: float | None, digits: int = 3) -> str:
    """Return a number of a table with so many significant digits; a dash where there is none.

    Examples
    --------
    >>> figure_text(0.00134825), figure_text(None), figure_text(-2.5), figure_text(1300.0, 4)
    ('0.00135', '--', '$-2.5$', '1300')
    """
    if value is None or value != value:
        return "--"
    if abs(value) == float("inf"):
        return r"$\infty$" if value > 0 else r"$-\infty$"
    if value and (abs(value) < 1e-4 or abs(value) >= 1e6):
        mantissa, power = f"{value:.{digits - 1}e}".split("e")
        return rf"${mantissa}\times10^{{{int(power)}}}$"
    text = f"{value:.{digits}g}"
    return f"${text}$" if text.startswith("-") else text


def tabular(
    columns: Sequence[str], rows: Iterable[Sequence[str]], align: str, *, size: str = r"\small"
) -> str:
    r"""Return a table without rules between columns; cells are LaTeX already."""
    environment = r"tabularx}{\linewidth" if "X" in align else "tabular"
    ending = "tabularx" if "X" in align else "tabular"
    lines = [rf"{{{size}\begin{{{environment}}}{{{align}}}", r"\toprule", " & ".join(columns) + r" \\"]
    lines += [r"\midrule", *(_line(row) for row in rows), r"\bottomrule", rf"\end{{{ending}}}}}", ""]
    return "\n".join(lines)


def longtable(columns: Sequence[str], rows: Iterable[Sequence[str]], align: str, slug: str) -> str:
    r"""Return a table that may run over pages; its caption is the text's `\longcaption`."""
    head = [r"\toprule", " & ".join(columns) + r" \\", r"\midrule"]
    lines = [
        r"{\scriptsize\setlength{\tabcolsep}{3pt}\setlength{\LTcapwidth}{\linewidth}",
        rf"\begin{{longtable}}{{{align}}}",
        rf"\caption{{\longcaption}}\label{{tab:{slug}}}\\",
        *head,
        r"\endfirsthead",
        *head,
        r"\endhead",
        r"\bottomrule",
        r"\endlastfoot",
    ]
    lines += [*(_line(row) for row in rows), r"\end{longtable}}", ""]
    return "\n".join(lines)


def _line(row: Sequence[str]) -> str:
    if len(row) == 1:
        return rf"\addlinespace\multicolumn{{2}}{{@{{}}l}}{{\emph{{{row[0]}}}}} \\"
    return " & ".join(row) + r" \\"
