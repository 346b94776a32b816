"""What the labels of a table are called where people read it: names in place of identifiers.

Tables hold identifiers, so that data frames and files keep one spelling; where a table is printed, names of
its own stand for them. An identifier that could be a word of a sentence, lower-case letters alone, is named
only where it is a whole cell, or follows a code in capitals ("CHN visa"). Labels of joint choices,
"tariff=geneva chip_control=licensed", are named part by part, with commas between.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

_WORD = re.compile(r"[a-z]+")
_PART = "="
# An identifier ends where no letter, digit, dash or part goes on.
_BEFORE, _AFTER = r"(?<![\w=-])", r"(?![\w=-])"


def namer(names: Mapping[str, str]) -> Callable[[object], object]:
    """Return what sets names in place of identifiers in the cells of a table."""
    pattern, single = _pattern(names), _single(names)

    def found(match: re.Match[str]) -> str:
        """Return the print names of identifiers that stand next to each other."""
        text = match.group()
        if text in names:
            return names[text]
        between = ", " if _PART in text else " "
        return between.join(names[one] for one in single.findall(text))

    def named(cell: object) -> object:
        """Return a cell with its print names, and each part of one that has parts."""
        if isinstance(cell, str):
            if cell in names:
                return names[cell]
            return cell if pattern is None else pattern.sub(found, cell)
        if isinstance(cell, (tuple, list)):
            return tuple(named(part) for part in cell)
        return cell

    return named


def readable(label: str) -> str:
    """Return the label of a posture as it is read: instruments and levels as words.

    Examples
    --------
    >>> readable("tariff=geneva chip_control=h20_stopped"), readable("x_1")
    ('tariff: geneva, chip control: h20 stopped', 'x_1')
    """
    if "=" not in label:
        return label
    return label.replace(" ", ", ").replace("=", ": ").replace("_", " ")


def codes(names: Mapping[str, str]) -> frozenset[str]:
    """Return the identifiers that can stand for themselves where room is short: those in capitals.

    Examples
    --------
    >>> sorted(codes({"USA": "United States", "chip_control": "chip control"}))
    ['USA']
    """
    return frozenset(label for label in names if label.isupper())


def _single(names: Mapping[str, str]) -> re.Pattern[str]:
    """Return what finds identifiers one by one, the longest first: one may hold spaces, or another."""
    labels = sorted(filter(None, names), key=len, reverse=True)
    return re.compile(rf"{_BEFORE}{_one_of(labels)}{_AFTER}")


def _pattern(names: Mapping[str, str]) -> re.Pattern[str] | None:
    """Return what finds identifiers within a text, the longest first; None if there are none to look for."""
    labels = sorted((name for name in names if name and not _WORD.fullmatch(name)), key=len, reverse=True)
    if not labels:
        return None
    parts = _one_of(label for label in labels if _PART in label)
    short = _one_of(label for label in labels if label in codes(names))
    words = _one_of(name for name in names if _WORD.fullmatch(name))
    either = f"{parts}(?: {parts}{_AFTER})*|{short}(?: {words}{_AFTER})?|{_one_of(labels)}"
    return re.compile(rf"{_BEFORE}(?:{either}){_AFTER}")


def _one_of(labels: Iterable[str]) -> str:
    """Return the pattern of any of the labels; of none, one that finds nothing."""
    return f"(?:{'|'.join(map(re.escape, labels)) or '(?!)'})"
