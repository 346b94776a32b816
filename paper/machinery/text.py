"""What the paper's text may hold: numerals only as macros, each figure and table once, every macro used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

COMMENT = re.compile(r"(?<!\\)%.*")
# Arguments that are names, files, lengths or column patterns: no numerals of the text.
NAMES = re.compile(
    r"\\(?:setlength|addtolength)\{[^{}]*\}\{[^{}]*\}|\\(?:cite\w*|ref|pageref|autoref|label|input|includegraphics|url|paperfigure|papertable|longpapertable"
    r"|vspace|hspace|bibliography|bibliographystyle|begin|end|num[A-Z][A-Za-z]*)\*?"
    r"(?:\[[^\]]*\])*(?:\{[^{}]*\})?"
)
MATHS = re.compile(r"\$[^$]*\$|\\\[.*?\\\]|\\begin\{(equation|align|gather)\*?\}.*?\\end\{\1\*?\}", re.DOTALL)
STRUCTURE = re.compile(r"(?<![\d.])[012](?![\d.])")
"""In mathematics 0, 1 and 2 are structure: discount weights, squares, players."""

NUMERAL = re.compile(r"\d[\d.,]*\d|\d")
MACRO = re.compile(r"\\num([A-Z][A-Za-z]*)")


def body(text: str) -> str:
    """Return a LaTeX source without comments, and without its preamble where it has one."""
    plain = COMMENT.sub("", text)
    if r"\begin{document}" in plain:
        plain = plain.split(r"\begin{document}", 1)[1].split(r"\end{document}", 1)[0]
    return plain


def typed_numerals(text: str, allowed: Sequence[str] = ()) -> list[str]:
    r"""Return the numerals that a source holds outside macros.

    Examples
    --------
    >>> typed_numerals(r"A share of 37 of \numDraws{} draws of $1-\delta$ \cite{abreu1988}.")
    ['37']
    """
    plain = body(text)
    for pattern in allowed:
        plain = re.sub(pattern, " ", plain)
    plain = MATHS.sub(lambda found: STRUCTURE.sub(" ", found[0]), plain)
    plain = NAMES.sub(" ", plain)
    return [found[0] for found in NUMERAL.finditer(plain)]


def read_allowed(path: Path) -> list[str]:
    """Return the patterns of an allow list: one a line, a reason after two number signs."""
    if not path.is_file():
        return []
    lines = (line.partition("##")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def macro_faults(texts: Iterable[str], numbers: Iterable[str]) -> list[str]:
    r"""Return the macros that are used and not defined, and those defined and not used.

    Examples
    --------
    >>> macro_faults([r"\numDraws{}"], ["Seed"])
    ['undefined number: \\numDraws', 'unused number: \\numSeed']
    """
    used = {name for text in texts for name in MACRO.findall(COMMENT.sub("", text))}
    defined = set(numbers)
    missing = [rf"undefined number: \num{name}" for name in sorted(used - defined)]
    return missing + [rf"unused number: \num{name}" for name in sorted(defined - used)]


def placement_faults(texts: Iterable[str], slugs: Mapping[str, Iterable[str]]) -> list[str]:
    r"""Return figures and tables that the text does not show, shows twice, or shows without a file.

    Examples
    --------
    >>> placement_faults([r"\paperfigure{a}{One}"], {"figures": ["a", "b"], "tables": []})
    ['figures/b: not shown in the text']
    """
    joined = "\n".join(COMMENT.sub("", text) for text in texts)
    found: list[str] = []
    for kind, command in (("figures", r"\\paperfigure"), ("tables", r"\\(?:long)?papertable")):
        shown = re.findall(command + r"\{([a-z0-9_]+)\}", joined)
        there = set(slugs.get(kind, ()))
        found += [f"{kind}/{slug}: not shown in the text" for slug in sorted(there - set(shown))]
        found += [f"{kind}/{slug}: shown, but there is no such file" for slug in sorted(set(shown) - there)]
        found += [f"{kind}/{slug}: shown twice" for slug in sorted({s for s in shown if shown.count(s) > 1})]
    return found


def sources_of(folder: Path) -> dict[str, str]:
    """Return the LaTeX sources of the paper by file name."""
    files = [folder / "main.tex", *sorted((folder / "sections").glob("*.tex"))]
    return {path.name: path.read_text(encoding="utf-8") for path in files}


def text_faults(folder: Path, numbers: Iterable[str], slugs: Mapping[str, Iterable[str]]) -> list[str]:
    """Return everything that is wrong with the text of the paper in a folder."""
    texts = sources_of(folder)
    allowed = read_allowed(folder / "allowed_numerals.txt")
    found = [
        f"{name}: typed numeral {numeral!r}; make it a number in paper/numbers/"
        for name, text in texts.items()
        for numeral in typed_numerals(text, allowed)
    ]
    return found + macro_faults(texts.values(), numbers) + placement_faults(texts.values(), slugs)
