"""Values as the text of a TOML file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard


def toml_text(data: Mapping[str, object]) -> str:
    """Return a table of plain values, lists and further tables as TOML.

    Examples
    --------
    >>> print(toml_text({"a": 1, "b": {"c": "d"}, "e": [{"f": True}]}))
    a = 1
    <BLANKLINE>
    [b]
    c = "d"
    <BLANKLINE>
    [[e]]
    f = true
    <BLANKLINE>
    """
    return "\n".join([*_lines(data, ()), ""])


def _lines(data: Mapping[str, object], path: tuple[str, ...]) -> Iterator[str]:
    # Plain values first: what stands after the head of a table belongs to it.
    later = []
    for name, value in data.items():
        if isinstance(value, Mapping) or _is_tables(value):
            later.append((name, value))
        else:
            yield f"{_key(name)} = {_plain(value)}"
    for name, value in later:
        there = (*path, name)
        head = ".".join(map(_key, there))
        if isinstance(value, Mapping):
            yield from ("", f"[{head}]", *_lines(value, there))
            continue
        for one in value:
            yield from ("", f"[[{head}]]", *_lines(one, there))


def _is_tables(value: object) -> TypeGuard[Sequence[Mapping[str, object]]]:
    return isinstance(value, list | tuple) and bool(value) and isinstance(value[0], Mapping)


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else json.dumps(name)


def _plain(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(_plain, value))}]"
    # The strings of JSON without escapes of surrogates, its numbers and its words for truth are TOML's.
    return json.dumps(value, ensure_ascii=False)
