"""Print names in place of identifiers in the labels of a table.

Tables hold identifiers, so that data frames and files use one spelling. Print names replace the identifiers
when a table is printed. An identifier of only lower-case letters could be a word of a sentence, so it is
replaced only if it is the whole cell or follows a code in capitals ("CHN visa"). Labels of joint choices,
such as "tariff=geneva chip_control=licensed", are replaced part by part, separated by commas.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

_WORD = re.compile(r"[a-z]+")
_PART = "="
# No letter, digit, underscore, hyphen or equals sign stands next to an identifier.
_BEFORE, _AFTER = r"(?<![\w=-])", r"(?![\w=-])"


def namer(names: Mapping[str, str]) -> Callable[[object], object]:
    """Return a function that replaces identifiers by names in the cells of a table."""
    pattern, single = _pattern(names), _single(names)

    def found(match: re.Match[str]) -> str:
        """Return the print names of one identifier, or of several next to each other."""
        text = match.group()
        if text in names:
            return names[text]
        between = ", " if _PART in text else " "
        return between.join(names[identifier] for identifier in single.findall(text))

    def named(cell: object) -> object:
        """Return a cell, or each part of a tuple or list, with print names in place of identifiers."""
        if isinstance(cell, str):
            if cell in names:
                return names[cell]
            return cell if pattern is None else pattern.sub(found, cell)
        if isinstance(cell, (tuple, list)):
            return tuple(named(part) for part in cell)
        return cell

    return named


def readable(label: str) -> str:
    """Return the label of a posture in words; any other label is returned as it is.

    Examples
    --------
    >>> readable("tariff=geneva chip_control=h20_stopped"), readable("x_1")
    ('tariff: geneva, chip control: h20 stopped', 'x_1')
    """
    if "=" not in label:
        return label
    return label.replace(" ", ", ").replace("=", ": ").replace("_", " ")


def codes(names: Mapping[str, str]) -> frozenset[str]:
    """Return the identifiers in capitals, which may stay as they are if there is little space.

    Examples
    --------
    >>> sorted(codes({"USA": "United States", "chip_control": "chip control"}))
    ['USA']
    """
    return frozenset(label for label in names if label.isupper())


def _single(names: Mapping[str, str]) -> re.Pattern[str]:
    """Return a pattern for single identifiers, longest first, since one may contain spaces or another one."""
    labels = sorted(filter(None, names), key=len, reverse=True)
    return re.compile(rf"{_BEFORE}{_one_of(labels)}{_AFTER}")


def _pattern(names: Mapping[str, str]) -> re.Pattern[str] | None:
    """Return a pattern for identifiers in a text; None if all identifiers are lower-case words."""
    labels = sorted((name for name in names if name and not _WORD.fullmatch(name)), key=len, reverse=True)
    if not labels:
        return None
    parts = _one_of(label for label in labels if _PART in label)
    short = _one_of(label for label in labels if label in codes(names))
    words = _one_of(name for name in names if _WORD.fullmatch(name))
    either = f"{parts}(?: {parts}{_AFTER})*|{short}(?: {words}{_AFTER})?|{_one_of(labels)}"
    return re.compile(rf"{_BEFORE}(?:{either}){_AFTER}")


def _one_of(labels: Iterable[str]) -> str:
    """Return a pattern that matches any of the labels, or nothing if there are none."""
    return f"(?:{'|'.join(map(re.escape, labels)) or '(?!)'})"
