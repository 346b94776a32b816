"""JSON as plain values, within limits that are checked before the standard reader sees the text."""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any, NoReturn

from negotiation.base.reading.numerics import NUMERICS
from negotiation.base.reading.plain_values import check_number, check_values, too_deep
from negotiation.errors import InvalidFile, shown

_WORD = re.compile(
    r'(?P<text>"(?:\\.|[^"\\])*"?)|(?P<open>[\[{])|(?P<close>[\]}])|(?P<line>\n)|(?P<bare>[^\s"\[\]{}:,]+)',
    re.DOTALL,
)


def json_values(text: str, where: str) -> Any:
    """Return what a text in JSON says, as plain values.

    Numbers are finite, and a name stands once in its object: of two the standard reader would take the last.
    """
    _check_words(text, where)

    def one_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Return an object whose names come once each, or refuse it."""
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found:
                raise InvalidFile(
                    f"{where}: the name {shown(name)} comes twice in one object; keep one of them"
                )
            found[name] = value
        return found

    def refuse(name: str) -> NoReturn:
        """Refuse a number that is not finite, by its name."""
        raise InvalidFile(f"{where}: {name} came where a finite number is needed; correct it")

    def number(digits: str) -> float:
        """Return a number that is finite, or refuse it."""
        return float(digits) if isfinite(float(digits)) else refuse(digits)

    try:
        data = json.loads(text, object_pairs_hook=one_of_each, parse_float=number, parse_constant=refuse)
    except RecursionError:
        raise too_deep(where) from None
    except json.JSONDecodeError as error:
        raise InvalidFile(f"{where}: is not JSON ({error}); mend the syntax at that place") from None
    check_values(where, data)
    return data


def _check_words(text: str, where: str) -> None:
    depth, line = 0, 1
    for match in _WORD.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
            if depth > NUMERICS.most_depth:
                raise too_deep(where)
        elif kind == "close":
            depth -= 1
        elif kind == "bare":
            check_number(where, line, match.group())
        line += match.group().count("\n") if kind in ("text", "line") else 0
