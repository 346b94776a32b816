"""Read an experiment's results: from the last snapshot, or from its store if that has more.

DuckDB lets nobody in while a run writes; then the snapshot is all that can be read, and its age is told. A
run that was killed wrote none at its end; then the rows are read from the store, in the order in which they
were finished.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from negotiation.errors import InvalidFile, StoreInUse
from negotiation.lab.experiment import Experiment
from negotiation.lab.frames import arrow_table, column_of, provenance_of, read_parquet
from negotiation.lab.lock import read_lock
from negotiation.lab.pending import SNAPSHOT_AFTER
from negotiation.lab.rows import Row
from negotiation.lab.store import check_store
from negotiation.lab.sweep import store_path
from negotiation.labelled import Table, Tabular


@dataclass(frozen=True, eq=False)
class Stored(Tabular):
    """What is stored of an experiment.

    Parameters
    ----------
    slug : str
        Name of the experiment.
    arrow : pyarrow.Table
        All rows that were there.
    provenance : mapping
        Of the run that wrote it.
    runs : Table
        The runs so far; empty while one is writing.
    writing : str
        Who is writing; empty if nobody is.
    read_from : str
        The file that was read, and how old a snapshot is while it grows older.
    """

    slug: str
    arrow: Any = field(repr=False)
    provenance: dict[str, Any] = field(repr=False)
    runs: Table
    writing: str
    read_from: str

    def table(self) -> Table:
        """Return one row a cell; of errors, the last line."""
        names = tuple(self.arrow.column_names)
        columns = [column_of(self.arrow, name) for name in names]
        return Table(
            f"{self.slug}: {self.provenance.get('question', '')}", names, tuple(zip(*columns, strict=True))
        )

    def summary(self) -> Table:
        """Return what there is: rows, failures, when, from which code."""
        status = self.arrow["status"].to_pylist()
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
        return Table(self.slug, ("what", "value"), tuple((name, str(value)) for name, value in rows))


def stored(experiment: Experiment | str, store: str | Path | None = None) -> Stored:
    """Return what is stored of an experiment, also while a run is writing.

    Parameters
    ----------
    experiment : Experiment or str
        The experiment or its name.
    store : str or Path, optional
        The store or its folder.

    Raises
    ------
    InvalidFile
        If nothing is stored yet.
    DamagedStore
        If what is stored cannot be read.
    """
    slug = experiment if isinstance(experiment, str) else experiment.slug
    path = store_path(slug, store)
    snapshot = path.with_suffix(".parquet")
    if not path.exists():
        raise InvalidFile(f"{path}: nothing is stored of {slug!r}; run it first: negotiation run {slug}")
    try:
        with read_lock(path):
            check_store(path, slug)
            runs, origin = _runs(path), _last_origin(path)
            arrow = read_parquet(snapshot) if snapshot.exists() else None
            if arrow is None or not _is_of(arrow, origin):
                arrow = _table(path, origin)
                return Stored(slug, arrow, origin, runs, "", f"{path.name}: the last run was killed")
    except StoreInUse as error:
        writing = str(error).partition(";")[0]
    else:
        return Stored(slug, arrow, provenance_of(arrow), runs, "", snapshot.name)
    if not snapshot.exists():
        raise InvalidFile(
            f"{snapshot}: there is no snapshot to read yet; {writing}. The first is written after "
            f"{SNAPSHOT_AFTER:.0f} seconds, and when the run ends"
        )
    age = time.time() - snapshot.stat().st_mtime
    arrow = read_parquet(snapshot)
    told = f"{snapshot.name}, written {age:,.0f} seconds ago; rows finished since are not in it"
    return Stored(slug, arrow, provenance_of(arrow), Table("runs", RUN_COLUMNS, ()), writing, told)


def _is_of(arrow: Any, origin: dict[str, Any]) -> bool:
    """Whether a snapshot was written when the last run ended."""
    told = provenance_of(arrow)
    ended = told.get("status") is not None and told["status"] == origin.get("status")
    return ended and told.get("started") == origin.get("started")


def _last_origin(path: Path) -> dict[str, Any]:
    with duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute("SELECT provenance FROM runs ORDER BY run DESC LIMIT 1").fetchone()
    found: dict[str, Any] = json.loads(row[0]) if row else {}
    return found


def _table(path: Path, origin: dict[str, Any]) -> Any:
    """Return the rows of the last run's context, in the order in which they were finished."""
    columns = ", ".join(Row._fields)
    query = f"SELECT {columns} FROM results WHERE NOT stale ORDER BY run, batch"  # noqa: S608
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = [Row(*row) for row in connection.execute(query).fetchall()]
    names = sorted({name for row in rows for name in json.loads(row.cell)})
    return arrow_table(rows, names, int(origin.get("replications", 1)), origin)


RUN_COLUMNS = ("run", "started", "ended", "status", "rows", "stale", "commit")


def _runs(path: Path) -> Table:
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(
            "SELECT run, started, ended, status, provenance, "
            "(SELECT count(*) FROM results WHERE results.run = runs.run), "
            "(SELECT count(*) FROM results WHERE results.run = runs.run AND stale) FROM runs ORDER BY run"
        ).fetchall()
    rows = tuple(
        # A run that was killed could not say that it ended.
        (
            run,
            started,
            ended,
            "killed" if status == "running" else status,
            rows,
            stale,
            _commit(json.loads(text)),
        )
        for run, started, ended, status, text, rows, stale in found
    )
    return Table("runs", RUN_COLUMNS, rows)


def _commit(origin: dict[str, Any]) -> str:
    commit = str(origin.get("commit") or "none")[:10]
    return f"{commit} with uncommitted changes" if origin.get("uncommitted changes") else commit
