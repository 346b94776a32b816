"""The table of the replication README: the program and data behind every figure, table and number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from paper.machinery.faults import PaperFault
from paper.machinery.parts import Part

BEGIN, END = "<!-- programs: generated -->", "<!-- end of programs -->"


def programs(parts: Iterable[Part], groups: Mapping[str, tuple[tuple[str, ...], list[str]]]) -> str:
    """Return the table in Markdown.

    Parameters
    ----------
    parts : iterable of Part
        Sources, figures and tables.
    groups : mapping from function to (stored tables, names of numbers)
        Functions of `numbers.py`.
    """
    everything = list(parts)
    made_by = {name: part.path.name for part in everything if part.kind == "sources" for name in part.makes}
    lines = ["| what | program | function | stored tables | computed by |", "| --- | --- | --- | --- | --- |"]
    for part in everything:
        if part.kind == "sources":
            continue
        entry = "figure" if part.kind == "figures" else "table"
        lines.append(_line(f"{entry} `{part.slug}`", f"{part.name}.py", entry, part.reads, made_by))
    for function, (reads, names) in groups.items():
        lines.append(_line("numbers " + ", ".join(names), "numbers.py", function, reads, made_by))
    return "\n".join(lines)


def _line(what: str, program: str, function: str, reads: tuple[str, ...], made_by: Mapping[str, str]) -> str:
    sources = sorted({f"`sources/{made_by[name]}`" for name in reads if name in made_by})
    cells = [what, f"`{program}`", f"`{function}`", ", ".join(f"`{n}`" for n in reads), ", ".join(sources)]
    return "| " + " | ".join(cells) + " |"


def written(readme: str, table: str) -> str:
    """Return the README with the table between its two marks.

    Raises
    ------
    PaperFault
        If the marks are missing.
    """
    if BEGIN not in readme or END not in readme:
        raise PaperFault(f"paper/README.md: the marks {BEGIN!r} and {END!r} are missing")
    before, rest = readme.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def update(path: Path, table: str) -> bool:
    """Write the table into the README if it is another one; return whether it was."""
    old = path.read_text(encoding="utf-8")
    new = written(old, table)
    if new != old:
        path.write_text(new, encoding="utf-8")
    return new != old
