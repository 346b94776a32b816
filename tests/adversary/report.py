"""What came of a run, as text and as the section of a page."""

import re
from collections import Counter
from pathlib import Path

from negotiation._version import __version__
from tests.adversary.suite import ENTRIES, Count, Entry

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "reliability.md"
BEGIN, END = "<!-- begin: python -m tests.adversary --write -->", "<!-- end -->"
COLUMNS = ("entry point", "games", "wrong", "partial", "refused", "another status in another unit")


OFTEN = 10
"""Answers with one reason from which on it has a row."""


def entry_rows(count: Count, entries: tuple[Entry, ...]) -> list[tuple[str, int, int, int, int, int]]:
    """Return one row for each entry point: what was asked, and how often it was any of the other columns."""
    parts = count.asked, count.wrong, count.partial, count.refused, count.differing
    return [
        (entry.name, *(sum(n for (name, _), n in part.items() if name == entry.name) for part in parts))
        for entry in entries
    ]


def reason_rows(count: Count) -> list[tuple[object, ...]]:
    """Return one row for each entry point and frequent reason, and the sum of the others."""
    reasons: Counter = Counter()
    for (entry, reason), n in count.reasons.items():
        # Every number and name is replaced, so that like reasons are counted together.
        plain = re.sub(r"'[^']*'", "'...'", re.sub(r"\d+(\.\d+)?(e-?\d+)?", "#", reason))
        reasons[entry, plain] += n
    often = [(entry, n, reason) for (entry, reason), n in reasons.most_common() if n >= OFTEN]
    rest = sum(reasons.values()) - sum(n for _, n, _ in often)
    return [*often, ("all", rest, "others")] if rest else often


def _markdown(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    # Columns that are 0 throughout are in the sentence above the tables.
    told = [k for k in range(len(head)) if head[k] == "wrong" or not rows or any(row[k] != 0 for row in rows)]
    head, rows = tuple(head[k] for k in told), [tuple(row[k] for k in told) for row in rows]
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def text(count: Count, seed: int, entries: tuple[Entry, ...] = ENTRIES) -> str:
    """Return the section: how it was made, and two tables."""
    rows = entry_rows(count, entries)
    telling, quiet = ([row for row in rows if any(row[2:]) == wanted] for wanted in (True, False))
    others = [("the others", sum(row[1] for row in quiet), 0, 0, 0, 0)] if quiet else []
    everything = ("all", *(sum(row[k] for row in rows) for k in range(1, 6)))
    head = (
        f"{len(count.games)} distinct games, seed {seed}, version {__version__}: "
        f"{sum(count.asked.values())} answers, {sum(count.wrong.values())} wrong, "
        f"{sum(count.partial.values())} `partial`, {sum(count.refused.values())} refused, "
        f"{sum(count.differing.values())} with another status in another unit."
    )
    return "\n\n".join((
        head,
        _markdown(COLUMNS, [*telling, *others, everything]),
        f"The others, with their games: {'; '.join(f'{row[0]} ({row[1]})' for row in quiet)}.",
        _markdown(("entry point", "answers", "reason for `partial`, or for the refusal"), reason_rows(count)),
    ))  # fmt: skip


def write(section: str, page: Path = PAGE) -> None:
    """Put the section into the page, between its marks."""
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    page.write_text(f"{before}{BEGIN}\n\n{section}\n\n{END}{after}", encoding="utf-8")
