"""Read an experiment's results: from its store, or from the last snapshot while a run is writing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from negotiation.errors import InvalidFile, StoreInUse
from negotiation.lab.experiment import Experiment
from negotiation.lab.frames import column_of, provenance_of, read_parquet
from negotiation.lab.lock import StoreLock
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
        The last snapshot: all rows that were there.
    provenance : mapping
        Of the run that wrote it.
    runs : Table
        The runs so far; empty while one is writing.
    writing : str
        Who is writing; empty if nobody is.
    """

    slug: str
    arrow: Any = field(repr=False)
    provenance: dict[str, Any] = field(repr=False)
    runs: Table
    writing: str

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
    writing, runs = "", Table("runs", RUN_COLUMNS, ())
    try:
        with StoreLock(path):
            check_store(path, slug)
            runs = _runs(path)
    except StoreInUse as error:
        writing = str(error).partition(";")[0]
    if not snapshot.exists():
        raise InvalidFile(f"{snapshot}: there is no snapshot to read yet; {writing or f'run {slug} again'}")
    arrow = read_parquet(snapshot)
    return Stored(slug, arrow, provenance_of(arrow), runs, writing)


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
