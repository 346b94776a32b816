"""Units of the numbers in a dispute's files: what a number measures, read from the words of its unit.

A unit is prose, "percent of China's GDP, x = 1"; what it measures is the first of the words below in it. An
equation reads each of its parameters in one measure, which the meaning of the parameter's role names too.
"""

from __future__ import annotations

import re

# What a bare number given in Python measures, whatever it is.
OF_ITS_ROLE = "of its role"

# Where several begin at one place in a text the first here counts.
_WORDS = {
    "per percent of GDP": r"per (percent|%) of [\w' ]*GDP\b",
    "percent of GDP": r"(percent|%) of [\w' ]*GDP\b",
    "percent": r"percent\b|%",
    "USD bn a year": r"USD bn a year\b",
    "USD for each": r"USD a\b",
    "days": r"days\b",
    "chance a year": r"chance a year\b",
    "chance a period": r"chance a period\b",
    "share, chance, weight, exponent, elasticity, multiple, parts, ratio, factor or number": (
        r"(share|chance|probability|weight|exponent|elasticity|multiple|parts|ratio|factor|fraction|number|x)\b"
    ),
}
MEASURES = tuple(_WORDS)
_FIRST = re.compile("|".join(rf"(?P<m{k}>(?<!\w)(?:{words}))" for k, words in enumerate(_WORDS.values())))


def measure(text: str) -> str | None:
    """Return what a unit, or the meaning of a role, measures; None where it does not say.

    Examples
    --------
    >>> measure("percent of China's GDP, x = 1"), measure("h, percent of the other side's GDP at x = 1")
    ('percent of GDP', 'percent of GDP')
    >>> measure("added chance a year while a curb is used"), measure("zzz")
    ('chance a year', None)
    """
    found = _FIRST.search(text)
    return None if found is None else MEASURES[int(str(found.lastgroup)[1:])]
