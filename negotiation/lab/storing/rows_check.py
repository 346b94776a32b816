"""Check that a run wrote what a store holds: JSON texts, and cells under their own names.

DuckDB's checksums detect a damaged block, but not a row that somebody else wrote, or an altered value. So
each row has a hash of its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from negotiation.base.reading.hashes import canonical, digest
from negotiation.errors import DamagedStore, shown
from negotiation.lab.cell import Row, identity_of
from negotiation.lab.storing.entries import each_once, entry_of, refuse_halves, unlike
from negotiation.lab.storing.opening import damage

if TYPE_CHECKING:
    import duckdb


def row_hash(context: str, row: Row) -> str:
    """Return the hash of a row and of its context, which a run stores with the row."""
    return digest(canonical([context, *row]))


def rows_of(path: Path, connection: duckdb.DuckDBPyConnection, context: str, which: str = "") -> list[Row]:
    """Return the rows of a context, or raise `DamagedStore` if a run cannot have written them.

    `which` is SQL that is appended to the query, such as a further condition or an order.
    """
    query = f"SELECT {', '.join(Row._fields)}, hash FROM cells WHERE context = ? {which}"  # noqa: S608
    records = connection.execute(query, [context]).fetchall()
    rows = [Row(*row[:-1]) for row in records]
    check_rows(path, rows)
    for row, (*_, stored_hash) in zip(rows, records, strict=True):
        if row_hash(context, row) != stored_hash:
            raise DamagedStore(damage(path, f"{_name(row)} has been altered since a run wrote it"))
    return rows


def check_rows(path: Path, rows: Sequence[Row]) -> None:
    """Raise `DamagedStore` if a row cannot have been written by a run."""
    for row in rows:
        if row.status not in ("ok", "failed") or (row.measures is None) == (row.status == "ok"):
            raise DamagedStore(
                damage(
                    path,
                    f"{_name(row)} cannot have the status {shown(row.status)}: a row with measures must be "
                    "'ok', and a row without them 'failed'",
                )
            )
        if identity_of(row.cell, row.replication) != row.cell_id:
            raise DamagedStore(
                damage(path, f"{_name(row)} does not have the hash of its cell {shown(row.cell)}")
            )
    if len({row.cell_id for row in rows}) < len(rows):
        raise DamagedStore(damage(path, "a cell is in it twice"))
    for kind, texts in (("cell", [r.cell for r in rows]), ("measures", [r.measures or "{}" for r in rows])):
        _check_objects(path, kind, texts)


def entries(path: Path, what: str, text: str) -> dict[str, Any]:
    """Return the named entries in a text of the store, or raise `DamagedStore`."""
    entry = entry_of(text)
    if entry is None:
        raise DamagedStore(damage(path, unlike(what, text)))
    return entry


def _check_objects(path: Path, what: str, texts: Sequence[str]) -> None:
    # All at once is several times faster than one by one, and enough for a store that a run has written: then
    # as many objects come out as texts went in. Else each is looked at, to name the one that is odd.
    joined = f"[{','.join(texts)}]"
    try:
        objects = json.loads(joined, object_pairs_hook=each_once)
        refuse_halves(joined, objects)
        if len(objects) == len(texts) and all(map(_is_entry, objects)):
            return
    except (ValueError, RecursionError):
        pass
    for text in texts:
        if not _is_entry(entry_of(text)):
            raise DamagedStore(damage(path, unlike(what, text)))
    raise DamagedStore(damage(path, f"its texts of kind {what!r} are not what a run writes"))


def _is_entry(found: object) -> bool:
    return isinstance(found, dict) and not any(isinstance(value, (dict, list)) for value in found.values())


def _name(row: Row) -> str:
    return f"the row {shown(row.cell_id)}"
