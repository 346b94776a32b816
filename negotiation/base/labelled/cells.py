"""The text of one cell, wherever it is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from negotiation.errors import printable


class Mixture(str):
    """Probabilities as a cell of a table: a text, with the positive probabilities as `chances`.

    Examples
    --------
    >>> Mixture({"C": 0.25, "D": 0.75, "E": 0.0}), Mixture({"C": 1.0, "D": 0.0}) == "C"
    ('0.25 C + 0.75 D', True)
    """

    chances: Mapping[str, float | Fraction]

    def __new__(cls, chances: Mapping[str, float | Fraction], text: str | None = None) -> Mixture:
        """Return a cell with a text, by default of the actions that are played, such as "0.5 C + 0.5 D"."""
        played = {action: chance for action, chance in chances.items() if chance > 0}
        terms = [f"{float(chance):.4g} {action}" for action, chance in played.items()]
        mixed = " + ".join(terms) if len(played) != 1 else next(iter(played))
        made = super().__new__(cls, mixed if text is None else text)
        made.chances = played
        return made

    def __getnewargs__(self) -> tuple[Mapping[str, float | Fraction], str]:  # type: ignore[override]
        """Return the arguments from which copies and pickles are made."""
        return self.chances, str(self)


def is_number(value: object) -> bool:
    """Return whether a cell is a number, which is right-aligned. Truth values are not numbers."""
    return isinstance(value, (int, float, Fraction)) and not isinstance(value, bool)


def format_cell(value: object) -> str:
    """Return the text of a cell: floats and fractions to six significant digits, truth values as yes or no.

    Examples
    --------
    >>> format_cell(0.123456789), format_cell(True), format_cell(None), format_cell(("a", "b"))
    ('0.123457', 'yes', '', 'a, b')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (float, Fraction)):
        return f"{float(value):.6g}"
    if isinstance(value, (tuple, list)):
        return ", ".join(format_cell(part) for part in value)
    return str(value)


def printable_cell(value: object) -> object:
    """Return a cell that is safe to print: None, a number, a truth value or a text, its controls escaped."""
    plain = value is None or isinstance(value, (bool, int, float, Fraction))
    return value if plain else printable(format_cell(value))


_FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def spreadsheet_text(text: str) -> str:
    """Return a text as a CSV cell that no spreadsheet takes for a formula.

    A text that begins like a formula (with = + - @, also in full width, a tab, a carriage return or a line
    feed) and is no number gets a leading apostrophe, by which spreadsheets mark texts.

    Examples
    --------
    >>> spreadsheet_text("=1+1"), spreadsheet_text("-1.5e3"), spreadsheet_text("tariff")
    ("'=1+1", '-1.5e3', 'tariff')
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def latex_text(text: str) -> str:
    r"""Return a text for LaTeX, with special characters escaped.

    Examples
    --------
    >>> latex_text("50% of a_b")
    '50\\% of a\\_b'
    """
    return "".join(LATEX.get(character, character) for character in text)


# What stands for characters that LaTeX reads as commands.
LATEX = {
    **{character: "\\" + character for character in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}
