"""TOML as plain values, within limits that are checked before the standard reader sees the text.

The standard reader calls itself for each list in a list, keeps every beginning of a dotted key, and hands
whole numbers of any length to Python, which refuses long ones. What would be too much of this is found in one
pass over the words of the text, in time linear in its length.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

from negotiation.base.reading.numerics import NUMERICS
from negotiation.base.reading.plain_values import check_number, check_values, too_deep
from negotiation.errors import InvalidFile

_WORD = re.compile(
    r'(?P<text>"""(?:\\.|[^\\])*?(?:"{3,5}|\Z)|\'\'\'.*?(?:\'{3,5}|\Z)|"(?:\\.|[^"\\\n])*"?|\'[^\'\n]*\'?)'
    r"|(?P<comment>\#[^\n]*)|(?P<open>[\[{])|(?P<close>[\]}])|(?P<dot>\.)|(?P<line>\n)|(?P<between>[=,])"
    r"|(?P<space>[ \t\r]+)|(?P<bare>[^\s\"'\#\[\]{}.=,]+)|(?P<other>.)",
    re.DOTALL,
)


def toml_values(text: str, where: str) -> dict[str, Any]:
    r"""Return what a text in TOML says, as plain values."""
    _check_words(text, where)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidFile(f"{where}: is not TOML ({error}); mend the syntax at that place") from None
    except RecursionError:
        raise too_deep(where) from None
    except ValueError as error:
        # A date such as 2025-02-30 fits the grammar and is none.
        raise InvalidFile(f"{where}: a value of its TOML cannot be ({error}); correct it") from None
    check_values(where, data)
    return data


def _check_words(text: str, where: str) -> None:
    depth, parts, line, after_dot = 0, 0, 1, False
    for match in _WORD.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
            if depth > NUMERICS.most_depth:
                raise too_deep(where)
        elif kind == "close":
            depth -= 1
        elif kind in ("bare", "text"):
            if kind == "bare":
                check_number(where, line, match.group())
            parts = parts + 1 if after_dot else 1
            if parts > NUMERICS.most_key_parts:
                raise InvalidFile(
                    f"{where}, line {line}: a dotted key of more than {NUMERICS.most_key_parts} parts came; "
                    "at most so many are read: write it flatter"
                )
        if kind not in ("space", "comment"):
            after_dot = kind == "dot"
        line += match.group().count("\n") if kind in ("text", "line") else 0
