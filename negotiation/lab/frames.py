"""The table of a sweep and its files: one row per cell, one typed column per value or measure.

Rows are in the order of the space, without times or run numbers. So they are the same however the run went,
and a CSV file is the same to the bit. Provenance, which has the times, is stored in the metadata of a Parquet
file, and in a JSON file next to a CSV file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from negotiation.base.labelled import spreadsheet_text
from negotiation.base.labelled.parquet import Columns, read_columns, texts_beside, write_columns
from negotiation.base.reading.hashes import canonical
from negotiation.base.reading.writing import whole
from negotiation.errors import DamagedStore, MissingPackage
from negotiation.lab.cell import BOOKKEEPING, RESERVED, Row, Value, last_line

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

METADATA = "negotiation"
INT64 = 2**63

# By type of column, the type of pandas if all values are there, and if some are missing.
DTYPES: Mapping[str, tuple[Any, Any]] = {
    "BOOLEAN": ("bool", object),
    "BIGINT": ("int64", "float64"),
    "DOUBLE": ("float64", "float64"),
    "VARCHAR": ("str", "str"),
}


@dataclass(frozen=True)
class Frame:
    """Typed columns, one row per cell, with their provenance."""

    # By name, the type (BOOLEAN, BIGINT, DOUBLE or VARCHAR) and the values; None where a cell has none.
    columns: Columns
    origin: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.columns)

    def __len__(self) -> int:
        return next((len(values) for _, values in self.columns.values()), 0)

    def __getitem__(self, name: str) -> list[Value]:
        return list(self.columns[name][1])

    def kind(self, name: str) -> str:
        """Return the type of a column."""
        return self.columns[name][0]

    def rows(self) -> list[dict[str, Value]]:
        """Return each row as a mapping from name to value."""
        rows = zip(*map(self.__getitem__, self.names), strict=True)
        return [dict(zip(self.columns, row, strict=True)) for row in rows]

    def shown(self, name: str) -> list[Value]:
        """Return a column for display, with each error cut to its last line."""
        values = self[name]
        return [last_line(value) for value in values] if name == "error" else values  # type: ignore[arg-type]

    def to_pandas(self, names: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the named columns, by default all, as a data frame; missing numbers are NaN."""
        import pandas as pd

        chosen = {name: self.columns[name] for name in (self.names if names is None else names)}
        return pd.DataFrame(
            {name: pd.Series(v, dtype=DTYPES[kind][None in v]) for name, (kind, v) in chosen.items()}
        )

    def to_arrow(self) -> pa.Table:
        """Return a pyarrow table with its provenance."""
        try:
            import pyarrow as pa
        except ImportError:
            raise MissingPackage(
                "an Arrow table needs pyarrow, which is not installed. Run `pip install pyarrow`, or in a "
                "checkout `pip install '.[arrow]'`"
            ) from None
        kinds = {"BOOLEAN": pa.bool_(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "VARCHAR": pa.string()}
        table = pa.table(
            {name: pa.array(values, kinds[kind]) for name, (kind, values) in self.columns.items()}
        )
        return table.replace_schema_metadata({METADATA: canonical(self.origin)})


def frame_of(
    rows: Sequence[Row], names: Sequence[str], replications: int, origin: Mapping[str, Any]
) -> Frame:
    """Return the rows of a store as typed columns.

    The columns are the varied values, `replication` if there are several, the measures, `status` and `error`.
    A measure with the name of another column is called "measured <name>".
    """
    cells = _loaded([row.cell for row in rows])
    measures = _loaded([row.measures or "{}" for row in rows])
    columns = {name: [cell.get(name) for cell in cells] for name in names}
    if replications > 1:
        columns["replication"] = [row.replication for row in rows]
    for name in _names(measures):
        key = name
        while key in columns or key in RESERVED:
            key = f"measured {key}"
        columns[key] = [measured.get(name) for measured in measures]
    columns["status"] = [row.status for row in rows]
    columns["error"] = [row.error for row in rows]
    return Frame(
        {name: typed_column(column, text=name in BOOKKEEPING) for name, column in columns.items()}, origin
    )


def _loaded(texts: Sequence[str]) -> list[dict[str, Value]]:
    """Return the values of many JSON texts, parsed together, which is several times faster."""
    objects: list[dict[str, Value]] = json.loads(f"[{','.join(texts)}]")
    return objects


def _names(entries: Sequence[Mapping[str, Value]]) -> list[str]:
    """Return the names in all entries, in the order of first appearance."""
    seen: dict[str, None] = {}
    for entry in entries:
        if entry.keys() - seen.keys():
            seen |= dict.fromkeys(entry)
    return list(seen)


def typed_column(column: Sequence[Value], *, text: bool) -> tuple[str, list[Value]]:
    """Return the narrowest type that fits a column (VARCHAR if `text`), and the values in this type.

    The types are BOOLEAN, BIGINT, DOUBLE and VARCHAR. A column without values has the type DOUBLE, or
    VARCHAR if `text`.
    """
    there = [value for value in column if value is not None]
    if not text and not any(isinstance(value, str) for value in there):
        if all(isinstance(value, bool) for value in there):
            return "BOOLEAN" if there else "DOUBLE", list(column)
        if all(isinstance(value, int) and -INT64 <= value < INT64 for value in there):
            return "BIGINT", [None if value is None else int(value) for value in column]
        with suppress(OverflowError):  # a whole number beyond all floats: it stands as text
            return "DOUBLE", [None if value is None else float(value) for value in column]
    return "VARCHAR", [value if value is None else _text(value) for value in column]


def _text(value: Value) -> str:
    text = value if isinstance(value, str) else canonical(value)
    return text.encode("utf-8", "backslashreplace").decode()


def write_parquet(frame: Frame, path: Path, told: Callable[[Path], None] | None = None) -> None:
    """Write a table as Parquet, whole or not at all.

    `told` is called with the path of the finished file before the file is moved to `path`.
    """
    with whole(path) as part:
        write_columns(frame.columns, part, {METADATA: canonical(frame.origin)})
        if told is not None:
            told(part)


def write_csv(frame: Frame, path: Path) -> None:
    """Write a table as CSV, with floats in their shortest exact digits, and its provenance as JSON."""
    names = [_csv_cell(name) for name in frame.names]
    rows = (map(_csv_cell, row) for row in zip(*map(frame.__getitem__, frame.names), strict=True))
    with whole(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(",".join(cells) + "\n" for cells in (names, *rows))
    with whole(path.with_suffix(".json")) as part:
        part.write_text(
            json.dumps(frame.origin, indent=1, ensure_ascii=False, sort_keys=True), encoding="utf-8"
        )


def _csv_cell(value: Value) -> str:
    """Return a value for CSV. Texts are in quotes, so that an empty text differs from a missing value."""
    if isinstance(value, str):
        return '"' + spreadsheet_text(value).replace('"', '""') + '"'
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else repr(value).removesuffix(".0")


def read_parquet(path: Path, content: bytes | None = None) -> Frame:
    """Return a table that `write_parquet` wrote, from its file or from `content`, the bytes of the file."""
    import duckdb

    try:
        with TemporaryDirectory() as folder:
            # Of bytes that were hashed just these are read: the file may be another one by now.
            source = path if content is None else Path(folder) / path.name
            if content is not None:
                source.write_bytes(content)
            origin: dict[str, Any] = json.loads(texts_beside(source)[METADATA])
            return Frame(read_columns(source), origin)
    except (duckdb.Error, OSError, ValueError, LookupError) as error:
        reason = str(error).partition("\n")[0]
        raise DamagedStore(
            f"{path}: this table cannot be read ({reason}). It has been left as it is; move it away and run "
            "again"
        ) from None
