"""The texts of a store: named entries as JSON, in the form that a run writes.

When a store is opened, its runs, its contexts and the names of files that were read are checked before
anything is written. The rows of a context are checked when they are read.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from negotiation.base.reading.hashes import canonical
from negotiation.errors import shown
from negotiation.lab.cell import is_whole

if TYPE_CHECKING:
    import duckdb

# Objects and lists inside one another: Python writes and reads fewer than a thousand, and a space of spaces
# has two for each.
DEEPEST = 400

# The largest number of a run: one a second for thirty years, and 32 bits hold the next ones too.
LAST_RUN = 10**9

# How the escape of half a character begins, in small letters: no other text of DuckDB's can hold one.
HALF = "\\ud"


def entry_of(text: str) -> dict[str, Any] | None:
    r"""Return the named entries in a JSON text; None if a run cannot have written it.

    Examples
    --------
    >>> entry_of('{"a": [1]}'), entry_of('{"a": 1, "a": 2}'), entry_of("[]"), entry_of('{"a": "\\ud800"}')
    ({'a': [1]}, None, None, None)
    """
    try:
        entry = json.loads(text, object_pairs_hook=each_once)
        if not isinstance(entry, dict) or _is_too_deep(entry):
            return None
        refuse_halves(text, entry)
    except (ValueError, RecursionError):
        return None
    return entry


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object made from its pairs, or raise `ValueError` if a name occurs twice."""
    entry = dict(pairs)
    if len(entry) < len(pairs):
        raise ValueError("a name occurs twice in one object")
    return entry


def refuse_halves(text: str, value: object) -> None:
    """Raise `ValueError` if `value`, read from the JSON `text`, has half a character (a surrogate)."""
    if HALF in text.lower():
        canonical(value).encode()


def odd_entries(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return a clause on the first run, context or file name that no run writes; None if there is none."""
    for run, text in connection.execute("SELECT run, provenance FROM runs ORDER BY run").fetchall():
        if not 1 <= run <= LAST_RUN:
            return f"its run {run} is not numbered as a run is, from 1 to {LAST_RUN:,}"
        odd = _odd_provenance(text)
        if odd is not None:
            return odd
    for (text,) in connection.execute("SELECT hashes FROM contexts ORDER BY context").fetchall():
        if entry_of(text) is None:
            return unlike("context", text)
    query = "SELECT path FROM reads WHERE contains(path, chr(0)) ORDER BY path LIMIT 1"
    for (path,) in connection.execute(query).fetchall():
        return f"it names a file {shown(path)}, which no file can be called"
    return None


def unlike(what: str, text: str) -> str:
    """Return a clause on a text that no run has written."""
    return f"its {what} {shown(text)} is not what a run writes"


def _odd_provenance(text: str) -> str | None:
    entry = entry_of(text)
    if entry is None:
        return unlike("provenance", text)
    axes, replications = entry.get("axes", []), entry.get("replications", 1)
    if not isinstance(axes, list) or not all(isinstance(axis, str) for axis in axes):
        return f"its provenance has the axes {shown(axes)}, but a run writes a list of names"
    if not (is_whole(replications) and replications >= 1):
        given = shown(replications)
        return f"its provenance has the replications {given}, but a run writes a positive whole number"
    return None


def _is_too_deep(value: object) -> bool:
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        holders = [each for each in level if isinstance(each, (dict, list))]
        level = [inner for each in holders for inner in (each.values() if isinstance(each, dict) else each)]
        if not level:
            return False
    return True
