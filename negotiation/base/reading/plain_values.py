"""The plain values that a text in TOML or JSON holds, and the limits that all of them keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from negotiation.base.reading.numerics import NUMERICS
from negotiation.errors import InvalidFile, shown


def check_values(where: str, data: object) -> None:
    """Refuse values that are too deep or too many, keys that are too long, and half characters.

    Examples
    --------
    >>> check_values("a.toml", {"a": {"b" * 300: 1}})
    Traceback (most recent call last):
    ...
    negotiation.errors.InvalidFile: a.toml: a key of 300 characters came ('bbbbbbbbbb'...); ...
    """
    count = 0
    waiting: list[tuple[object, int]] = [(data, 0)]
    while waiting:
        value, depth = waiting.pop()
        count += 1
        if count > NUMERICS.most_values:
            raise InvalidFile(
                f"{where}: holds more than {NUMERICS.most_values:,} values; at most so many are read: "
                "keep what belongs apart in files of their own"
            )
        if depth > NUMERICS.most_depth:
            raise too_deep(where)
        if isinstance(value, Mapping):
            _check_keys(where, value)
            waiting += [(inner, depth + 1) for inner in value.values()]
        elif isinstance(value, str):
            _check_text(where, value)
        elif isinstance(value, (list, tuple)):
            waiting += [(inner, depth + 1) for inner in value]


def too_deep(where: str) -> InvalidFile:
    """Return the error for values that lie too deep."""
    return InvalidFile(
        f"{where}: tables and lists lie more than {NUMERICS.most_depth} deep in one another; at most so "
        "many are read: write it flatter"
    )


def check_number(where: str, line: int, text: str) -> None:
    """Refuse a number, or another word without quotes, that is too long."""
    if len(text) > NUMERICS.longest_number:
        raise InvalidFile(
            f"{where}, line {line}: a number or word of {len(text):,} characters came ({text[:10]}...); at "
            f"most {NUMERICS.longest_number} are read: round the number"
        )


def _check_keys(where: str, table: Mapping[object, object]) -> None:
    for key in _texts(table):
        _check_text(where, key)
        if len(key) > NUMERICS.longest_key:
            raise InvalidFile(
                f"{where}: a key of {len(key):,} characters came ({key[:10]!r}...); at most "
                f"{NUMERICS.longest_key} are read: choose a shorter name"
            )


def _check_text(where: str, text: str) -> None:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise InvalidFile(
                f"{where}: {shown(text)} holds half a character (a surrogate), which no text can; correct it"
            ) from None


def _texts(table: Mapping[object, object]) -> Iterator[str]:
    return (key for key in table if isinstance(key, str))
