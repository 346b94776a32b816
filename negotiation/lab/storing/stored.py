"""Read an experiment's results: from its store, or from the last snapshot while a run is writing.

DuckDB allows no other access while a run writes, so that only the snapshot can be read. The snapshot is
trusted if the lock has its hash, and its age is shown. When nobody writes, the store is read. It is never
older than the snapshot, and it has checksums.
"""

from __future__ import annotations

import json
import shlex
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from negotiation.base.labelled import Table, Tabular, is_number
from negotiation.base.reading.hashes import file_hash, full_hash
from negotiation.base.reading.text import is_file
from negotiation.base.reading.writing import expect_a_file
from negotiation.errors import DamagedStore, InvalidFile, StoreInUse, UnknownExperiment, shown
from negotiation.lab.experiment import Experiment
from negotiation.lab.frames import Frame, frame_of, read_parquet
from negotiation.lab.pending import SNAPSHOT, SNAPSHOT_AFTER
from negotiation.lab.storing.lock import read_lock, told_snapshots
from negotiation.lab.storing.opening import reading
from negotiation.lab.storing.rows_check import entries, rows_of
from negotiation.lab.sweep import RESULTS, store_path

# Seconds for which a snapshot that its writer does not vouch for is read again, and between two readings: on
# a busy machine a writer can stand still for a second between what it writes and what it vouches for.
AGAIN, BETWEEN = 3.0, 0.1

# Seconds for which a writer that has just begun is waited for: it reads its store before it vouches.
STARTING = 20.0


@dataclass(frozen=True, eq=False)
class Stored(Tabular):
    """The stored rows of an experiment."""

    slug: str
    frame: Frame = field(repr=False)
    # Provenance of the run that wrote the rows.
    provenance: dict[str, Any] = field(repr=False)
    # The runs so far; empty while one is writing.
    runs: Table
    # Who is writing; empty if nobody is.
    writing: str
    # The file that was read, and how old a snapshot is while it grows older.
    read_from: str

    def table(self) -> Table:
        """Return one row per cell, with each error cut to its last line."""
        names = self.frame.names
        rows = zip(*map(self.frame.shown, names), strict=True)
        return Table(f"{self.slug}: {self.provenance.get('question', '')}", names, tuple(rows))

    def summary(self) -> Table:
        """Return a summary of the rows and of the last run, such as failures, times and commit."""
        status = self.frame["status"]
        origin = self.provenance
        rows = [
            ("question", origin.get("question")),
            ("rows", len(status)),
            ("failed", status.count("failed")),
            ("cells of the space", origin.get("cells", "not known: the run has not ended")),
            ("run started", origin.get("started")),
            ("wall seconds", origin.get("wall seconds")),
            ("commit", _commit(origin)),
            ("seed", origin.get("seed")),
            ("command", origin.get("command")),
            ("read from", self.read_from),
            ("now", self.writing or "nobody is writing"),
        ]
        return Table(self.slug, ("what", "value"), tuple((x, y if is_number(y) else str(y)) for x, y in rows))


def stored(experiment: Experiment | str, store: str | Path | None = None) -> Stored:
    """Return the stored rows of an experiment, or the last snapshot of them while a run is writing."""
    path = store_path(experiment, store)
    slug = experiment if isinstance(experiment, str) else experiment.slug
    if not slug.strip():
        raise UnknownExperiment(slug, _names_in(RESULTS if store is None else Path(store)))
    if not path.exists():
        command = shlex.join(["negotiation", "run", slug])
        raise InvalidFile(f"{path}: nothing is stored for {shown(slug)}; run it first: {command}")
    began = time.monotonic()
    # A writer that begins holds the lock before it vouches for a snapshot, one that ends lets it go: so what
    # was refused is tried again, the store first, until either can be read or `_from_snapshot` gives up.
    while True:
        try:
            with read_lock(path), reading(path, slug) as connection:
                return _from_store(slug, path, connection)
        except StoreInUse as error:
            snapshot = _from_snapshot(slug, path, str(error).partition(";")[0], time.monotonic() - began)
            if snapshot is not None:
                return snapshot
        time.sleep(BETWEEN)


def _names_in(folder: Path) -> set[str]:
    """Return the names of experiments with a store in a folder or in its subfolders."""
    stores = [*folder.glob("*.duckdb"), *folder.glob("*/*.duckdb")]
    return {path.stem for path in stores if is_file(path) and not path.name.startswith(".")}


def _from_store(slug: str, path: Path, connection: duckdb.DuckDBPyConnection) -> Stored:
    """Return the rows of the last run's context and space, after checking them."""
    query = "SELECT context, status, provenance FROM runs ORDER BY run DESC LIMIT 1"
    last = connection.execute(query).fetchone()
    name, status, text = last if last is not None else ("", "", "{}")
    origin = entries(path, "provenance", text)
    killed = ": the last run was killed" if status == "running" else ""
    source = f"{path.name}{killed}{_of_the_snapshot(path, connection)}"
    return Stored(
        slug, _table(path, connection, name, origin), origin, _runs(path, connection, name), "", source
    )


def _of_the_snapshot(path: Path, connection: duckdb.DuckDBPyConnection) -> str:
    """Return a remark on the snapshot next to a store; empty if it is current or there is none."""
    snapshot = path.with_suffix(".parquet")
    expect_a_file(snapshot, SNAPSHOT)
    known = connection.execute("SELECT value FROM meta WHERE name = 'snapshot'").fetchone()
    if not snapshot.exists() or (known is not None and file_hash(snapshot) == known[0]):
        return ""
    return f"; {snapshot.name} beside it is older, or was changed or damaged: run again to replace it"


def _from_snapshot(slug: str, path: Path, writing: str, waited: float) -> Stored | None:
    """Return the last snapshot of a store that is being written, if the lock has its hash.

    Return None if the lock does not have the hash yet but may have it soon. Raise `InvalidFile` if there is
    no snapshot, and `DamagedStore` if the snapshot still has another hash after `AGAIN` seconds.
    """
    snapshot = path.with_suffix(".parquet")
    expect_a_file(snapshot, SNAPSHOT)
    # None: the writer has said nothing yet, or is writing its note just now. []: it has no snapshot. The note
    # is read before the file, so that a file which it names is there or was replaced by a later one.
    known = told_snapshots(path)
    if known == [] or not snapshot.exists() or (known is None and waited > STARTING):
        raise InvalidFile(
            f"{snapshot}: there is no snapshot to read yet; {writing}. The first is written after "
            f"{SNAPSHOT_AFTER:.0f} seconds, and when the run ends"
        )
    age = time.time() - snapshot.stat().st_mtime
    # Read once: what is hashed is what is shown, whatever takes the file's place meanwhile.
    content = snapshot.read_bytes()
    if not known or full_hash(content) not in known:
        if known and waited > AGAIN:
            raise DamagedStore(
                f"{snapshot}: this is not what the run has written: it has been changed or damaged; {writing}"
                ". Wait until the run writes it again, or until the run ends and the store can be read"
            )
        return None
    frame = read_parquet(snapshot, content)
    source = f"{snapshot.name}, written {age:,.0f} seconds ago; rows finished since are not in it"
    return Stored(slug, frame, dict(frame.origin), Table("runs", RUN_COLUMNS, ()), writing, source)


def _table(path: Path, connection: duckdb.DuckDBPyConnection, name: str, origin: dict[str, Any]) -> Frame:
    """Return the rows of a context that belong to the last space, in its order."""
    rows = rows_of(path, connection, name, "AND place >= 0 ORDER BY place")
    axes = [str(axis) for axis in origin.get("axes", [])]
    others = {axis for row in rows for axis in json.loads(row.cell)} - set(axes)
    return frame_of(rows, [*axes, *sorted(others)], int(origin.get("replications", 1)), origin)


RUN_COLUMNS = ("run", "started", "ended", "status", "rows", "stale", "commit")


def _runs(path: Path, connection: duckdb.DuckDBPyConnection, name: str) -> Table:
    # A run that was killed could not say that it ended.
    records = connection.execute(
        "SELECT run, started, ended, CASE status WHEN 'running' THEN 'killed' ELSE status END, "
        "(SELECT count(*) FROM cells WHERE cells.run = runs.run), "
        "(SELECT count(*) FROM cells WHERE cells.run = runs.run AND cells.context <> ?), provenance "
        "FROM runs ORDER BY run",
        [name],
    ).fetchall()
    rows = ((*row, _commit(entries(path, "provenance", text))) for *row, text in records)
    return Table("runs", RUN_COLUMNS, tuple(rows))


def _commit(origin: dict[str, Any]) -> str:
    commit = str(origin.get("commit") or "none")[:10]
    return f"{commit} with uncommitted changes" if origin.get("uncommitted changes") else commit
