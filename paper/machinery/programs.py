"""The lists of the replication README: the program and data behind every figure, table and number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from paper.machinery.faults import PaperFault
from paper.machinery.parts import Part
from paper.machinery.stored import provenance_of

BEGIN, END = "<!-- programs: generated -->", "<!-- end of programs -->"
PLACED = re.compile(
    r"\\(?:sub)*section\*?\{(?P<heading>[^{}]*)\}|\\(?:long)?paper(?P<kind>figure|table)\{(?P<slug>[a-z0-9_]+)\}"
)

Groups = Mapping[str, tuple[tuple[str, ...], list[str]]]
"""By function in `numbers/`, the stored tables that it reads and the names of its numbers."""


def places(texts: Iterable[str]) -> dict[str, str]:
    r"""Return the heading under which each figure and table stands, by "figures/levels".

    Examples
    --------
    >>> places([r"\section{Who moved?}\label{sec:who} See \paperfigure{levels}{Levels.}"])
    {'figures/levels': 'Who moved?'}
    """
    found: dict[str, str] = {}
    for text in texts:
        heading = ""
        for match in PLACED.finditer(text):
            if match["heading"] is not None:
                heading = match["heading"].replace("~", " ")
            else:
                found[f"{match['kind']}s/{match['slug']}"] = heading
    return found


def programs(parts: Iterable[Part], groups: Groups, where: Mapping[str, str], data: Path) -> str:
    """Return the lists in Markdown: figures and tables, sources with their times, numbers."""
    everything = list(parts)
    lines = [
        "| what | answers, or stands under | program | stored tables |",
        "| --- |" + 3 * " --- |",
    ]
    for part in everything:
        if part.kind != "sources":
            entry = part.kind.removesuffix("s")
            cells = (f"{entry} `{part.slug}`", where.get(part.name, "nothing"), f"`{part.name}.py`")
            lines.append(_line(*cells, _named(part.reads)))
    lines += ["", "| source | makes | seconds |", "| --- | --- | --- |"]
    for part in everything:
        if part.kind == "sources":
            seconds = _seconds(data / f"{part.makes[0]}.parquet")
            lines.append(_line(f"`{part.name}.py`", ", ".join(f"`{n}`" for n in part.makes), seconds))
    lines += [
        "",
        "| numbers of the text, by function in `numbers/` | stored tables |",
        "| --- | --- |",
    ]
    for function, (reads, _) in groups.items():
        lines.append(_line(f"`{function}`", _named(reads)))
    return "\n".join(lines)


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _named(reads: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in reads)


def _seconds(path: Path) -> str:
    seconds = provenance_of(path).get("seconds") if path.is_file() else None
    return "unknown" if seconds is None else f"{seconds:.0f}"


def written(readme: str, table: str) -> str:
    """Return the README with the lists between its two marks."""
    if BEGIN not in readme or END not in readme:
        raise PaperFault(f"paper/README.md: the marks {BEGIN!r} and {END!r} are missing")
    before, rest = readme.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def update(path: Path, table: str) -> bool:
    """Write the lists into the README if they are other ones; return whether they were."""
    old = path.read_text(encoding="utf-8")
    new = written(old, table)
    if new != old:
        path.write_text(new, encoding="utf-8")
    return new != old
