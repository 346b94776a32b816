"""Plain values of a TOML or JSON text, within limits that are checked before it is parsed.

The standard parsers recurse for each list in a list. The TOML parser also stores every prefix of a dotted
key, and passes whole numbers of any length to Python, which refuses long ones. One pass over the tokens of
the text finds such excesses first, in time linear in its length.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any, NoReturn

from negotiation.base.reading.numerics import NUMERICS
from negotiation.errors import InvalidFile, shown

_TOML_WORD = re.compile(
    r'(?P<text>"""(?:\\.|[^\\])*?(?:"{3,5}|\Z)|\'\'\'.*?(?:\'{3,5}|\Z)|"(?:\\.|[^"\\\n])*"?|\'[^\'\n]*\'?)'
    r"|(?P<comment>\#[^\n]*)|(?P<open>[\[{])|(?P<close>[\]}])|(?P<dot>\.)|(?P<line>\n)|(?P<between>[=,])"
    r"|(?P<space>[ \t\r]+)|(?P<bare>[^\s\"'\#\[\]{}.=,]+)|(?P<other>.)",
    re.DOTALL,
)


def toml_values(text: str, where: str) -> dict[str, Any]:
    """Return the plain values of a TOML text; `where` names the text in error messages."""
    _check_toml(text, where)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidFile(f"{where}: is not TOML ({error}); correct the syntax there") from None
    except RecursionError:
        raise _too_deep(where) from None
    except ValueError as error:
        # A date such as 2025-02-30 fits the grammar but does not exist.
        raise InvalidFile(f"{where}: a value does not exist ({error}); correct it") from None
    check_values(where, data)
    return data


def _check_toml(text: str, where: str) -> None:
    depth, parts, line, after_dot = 0, 0, 1, False
    for match in _TOML_WORD.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
            if depth > NUMERICS.most_depth:
                raise _too_deep(where)
        elif kind == "close":
            depth -= 1
        elif kind in ("bare", "text"):
            if kind == "bare":
                _check_number(where, line, match.group())
            parts = parts + 1 if after_dot else 1
            if parts > NUMERICS.most_key_parts:
                raise InvalidFile(
                    f"{where}, line {line}: got a dotted key of more than {NUMERICS.most_key_parts} parts, "
                    "the largest number that is read; nest tables less deeply"
                )
        if kind not in ("space", "comment"):
            after_dot = kind == "dot"
        line += match.group().count("\n") if kind in ("text", "line") else 0


_JSON_WORD = re.compile(
    r'(?P<text>"(?:\\.|[^"\\])*"?)|(?P<open>[\[{])|(?P<close>[\]}])|(?P<line>\n)|(?P<bare>[^\s"\[\]{}:,]+)',
    re.DOTALL,
)


def json_values(text: str, where: str, most_values: int = NUMERICS.most_values) -> Any:
    """Return the plain values of a JSON text; `where` names the text in error messages.

    Numbers must be finite and names unique in their object: the standard parser would keep the last value.
    """
    _check_json(text, where)

    def one_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Return an object as a dict, or raise if a name occurs twice."""
        values: dict[str, Any] = {}
        for name, value in pairs:
            if name in values:
                raise InvalidFile(
                    f"{where}: the name {shown(name)} occurs twice in one object; keep only one of them"
                )
            values[name] = value
        return values

    def refuse(name: str) -> NoReturn:
        """Raise for a number that is not finite."""
        raise InvalidFile(f"{where}: got {name}; expected a finite number: correct it")

    def number(digits: str) -> float:
        """Return a number, or raise if it is not finite."""
        return float(digits) if isfinite(float(digits)) else refuse(digits)

    try:
        data = json.loads(text, object_pairs_hook=one_of_each, parse_float=number, parse_constant=refuse)
    except RecursionError:
        raise _too_deep(where) from None
    except json.JSONDecodeError as error:
        raise InvalidFile(f"{where}: is not JSON ({error}); correct the syntax there") from None
    check_values(where, data, most_values)
    return data


def _check_json(text: str, where: str) -> None:
    depth, line = 0, 1
    for match in _JSON_WORD.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
            if depth > NUMERICS.most_depth:
                raise _too_deep(where)
        elif kind == "close":
            depth -= 1
        elif kind == "bare":
            _check_number(where, line, match.group())
        line += match.group().count("\n") if kind in ("text", "line") else 0


def check_values(where: str, data: object, most_values: int = NUMERICS.most_values) -> None:
    """Raise on values that are too many or nested too deeply, keys that are too long, and surrogates.

    Examples
    --------
    >>> check_values("a.toml", {"a": {"b" * 300: 1}})
    Traceback (most recent call last):
    ...
    negotiation.errors.InvalidFile: a.toml: got a key of 300 characters ('bbbbbbbbbb'...); ...
    """
    count = 0
    waiting: list[tuple[object, int]] = [(data, 0)]
    while waiting:
        value, depth = waiting.pop()
        count += 1
        if count > most_values:
            raise InvalidFile(
                f"{where}: has more than {most_values:,} values, the largest number that is read; split it "
                "into several files"
            )
        if depth > NUMERICS.most_depth:
            raise _too_deep(where)
        if isinstance(value, Mapping):
            _check_keys(where, value)
            waiting += [(inner, depth + 1) for inner in value.values()]
        elif isinstance(value, str):
            _check_text(where, value)
        elif isinstance(value, (list, tuple)):
            waiting += [(inner, depth + 1) for inner in value]


def _too_deep(where: str) -> InvalidFile:
    """Return the error for values that are nested too deeply."""
    return InvalidFile(
        f"{where}: tables and lists are nested more than {NUMERICS.most_depth} deep, the most that is "
        "read: nest them less deeply"
    )


def _check_number(where: str, line: int, text: str) -> None:
    """Raise on a number, or another word without quotes, that is too long."""
    if len(text) > NUMERICS.longest_number:
        raise InvalidFile(
            f"{where}, line {line}: got a number or word of {len(text):,} characters ({text[:10]}...); at "
            f"most {NUMERICS.longest_number} are read: round the number"
        )


def _check_keys(where: str, table: Mapping[object, object]) -> None:
    for key in _texts(table):
        _check_text(where, key)
        if len(key) > NUMERICS.longest_key:
            raise InvalidFile(
                f"{where}: got a key of {len(key):,} characters ({key[:10]!r}...); at most "
                f"{NUMERICS.longest_key} are read: choose a shorter name"
            )


def _check_text(where: str, text: str) -> None:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise InvalidFile(
                f"{where}: {shown(text)} contains half a character (a surrogate), which is not valid text; "
                "correct it"
            ) from None


def _texts(table: Mapping[object, object]) -> Iterator[str]:
    return (key for key in table if isinstance(key, str))
