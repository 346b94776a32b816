"""Tables as Parquet files, written and read by DuckDB, with texts as metadata.

DuckDB keeps the order of rows. It numbers column names that differ only in capital letters, except the first,
and allows no empty name. So `write_columns` also stores the original names as a text, from which
`read_columns` restores them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from negotiation.base.interrupts import stopped_by_ctrl_c

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

# By name, the DuckDB type (BOOLEAN, BIGINT, DOUBLE or VARCHAR) and the values; None if one is missing.
Columns: TypeAlias = Mapping[str, tuple[str, Sequence[Any]]]

# The key of the metadata for the original names of the columns.
NAMES = "names"

SETTINGS: dict[str, Any] = {
    # A process that ends while a pool still starts its threads is aborted.
    "threads": 1,
    "async_threads": 0,
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    # Look at every value of a column of objects before choosing its type.
    "pandas_analyze_sample": 2**32,
}


@contextmanager
def _connected() -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    with stopped_by_ctrl_c(), duckdb.connect(config=SETTINGS) as connection:
        yield connection


def write_columns(columns: Columns, path: Path, beside: Mapping[str, str]) -> None:
    """Write columns, with the texts `beside` as metadata; an existing file is replaced."""
    # Lists of one length that are unnested together become columns side by side.
    chosen = ", ".join(
        f"unnest($values{k}::{kind}[]) AS {_quoted(name)}"
        for k, (name, (kind, _)) in enumerate(columns.items())
    )
    given = {f"values{k}": list(values) for k, (_, values) in enumerate(columns.values())}
    with _connected() as connection:
        _copy(connection, f"SELECT {chosen}", path, {NAMES: json.dumps([*columns]), **beside}, given)


def write_frame(frame: pd.DataFrame, path: Path, beside: Mapping[str, str], options: str = "") -> None:
    """Write a data frame without its index, with the texts `beside` as metadata; keep missing values."""
    with _connected() as connection:
        connection.register("frame", frame)
        _copy(connection, "SELECT * FROM frame", path, beside, {}, options)


def _copy(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    path: Path,
    beside: Mapping[str, str],
    given: Mapping[str, object],
    options: str = "",
) -> None:
    texts = ", ".join(f"{_quoted(name)}: $text{k}" for k, name in enumerate(beside))
    metadata = f", KV_METADATA {{{texts}}}" if beside else ""
    into = str(path).replace("'", "''")
    values = {**given, **{f"text{k}": text for k, text in enumerate(beside.values())}}
    import duckdb

    try:
        connection.execute(f"COPY ({query}) TO '{into}' (FORMAT parquet{metadata}{options})", values)
    except duckdb.IOException as error:  # a full disk, in the exception that writers of files expect
        raise OSError(str(error).partition("\n")[0]) from None


def _quoted(name: str) -> str:
    return '"' + (name or "no name").replace('"', '""') + '"'


def read_columns(path: Path) -> dict[str, tuple[str, list[Any]]]:
    """Return the columns of a file by their original names; raises `duckdb.Error` if it is damaged."""
    with _connected() as connection:
        connection.execute("SELECT * FROM read_parquet($path)", {"path": _literally(path)})
        described = [(column[0], str(column[1])) for column in connection.description or ()]
        rows = connection.fetchall()
    names = json.loads(texts_beside(path).get(NAMES, "null")) or [name for name, _ in described]
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return {
        name: (kind, list(values)) for name, (_, kind), values in zip(names, described, columns, strict=True)
    }


def read_frame(path: Path) -> pd.DataFrame:
    """Return a file as a data frame. A column of truth values with missing ones has the dtype object."""
    with _connected() as connection:
        frame = connection.execute("SELECT * FROM read_parquet($path)", {"path": _literally(path)}).df()
    for name in frame.columns[frame.dtypes == "boolean"]:
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return frame


def texts_beside(path: Path) -> dict[str, str]:
    """Return the metadata of a file, which are texts by name."""
    query = "SELECT key, value FROM parquet_kv_metadata($path)"
    with _connected() as connection:
        pairs = connection.execute(query, {"path": _literally(path)}).fetchall()
    return {key.decode(): value.decode() for key, value in pairs}


def _literally(path: Path) -> str:
    """Return a path with the special characters of DuckDB's file patterns escaped."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))
