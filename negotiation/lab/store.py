"""The store of an experiment: one DuckDB file, to which finished batches are added in transactions.

Tables: `meta` (layout, experiment), `contexts` (what numbers depend on besides their cell; whether it is
stale), `runs` (provenance), `batches` (when they were committed), `cells` (one row for each cell that was
computed in a context: its values, its measures or its error, as JSON). Nothing is ever overwritten but a
failure that is retried. The file is read in whole when it is opened, so that damage is met there (DuckDB has
a checksum for every block), before anything is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from negotiation.errors import BrokenRun, CannotWrite, DamagedStore, StoreInUse
from negotiation.lab.fingerprint import Context
from negotiation.lab.provenance import now
from negotiation.lab.rows import Row

FORMAT = "1"
MAGIC, MAGIC_AT = b"DUCK", 8

SCHEMA = """
CREATE TABLE meta (name VARCHAR, value VARCHAR);
CREATE TABLE contexts (context VARCHAR, hashes VARCHAR, first_run INTEGER, stale BOOLEAN);
CREATE TABLE runs (run INTEGER, started VARCHAR, ended VARCHAR, status VARCHAR, provenance VARCHAR);
CREATE TABLE batches (run INTEGER, batch INTEGER, cells INTEGER, seconds DOUBLE, committed VARCHAR);
CREATE TABLE cells (
    cell_id VARCHAR, context VARCHAR, run INTEGER, batch INTEGER, status VARCHAR,
    cell VARCHAR, replication INTEGER, measures VARCHAR, error VARCHAR, seconds DOUBLE
);
CREATE VIEW results AS SELECT cells.*, contexts.stale FROM cells JOIN contexts USING (context);
"""

INSERT_CELLS = """
INSERT INTO cells
SELECT cell_id, ?, ?, ?, status, cell, replication, measures, error, seconds FROM part
"""

DELETE_FAILED = """
DELETE FROM cells
WHERE context = ? AND status = 'failed' AND cell_id IN (SELECT cell_id FROM part)
"""

CHECK = "SELECT count(*), sum(hash({table})) FROM {table}"  # reads every block of the table


CALLED = {"experiment": "code of the measure", "versions": "version of Python or its libraries"}
"""What parts of a context are called, where their names would not say it."""


@dataclass(frozen=True)
class Stale:
    """Rows of an earlier context: how many, and what has changed since."""

    rows: int
    changed: tuple[str, ...]

    def __str__(self) -> str:
        changed = " and ".join(CALLED.get(name, name) for name in self.changed)
        return f"{self.rows:,} rows of an earlier {changed} are kept and marked stale"


class Store:
    """An open store. Use it under its lock.

    Parameters
    ----------
    path : Path
        The DuckDB file; made if it is not there.
    slug : str
        Name of the experiment; a store of another one is refused.

    Raises
    ------
    DamagedStore
        If the file cannot be read in whole, or is not a store of this experiment; it is left untouched.
    CannotWrite
        If it cannot be opened for writing.
    """

    def __init__(self, path: Path, slug: str) -> None:
        self.path = path
        if path.is_dir():
            raise CannotWrite(
                f"{path}: this is a folder; a store is a file in it, such as {path / path.name}"
            )
        if path.exists():
            check_store(path, slug)
        else:
            _make(path, slug)
        try:
            self.connection = duckdb.connect(str(path))
        except duckdb.Error as error:
            raise CannotWrite(f"{path}: the store cannot be opened ({_first_line(error)})") from None

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def rows(self, context: str) -> list[Row]:
        """Return the rows of a context."""
        columns = ", ".join(Row._fields)
        found = self.connection.execute(f"SELECT {columns} FROM cells WHERE context = ?", [context])  # noqa: S608
        return [Row(*row) for row in found.fetchall()]

    def begin(self, context: Context, origin: dict[str, Any]) -> int:
        """Enter a run and its context, mark the others stale; return the run's number."""
        run = self._one("SELECT coalesce(max(run), 0) + 1 FROM runs")
        known = self._one("SELECT count(*) FROM contexts WHERE context = ?", [context.id])
        steps: list[tuple[str, list[list[Any]]]] = [
            (
                "INSERT INTO runs VALUES (?, ?, NULL, 'running', ?)",
                [[run, origin["started"], json.dumps(origin)]],
            ),
            ("UPDATE contexts SET stale = (context <> ?)", [[context.id]]),
        ]
        if not known:
            row = [context.id, json.dumps(asdict(context)), run, False]
            steps.append(("INSERT INTO contexts VALUES (?, ?, ?, ?)", [row]))
        self._write(steps)
        return int(run)

    def stale(self, context: Context) -> Stale | None:
        """Return how many rows are of other contexts, and what differs from the latest of them."""
        rows = self._one("SELECT count(*) FROM cells WHERE context <> ?", [context.id])
        if not rows:
            return None
        latest = self.connection.execute(
            "SELECT hashes FROM contexts WHERE context <> ? ORDER BY first_run DESC LIMIT 1", [context.id]
        ).fetchone()
        changed = context.differences(Context(**json.loads(latest[0]))) if latest else ()
        return Stale(int(rows), changed or ("context",))

    def commit(self, run: int, batch: int, context: str, rows: Sequence[Row], *, again: bool) -> None:
        """Add a finished batch, all of it or nothing; `again`: earlier failures of its cells are replaced.

        Raises
        ------
        CannotWrite
            If the disk is full or the file cannot be written; what was committed before is kept.
        """
        import pyarrow as pa

        columns = [*zip(*rows, strict=True)]
        names = Row._fields
        part = pa.table(
            {name: pa.array(column, _TYPES[name]) for name, column in zip(names, columns, strict=True)}
        )
        try:
            self.connection.begin()
            self.connection.register("part", part)
            if again:
                self.connection.execute(DELETE_FAILED, [context])
            self.connection.execute(INSERT_CELLS, [context, run, batch])
            entry = [run, batch, len(rows), sum(row.seconds for row in rows), now()]
            self.connection.execute("INSERT INTO batches VALUES (?, ?, ?, ?, ?)", entry)
            self.connection.commit()
            self.connection.unregister("part")
        except duckdb.Error as error:
            raise self._cannot_write(error) from None

    def end(self, run: int, status: str, origin: dict[str, Any]) -> None:
        """Enter how a run ended, and its provenance with the wall time."""
        entry = [now(), status, json.dumps(origin), run]
        self._write([("UPDATE runs SET ended = ?, status = ?, provenance = ? WHERE run = ?", [entry])])

    def _one(self, query: str, values: Iterable[Any] = ()) -> Any:
        row = self.connection.execute(query, list(values)).fetchone()
        if row is None:
            raise BrokenRun(f"{self.path}: the store gave no answer to {query!r}; please report this")
        return row[0]

    def _write(self, steps: list[tuple[str, list[list[Any]]]]) -> None:
        try:
            self.connection.begin()
            for query, many in steps:
                for values in many:
                    self.connection.execute(query, values)
            self.connection.commit()
        except duckdb.Error as error:
            raise self._cannot_write(error) from None

    def _cannot_write(self, error: duckdb.Error) -> CannotWrite:
        with suppress(duckdb.Error):  # a fatal error has closed the transaction already
            self.connection.rollback()
        return CannotWrite(
            f"{self.path}: a batch could not be written ({_first_line(error)}); every batch that was "
            "finished before is kept. Free some space and run again: only what is missing is computed"
        )


_KINDS = ("string", "string", "string", "int32", "string", "string", "float64")
_TYPES: dict[str, Any] = dict(zip(Row._fields, _KINDS, strict=True))


def _make(path: Path, slug: str) -> None:
    """Make an empty store, whole or not at all: a process may be killed at any moment."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        part.with_name(part.name + ".wal").unlink(missing_ok=True)
        with duckdb.connect(str(part)) as connection:
            connection.execute(SCHEMA)
            connection.execute("INSERT INTO meta VALUES ('format', ?), ('experiment', ?)", [FORMAT, slug])
        part.replace(path)
    except (duckdb.Error, OSError) as error:
        raise CannotWrite(f"{path}: the store cannot be made ({_first_line(error)})") from None


def check_store(path: Path, slug: str | None = None) -> None:
    """Read a store in whole, without writing to it.

    Raises
    ------
    DamagedStore
        If it cannot be read, or is not a store of this experiment.
    """
    with path.open("rb") as file:
        if file.read(MAGIC_AT + len(MAGIC))[MAGIC_AT:] != MAGIC:
            raise DamagedStore(_damage(path, "it is not a DuckDB file"))
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            meta = dict(connection.execute("SELECT name, value FROM meta").fetchall())
            for table in ("contexts", "runs", "batches", "cells"):
                connection.execute(CHECK.format(table=table)).fetchall()
    except duckdb.Error as error:
        if isinstance(error, duckdb.IOException) and "Could not set lock" in str(error):
            raise StoreInUse(f"{path}: another process has it open ({_first_line(error)})") from None
        raise DamagedStore(_damage(path, _first_line(error))) from None
    if meta.get("format") != FORMAT:
        raise DamagedStore(_damage(path, f"its format is {meta.get('format')!r}, not {FORMAT!r}"))
    if slug is not None and meta.get("experiment") != slug:
        raise DamagedStore(_damage(path, f"it is of the experiment {meta.get('experiment')!r}, not {slug!r}"))


def _damage(path: Path, reason: str) -> str:
    return (
        f"{path}: this store cannot be used: {reason}. It was left as it is; move it away to begin anew, or "
        "use another store"
    )


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0]
