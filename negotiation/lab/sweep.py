"""Run an experiment: find what the store has, compute the rest in batches, commit each as it finishes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from negotiation.errors import CannotWrite, InvalidExperiment
from negotiation.lab.cell import Cell
from negotiation.lab.dispatch import Dispatch, Timer, batches_of
from negotiation.lab.executors import Seat, uninterrupted
from negotiation.lab.experiment import Experiment
from negotiation.lab.fingerprint import context_of
from negotiation.lab.frames import arrow_table, write_parquet
from negotiation.lab.lock import StoreLock
from negotiation.lab.provenance import provenance
from negotiation.lab.result import Sweep
from negotiation.lab.rows import Row
from negotiation.lab.store import Store
from negotiation.lab.worker import Batch, Setup, prepare, setup_of

RESULTS = Path("results")
SNAPSHOT_AFTER, SNAPSHOT_SHARE = 10.0, 0.02
"""A snapshot for readers is written every so many seconds, and takes at most this share of the time."""

Progress = Callable[[int, int], None]


def store_path(experiment: Experiment | str, store: str | Path | None = None) -> Path:
    """Return the path of an experiment's store: given, or `results/<slug>/<slug>.duckdb`.

    A folder stands for `<slug>.duckdb` in it.

    Examples
    --------
    >>> store_path("gain").as_posix()
    'results/gain/gain.duckdb'
    """
    slug = experiment if isinstance(experiment, str) else experiment.slug
    if store is None:
        return RESULTS / slug / f"{slug}.duckdb"
    path = Path(store)
    return path if path.suffix == ".duckdb" else path / f"{slug}.duckdb"


def run(
    experiment: Experiment,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    store: str | Path | None = None,
    batch: int | None = None,
    limit: int | None = None,
    retry_failed: bool = False,
    wait: float = 0.0,
    progress: Progress | None = None,
) -> Sweep:
    """Run an experiment, or what is missing of it, and return its table.

    Cells that the store already holds, of the same code, calibration, versions and seed, are not computed
    again. Numbers do not depend on workers, order, executor or batches. Stopped in any way, by Ctrl-C, a full
    disk or a killed process, the batches that were finished are kept: the same call goes on.

    Parameters
    ----------
    experiment : Experiment
        What to run.
    workers : int, optional
        Processes; 1 computes in this one, without a pool (then a cell that kills its process ends the run).
    executor : concurrent.futures.Executor, optional
        Where batches run instead, such as `dask.distributed`'s `Client.get_executor()`. `workers` then says
        how many it has. It is not closed.
    store : str or Path, optional
        The store (`.duckdb`) or a folder for it; `results/<slug>/` if not given.
    batch : int, optional
        Cells that a worker takes at once, and that are committed together; the experiment's if not given.
    limit : int, optional
        Compute at most so many cells now.
    retry_failed : bool, optional
        Compute the cells again that failed before.
    wait : float, optional
        Seconds to wait for another run that is writing the store; by default it is refused at once.
    progress : callable, optional
        Called with the number of cells done and of all cells, after each batch.

    Returns
    -------
    Sweep
        The table, `.status`, `.failures()`, `.to_pandas()`, `.export(folder)`, `.plot()`.

    Raises
    ------
    InvalidExperiment
        If several workers are asked for and the measure is not a function of a module.
    StoreInUse, DamagedStore, CannotWrite, BrokenRun
        As named; what was finished is kept.
    KeyboardInterrupt
        On Ctrl-C, after what was finished has been committed.

    Examples
    --------
    >>> import tempfile
    >>> from negotiation.lab import space
    >>> def square(cell):
    ...     return {"square": cell["x"] ** 2}
    >>> experiment = Experiment(slug="square", question="What is its square?", measure=square,
    ...                         space=space.linspace("x", 0.0, 1.0, 3))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = run(experiment, store=folder)
    ...     again = run(experiment, store=folder)
    >>> found.column("square").tolist(), again.computed, again.reused
    ([0.0, 0.25, 1.0], 0, 3)
    """
    _check(experiment, workers, executor, batch, limit)
    path = store_path(experiment, store)
    with StoreLock(path, wait):
        setup, seat = setup_of(experiment), Seat(workers, executor)
        if not path.exists():
            # There is something to compute: processes start while the cells are listed.
            seat.warm(prepare, setup)
        try:
            pending = _Run(experiment, path, progress)
            try:
                return pending.complete(setup, seat, workers, batch or experiment.batch, limit, retry_failed)
            finally:
                pending.store.close()
        except BaseException:
            seat.close(at_once=True)
            raise


def _check(
    experiment: Experiment, workers: int, executor: Executor | None, batch: int | None, limit: int | None
) -> None:
    for name, number in (("workers", workers), ("batch", batch), ("limit", limit)):
        if number is not None and (number != int(number) or number < 1):
            raise InvalidExperiment(f"`{name}` is a positive whole number; got {number!r}")
    if (workers > 1 or executor is not None) and not experiment.is_importable():
        name = experiment.function.__qualname__
        raise InvalidExperiment(
            f"other processes cannot find the measure {name!r}: it has to be a function at the top level of "
            "a module or of an experiment's file; with workers=1 any function will do"
        )


@dataclass
class _Run:
    """One run on an open store."""

    experiment: Experiment
    path: Path
    progress: Progress | None
    store: Store = field(init=False)
    rows: dict[str, Row] = field(init=False)
    computed: int = 0

    def __post_init__(self) -> None:
        self.timer = Timer()
        self.context = context_of(self.experiment)
        self.store = Store(self.path, self.experiment.slug)
        self.rows = {row.cell_id: row for row in self.store.rows(self.context.id)}
        self.cells = self.experiment.cells()
        self.reused = len(self.rows.keys() & {cell.id for cell in self.cells}) if self.rows else 0
        self.snapshot_at, self.snapshot_took = time.monotonic(), 0.0

    def complete(
        self, setup: Setup, seat: Seat, workers: int, batch: int, limit: int | None, retry: bool
    ) -> Sweep:
        """Compute what is missing."""
        missing = islice(self._missing(retry), limit)
        self.origin = provenance(self.experiment, self.context, workers=workers, executor=seat.name)
        self.number = self.store.begin(self.context, self.origin)
        try:
            self._report()
            Dispatch(setup, seat, self._commit)(batches_of(map(_content, missing), batch))
        except BaseException:
            seat.close(at_once=True)
            with suppress(CannotWrite):  # what stopped the run is what is told
                self._close("interrupted")
            raise
        seat.close()
        self._close("ended")
        return self._sweep()

    def _missing(self, retry: bool) -> Iterator[Cell]:
        """Yield the cells to compute, each once; hashed as they are asked for, while others are computed."""
        there, seen = dict(self.rows), set[str]()
        for cell in self.cells:
            row = there.get(cell.id)
            wanted = row is None or (retry and row.status == "failed")
            if wanted and cell.id not in seen:
                seen.add(cell.id)
                self.reused -= row is not None
                yield cell

    def _commit(self, batch: Batch, rows: list[Row]) -> None:
        again = any(row.cell_id in self.rows for row in rows)
        with uninterrupted():
            self.store.commit(self.number, batch.number, self.context.id, rows, again=again)
            self.rows.update((row.cell_id, row) for row in rows)
            self.computed += len(rows)
        self._report()
        since = time.monotonic() - self.snapshot_at
        if since > max(SNAPSHOT_AFTER, self.snapshot_took / SNAPSHOT_SHARE):
            self._snapshot()

    def _report(self) -> None:
        if self.progress is not None:
            self.progress(self.reused + self.computed, self.experiment.n_cells)

    def _snapshot(self) -> None:
        began = time.monotonic()
        self.arrow = self._arrow()
        write_parquet(self.arrow, self.path.with_suffix(".parquet"))
        self.snapshot_at = time.monotonic()
        self.snapshot_took = self.snapshot_at - began

    def _arrow(self) -> Any:
        there = [self.rows[cell.id] for cell in self.cells if cell.id in self.rows]
        return arrow_table(there, self.experiment.space.names, self.experiment.replications, self.origin)

    def _close(self, status: str) -> None:
        seconds = self.timer.seconds()
        self.origin |= {"wall seconds": round(seconds, 3), "computed": self.computed, "reused": self.reused}
        self.origin |= {"cells": self.experiment.n_cells, "status": status}
        if self.computed:
            self.origin["cells a second"] = round(self.computed / seconds, 1)
        with uninterrupted():
            self.store.end(self.number, status, self.origin)
            self._snapshot()

    def _sweep(self) -> Sweep:
        arrow = self.arrow
        stale = self.store.stale(self.context)
        return Sweep(
            self.experiment,
            arrow,
            computed=self.computed,
            reused=self.reused,
            failed=arrow["status"].to_pylist().count("failed"),
            missing=len(self.cells) - arrow.num_rows,
            stale=str(stale) if stale else "",
            provenance=self.origin,
            store=self.path,
            seconds=self.timer.seconds(),
        )


def _content(cell: Cell) -> tuple[dict[str, Any], int]:
    return dict(cell.values_by_name), cell.replication
