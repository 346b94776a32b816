"""The store of an experiment: one DuckDB file, to which finished batches are added in transactions.

Tables: `meta` (format, experiment, hash of the snapshot), `contexts` (what numbers depend on besides their
cell), `reads` (files that were read, with hashes of their content), `runs` (provenance), `batches` (size,
seconds, and when they were committed), `cells` (one row for each cell that was computed in a context: its
values and measures as JSON, or its error). No result is ever overwritten, except a failure that is retried.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import duckdb

from negotiation.base.reading.hashes import digest
from negotiation.errors import CannotWrite, printable
from negotiation.lab.cell import Row
from negotiation.lab.fingerprint import Context
from negotiation.lab.provenance import now
from negotiation.lab.storing.opening import first_line, make_store, open_store
from negotiation.lab.storing.rows_check import entries, row_hash, rows_of

Step: TypeAlias = tuple[str, Sequence[Any] | Mapping[str, Any]]

INSERT_CELLS = """
INSERT INTO cells
SELECT
    unnest($cell_id::VARCHAR[]), $context, $run, $batch, unnest($place::INTEGER[]),
    unnest($status::VARCHAR[]), unnest($cell::VARCHAR[]), unnest($replication::INTEGER[]),
    unnest($measures::VARCHAR[]), unnest($error::VARCHAR[]), unnest($seconds::DOUBLE[]),
    unnest($hash::VARCHAR[])
"""

DELETE_FAILED = """
DELETE FROM cells
WHERE context = $context AND status = 'failed' AND cell_id IN (SELECT unnest($cells::VARCHAR[]))
"""

ARRANGE = """
UPDATE cells SET place = moved.place
FROM (SELECT unnest($cells::VARCHAR[]) AS cell_id, unnest($places::INTEGER[]) AS place) AS moved
WHERE cells.context = $context AND cells.cell_id = moved.cell_id
"""

# The place of a row that is no cell of the space which was run last.
NOWHERE = -1

# What parts of a context are called, where their names would not say it.
CALLED = {"experiment": "code of the measure", "versions": "version of Python or its libraries"}


@dataclass(frozen=True)
class Stale:
    """Number of rows of other contexts, and the names of what has changed since the latest of these."""

    rows: int
    changed: tuple[str, ...]

    def __str__(self) -> str:
        changed = " and ".join(printable(CALLED.get(name, name)) for name in self.changed)
        return f"{self.rows:,} rows of an earlier {changed} are kept and marked stale"


class StorePart(NamedTuple):
    """A finished batch: rows with their places in the space, and the files that were read, with hashes.

    If `again` is true, the batch replaces earlier failures of its cells.
    """

    rows: Sequence[Row]
    places: Sequence[int]
    reads: Mapping[str, str]
    again: bool


class Store:
    """A store that is open for writing, under its lock."""

    def __init__(self, path: Path, slug: str) -> None:
        self.path = path
        if not path.exists():
            make_store(path, slug)
        self.connection = open_store(path, slug, read_only=False)

    def close(self) -> None:
        """Close the connection to the file."""
        self.connection.close()

    def identity(self, context: Context, held: Callable[[str], str]) -> str:
        """Return the name of a context whose rows were computed from the same files, or a new name.

        `held` returns the hash of the current content of a file from its name in the store.
        """
        query = (
            "SELECT context, (SELECT count(*) FROM cells WHERE cells.context = contexts.context) AS cells "
            "FROM contexts WHERE base = ? ORDER BY cells DESC, first_run DESC"
        )
        # Several contexts can have the same hashes and differ in the files that their rows were seen to read.
        # The one whose files hold now what they held then goes on; of several the one with most cells.
        known = [row[0] for row in self.connection.execute(query, [context.id]).fetchall()]
        for name in known:
            if all(held(path) == content_hash for path, content_hash in self.reads(name).items()):
                return str(name)
        return context.id if context.id not in known else digest(f"{context.id} {len(known)}")

    def reads(self, name: str) -> dict[str, str]:
        """Return the hashes of the files that were read for the rows of a context, by name."""
        query = "SELECT path, hash FROM reads WHERE context = ? ORDER BY path"
        return dict(self.connection.execute(query, [name]).fetchall())

    def rows(self, name: str) -> list[Row]:
        """Return the rows of the context of a name."""
        return rows_of(self.path, self.connection, name)

    def arrange(self, name: str, places: Mapping[str, int]) -> None:
        """Set the places of a context's rows in the space of the new run; rows outside it get `NOWHERE`."""
        query = "SELECT cell_id, place FROM cells WHERE context = ?"
        there = self.connection.execute(query, [name]).fetchall()
        moved = {cell: places.get(cell, NOWHERE) for cell, at in there if places.get(cell, NOWHERE) != at}
        if moved:
            values = {"context": name, "cells": [*moved], "places": [*moved.values()]}
            self._write([(ARRANGE, values)])

    def begin(self, context: Context, name: str, origin: dict[str, Any]) -> int:
        """Record a new run and its context; return the run's number."""
        # "running" is what a kill leaves: nobody can say afterwards that the run has ended, and readers take
        # it for killed once its lock is free.
        run = self._one("SELECT coalesce(max(run), 0) + 1 FROM runs")
        known = self._one("SELECT count(*) FROM contexts WHERE context = ?", [name])
        row = [run, name, origin["started"], json.dumps(origin)]
        steps: list[Step] = [("INSERT INTO runs VALUES (?, ?, ?, NULL, 'running', ?)", row)]
        if not known:
            row = [name, context.id, json.dumps(asdict(context)), run]
            steps.append(("INSERT INTO contexts VALUES (?, ?, ?, ?)", row))
        self._write(steps)
        return int(run)

    def stale(self, context: Context, name: str, held: Callable[[str], str]) -> Stale | None:
        """Return the number of rows of other contexts, and how the latest differs; None without such rows."""
        rows = self._one("SELECT count(*) FROM cells WHERE context <> ?", [name])
        if not rows:
            return None
        query = "SELECT context, hashes FROM contexts WHERE context <> ? ORDER BY first_run DESC LIMIT 1"
        changed: list[str] = []
        for latest, hashes in self.connection.execute(query, [name]).fetchall():
            changed += context.differences(entries(self.path, "context", hashes))
            changed += [path for path, hashed in self.reads(latest).items() if held(path) != hashed]
        return Stale(int(rows), tuple(changed) or ("context",))

    def commit(self, run: int, batch: int, name: str, part: StorePart) -> None:
        """Add a finished batch, all of it or nothing."""
        # One transaction: a kill, a full disk or a Ctrl-C (which `uninterrupted` puts off) leaves all of a
        # batch or nothing. Failures that are tried again go first, or their cells would be there twice.
        columns = dict(zip(Row._fields, map(list, zip(*part.rows, strict=True)), strict=True))
        cells = {**columns, "place": list(part.places), "context": name, "run": run, "batch": batch}
        cells["hash"] = [row_hash(name, row) for row in part.rows]
        entry = [run, batch, len(part.rows), sum(row.seconds for row in part.rows), now()]
        failed: Step = (DELETE_FAILED, {"context": name, "cells": columns["cell_id"]})
        self._write(
            [
                *([failed] if part.again else []),
                (INSERT_CELLS, cells),
                *(("INSERT INTO reads VALUES (?, ?, ?)", [name, *read]) for read in part.reads.items()),
                ("INSERT INTO batches VALUES (?, ?, ?, ?, ?)", entry),
            ]
        )

    def end(self, run: int, status: str, origin: dict[str, Any]) -> None:
        """Record when and how a run ended, and its provenance."""
        entry = [now(), status, json.dumps(origin), run]
        self._write([("UPDATE runs SET ended = ?, status = ?, provenance = ? WHERE run = ?", entry)])

    def snapshot(self) -> str | None:
        """Return the hash of the snapshot that belongs to the store; None if there is none."""
        row = self.connection.execute("SELECT value FROM meta WHERE name = 'snapshot'").fetchone()
        return None if row is None else str(row[0])

    def keep(self, snapshot: str) -> None:
        """Record the hash of a snapshot, and merge the write-ahead log into the file."""
        # The checkpoint follows on the entry, so that all rows of the snapshot are in the file itself: a log
        # that is damaged later costs what was finished since, and no more.
        self._write([("INSERT OR REPLACE INTO meta VALUES ('snapshot', ?)", [snapshot])])
        try:
            self.connection.execute("CHECKPOINT")
        except duckdb.Error as error:
            raise self._cannot_write(error) from None

    def _one(self, query: str, values: Iterable[Any] = ()) -> Any:
        [(value,)] = self.connection.execute(query, list(values)).fetchall()
        return value

    def _write(self, steps: list[Step]) -> None:
        try:
            self.connection.begin()
            for query, values in steps:
                self.connection.execute(query, values)
            self.connection.commit()
        except duckdb.Error as error:
            raise self._cannot_write(error) from None

    def _cannot_write(self, error: duckdb.Error) -> CannotWrite:
        with suppress(duckdb.Error):  # a fatal error has closed the transaction already
            self.connection.rollback()
        return CannotWrite(
            f"{self.path}: the store could not be written ({first_line(error)}). Finished batches are kept. "
            "Check that the disk has space, and run again: only what is missing is computed"
        )
