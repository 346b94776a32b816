"""Numbers of the text: each has a name, a value, a printed form and a tolerance; they become LaTeX macros."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from paper.machinery.faults import PaperFault
from paper.machinery.parts import load_module

if TYPE_CHECKING:
    import pandas as pd

Group: TypeAlias = "Callable[[Mapping[str, pd.DataFrame]], dict[str, Number]]"
NAME = re.compile(r"[A-Z][A-Za-z]*")
EXACT = 0.0
ROUNDING = 1e-6
"""Relative tolerance of a deterministic floating-point number."""

SAMPLED = 1e-3
"""Relative tolerance of what was drawn or iterated: other machines round otherwise."""


@dataclass(frozen=True)
class Number:
    """A number of the text."""

    # What is compared with the lock.
    value: float | int | str
    # How it is printed, in LaTeX.
    text: str
    # Relative tolerance of the comparison; 0 where it has to be equal.
    tolerance: float = ROUNDING


def reads(*names: str) -> Callable[[Group], Group]:
    """Say which stored tables a function in `numbers/` reads, and that it gives numbers.

    Examples
    --------
    >>> @reads("levels")
    ... def level_numbers(data):
    ...     return {"Count": Number(3, "3")}
    >>> reads_of(level_numbers)
    ('levels',)
    """

    def mark(function: Group) -> Group:
        function.__dict__["reads"] = names
        return function

    return mark


def reads_of(function: Group) -> tuple[str, ...]:
    """Return the stored tables that a function in `numbers/` reads."""
    names: tuple[str, ...] = function.__dict__.get("reads", ())
    return names


def groups_in(folder: Path) -> dict[str, Group]:
    """Return the functions that give numbers, by file and name, as "legs.verdict_numbers"."""
    found: dict[str, Group] = {}
    for path in sorted((folder / "numbers").glob("*.py")):
        module = load_module(path)
        for name, value in vars(module).items():
            # What a file imports from another is that file's.
            if callable(value) and reads_of(value) and value.__module__ == module.__name__:
                found[f"{path.stem}.{name}"] = value
    if not found:
        raise PaperFault("paper/numbers: no file has a function with `@reads`; put the numbers there")
    return found


def decimal(value: float, digits: int = 2, *, tolerance: float = ROUNDING) -> Number:
    """Return a number printed with so many digits after the point.

    Examples
    --------
    >>> decimal(-0.6040, 2).text
    '$-0.60$'
    """
    return Number(float(value), _signed(f"{value:.{digits}f}"), tolerance)


def significant(value: float, digits: int = 2, *, tolerance: float = ROUNDING) -> Number:
    r"""Return a number printed with so many significant digits, never in powers of ten above 1e-4.

    Examples
    --------
    >>> significant(0.00134825).text, significant(9.2e-07).text
    ('0.0013', '$9.2\\times 10^{-7}$')
    """
    value = float(value)
    if value and abs(value) < 1e-4:
        power = math.floor(math.log10(abs(value)))
        return Number(value, rf"${value / 10**power:.{digits - 1}f}\times 10^{{{power}}}$", tolerance)
    places = max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else digits
    return Number(value, _signed(f"{value:.{places}f}"), tolerance)


def percent(share: float, digits: int = 0, *, tolerance: float = ROUNDING) -> Number:
    r"""Return a share printed in percent, without the sign.

    Examples
    --------
    >>> percent(0.046875).text
    '5'
    """
    return Number(float(share), _signed(f"{100 * share:.{digits}f}"), tolerance)


def whole(value: float) -> Number:
    r"""Return a whole number, with thin spaces between thousands.

    Examples
    --------
    >>> whole(20000).text
    '20\\,000'
    """
    return Number(int(value), f"{int(value):,}".replace(",", r"\,"), EXACT)


def words(text: str) -> Number:
    """Return a date or another text that holds numerals."""
    return Number(text, text, EXACT)


def day(date: Any) -> Number:
    """Return a date in prose.

    Examples
    --------
    >>> import datetime
    >>> day(datetime.date(2025, 5, 12)).text
    '12~May~2025'
    """
    return Number(f"{date:%Y-%m-%d}", f"{date.day}~{date:%B}~{date.year}", EXACT)


def _signed(text: str) -> str:
    return f"${text}$" if text.startswith("-") else text


def collect(groups: Mapping[str, dict[str, Number]]) -> dict[str, Number]:
    """Return the numbers of all functions together, by name in order."""
    found: dict[str, Number] = {}
    for function, numbers in groups.items():
        for name, number in numbers.items():
            if not NAME.fullmatch(name):
                raise PaperFault(f"{function}: {name!r} is no name of a macro; use letters, a capital first")
            if name in found:
                raise PaperFault(f"{function}: the number {name!r} is given twice")
            found[name] = number
    return dict(sorted(found.items()))


def macros(numbers: Mapping[str, Number]) -> str:
    r"""Return the LaTeX definitions: one command `\num<Name>` for each number.

    Examples
    --------
    >>> print(macros({"Draws": Number(256, "256")}))
    \newcommand{\numDraws}{256}
    <BLANKLINE>
    """
    lines = [rf"\newcommand{{\num{name}}}{{{number.text}}}" for name, number in numbers.items()]
    return "\n".join([*lines, ""])


def as_json(numbers: Mapping[str, Number]) -> str:
    """Return numbers as JSON, one a line."""
    lines = [
        f"  {json.dumps(name)}: "
        + json.dumps({"value": n.value, "text": n.text, "tolerance": n.tolerance}, ensure_ascii=False)
        for name, n in numbers.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def read_lock(path: Path) -> dict[str, Number]:
    """Return the locked numbers; none where there is no lock yet."""
    if not path.is_file():
        return {}
    return {name: Number(**each) for name, each in json.loads(path.read_text(encoding="utf-8")).items()}


def differences(numbers: Mapping[str, Number], lock: Mapping[str, Number]) -> list[str]:
    """Return what differs from the lock: missing and new names, and values beyond the lock's tolerance.

    Examples
    --------
    >>> differences({"A": Number(1.0, "1")}, {"A": Number(1.1, "1"), "B": Number(2, "2")})
    ['A: 1.0, locked 1.1 (relative tolerance 1e-06)', 'B: locked, not computed']
    """
    found: list[str] = []
    for name in sorted({*numbers, *lock}):
        if name not in lock:
            found.append(f"{name}: computed, not locked")
        elif name not in numbers:
            found.append(f"{name}: locked, not computed")
        elif not _close(numbers[name].value, lock[name]):
            tolerance = lock[name].tolerance
            found.append(
                f"{name}: {numbers[name].value}, locked {lock[name].value} (relative tolerance {tolerance:g})"
            )
    return found


def _close(value: float | int | str, lock: Number) -> bool:
    if isinstance(value, str) or isinstance(lock.value, str):
        return value == lock.value
    return math.isclose(value, lock.value, rel_tol=lock.tolerance, abs_tol=lock.tolerance * 1e-3)
