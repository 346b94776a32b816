"""The table of a sweep and its files: one row a cell, one column a value or measure, each of one type.

What is written is the same to the bit however the run went: rows in the order of the space, no times, no run
numbers. Provenance goes beside it: in Parquet's metadata, and as JSON beside a CSV.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from negotiation.errors import CannotWrite, DamagedStore
from negotiation.lab.cell import Value, canonical
from negotiation.lab.rows import BOOKKEEPING, RESERVED, Row, last_line
from negotiation.lab.storing.places import new_part, part_of
from negotiation.labelled import spreadsheet_text

METADATA = b"negotiation"
INT64 = 2**63


def arrow_table(
    rows: Sequence[Row], names: Sequence[str], replications: int, origin: Mapping[str, Any]
) -> Any:
    """Return rows as a pyarrow table with its provenance."""
    import pyarrow as pa

    cells = _loaded([row.cell for row in rows])
    measures = _loaded([row.measures or "{}" for row in rows])
    columns: dict[str, list[Value]] = {}
    for name in names:
        columns[name] = [cell.get(name) for cell in cells]
    if replications > 1:
        columns["replication"] = [row.replication for row in rows]
    for name in _names(measures):
        key = name
        while key in columns or key in RESERVED:
            key = f"measured {key}"
        columns[key] = [found.get(name) for found in measures]
    columns["status"] = [row.status for row in rows]
    columns["error"] = [row.error for row in rows]
    arrays = {name: _typed(column, text=name in BOOKKEEPING) for name, column in columns.items()}
    return pa.table(arrays).replace_schema_metadata({METADATA: canonical(origin).encode()})


def _loaded(texts: Sequence[str]) -> list[dict[str, Value]]:
    """Return what many JSON texts say: read at once, which is several times faster than one by one."""
    found: list[dict[str, Value]] = json.loads(f"[{','.join(texts)}]")
    return found


def _names(entries: Sequence[Mapping[str, Value]]) -> list[str]:
    """Return the names in all entries, in the order in which they are first met."""
    seen: dict[str, None] = {}
    for entry in entries:
        if entry.keys() - seen.keys():
            seen |= dict.fromkeys(entry)
    return list(seen)


def _typed(column: Sequence[Value], *, text: bool) -> Any:
    """Return a column of one type: truth values, whole numbers, numbers, or text; whatever is in it."""
    import pyarrow as pa

    there = [value for value in column if value is not None]
    if not text and not any(isinstance(value, str) for value in there):
        if all(isinstance(value, bool) for value in there):
            return pa.array(column, pa.bool_() if there else pa.float64())
        if all(isinstance(value, int) and -INT64 <= value < INT64 for value in there):
            return pa.array([None if value is None else int(value) for value in column], pa.int64())
        with suppress(OverflowError):  # a whole number beyond all floats: it stands as text
            return pa.array([None if value is None else float(value) for value in column], pa.float64())
    return pa.array([value if value is None else _text(value) for value in column], pa.string())


def _text(value: Value) -> str:
    found = value if isinstance(value, str) else canonical(value)
    return found.encode("utf-8", "backslashreplace").decode()


def column_of(table: Any, name: str) -> list[Value]:
    """Return a column as it is shown: of errors, the last line."""
    found: list[Value] = table[name].to_pylist()
    return [last_line(value) for value in found] if name == "error" else found  # type: ignore[arg-type]


def write_parquet(table: Any, path: Path, told: Callable[[Path], None] | None = None) -> None:
    """Write a table whole or not at all: beside its place, then moved there. Its pages carry checksums."""
    import pyarrow.parquet as pq

    def write(part: Path) -> None:
        """Write the table to a file that is not in its place yet."""
        pq.write_table(table, part, write_page_checksum=True)
        if told is not None:
            told(part)

    _whole(path, write)


def write_csv(table: Any, path: Path) -> None:
    """Write a table as CSV, floats in their shortest exact digits, and its provenance as JSON beside it.

    Texts that a spreadsheet would take for formulas are marked as texts.
    """
    import pyarrow.csv as csv

    origin = table.schema.metadata[METADATA]
    _whole(path, lambda part: csv.write_csv(_for_spreadsheets(table), part))
    _whole(
        path.with_suffix(".json"),
        lambda part: part.write_text(
            json.dumps(json.loads(origin), indent=1, ensure_ascii=False), encoding="utf-8"
        ),
    )


def _for_spreadsheets(table: Any) -> Any:
    """Return a table whose texts, its columns' names among them, no spreadsheet takes for formulas."""
    import pyarrow as pa

    columns = [
        pa.array([value and spreadsheet_text(value) for value in column.to_pylist()], pa.string())
        if pa.types.is_string(column.type)
        else column
        for column in table.columns
    ]
    return pa.table(columns, [spreadsheet_text(name) for name in table.column_names])


def read_parquet(path: Path, content: bytes | None = None) -> Any:
    """Return a table that was written by `write_parquet`.

    The checksums are those of pages of values: of damage to what a file says of itself (names, kinds,
    provenance) only its hash tells.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    # Read without Arrow's data sets and without reading ahead: each starts threads, and a process that ends
    # while one of them still starts is aborted.
    try:
        source = path if content is None else pa.BufferReader(content)
        with pq.ParquetFile(source, page_checksum_verification=True, pre_buffer=False) as file:
            return file.read(use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise DamagedStore(f"{path}: cannot be read ({error}); it was left as it is") from None


def file_hash(path: Path) -> str:
    """Return the SHA-256 of what a file holds, in hexadecimal digits."""
    return sha256(path.read_bytes()).hexdigest()


def provenance_of(table: Any) -> dict[str, Any]:
    """Return the provenance that a table carries."""
    found: dict[str, Any] = json.loads(table.schema.metadata[METADATA])
    return found


def _whole(path: Path, write: Any) -> None:
    part = part_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(new_part(path))
        part.replace(path)
    except CannotWrite:
        _removed(part)
        raise
    except OSError as error:
        _removed(part)
        raise CannotWrite(
            f"{path}: cannot be written ({error.strerror or error}); what was there before is kept"
        ) from None


def _removed(part: Path) -> None:
    with suppress(OSError):
        part.unlink(missing_ok=True)
