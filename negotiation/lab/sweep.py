"""Run an experiment: find what the store has, compute the rest in batches, commit each as it finishes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np

from negotiation.base.interrupts import uninterrupted
from negotiation.base.reading.text import expect_a_place, is_folder
from negotiation.errors import InvalidExperiment, InvalidFile, shown
from negotiation.lab.axes import LARGEST_SPACE
from negotiation.lab.cell import is_whole
from negotiation.lab.executors import Seat, check_workers, refuse_while_main_is_imported
from negotiation.lab.experiment import Experiment
from negotiation.lab.inputs import refuse_store_among
from negotiation.lab.pending import Pending, Progress
from negotiation.lab.result import Sweep
from negotiation.lab.storing.lock import StoreLock
from negotiation.lab.worker import prepare, setup_of

RESULTS = Path("results")


def store_path(experiment: Experiment | str, store: str | Path | None = None) -> Path:
    """Return the path of an experiment's store: the given one, or `results/<slug>/<slug>.duckdb`.

    A folder stands for `<slug>.duckdb` in it.

    Examples
    --------
    >>> store_path("gain").as_posix()
    'results/gain/gain.duckdb'
    """
    slug = experiment if isinstance(experiment, str) else experiment.slug
    path = RESULTS / slug if store is None else Path(store)
    place = path if path.suffix == ".duckdb" and not is_folder(path) else path / f"{slug}.duckdb"
    expect_a_place(place, "a store")
    try:
        str(place).encode()
    except UnicodeEncodeError:
        raise InvalidFile(
            f"{shown(str(place))}: cannot be the place of a store (a name in it is not UTF-8); choose "
            "another folder"
        ) from None
    return place


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
    notice: Callable[[str], None] | None = None,
) -> Sweep:
    """Run an experiment, or the part that is missing, and return its table.

    Cells that the store already holds for the same code, calibration, versions and seed are not computed
    again. Numbers do not depend on workers, order, executor or batches. If a run stops, by Ctrl-C, a full
    disk or a killed process, finished batches are kept, and the same call resumes it.

    Parameters
    ----------
    experiment : Experiment
        The experiment to run.
    workers : int, optional
        Number of processes. 1 computes in this process without a pool, so that a cell that kills its process
        ends the run.
    executor : concurrent.futures.Executor, optional
        Executor of the batches, such as `dask.distributed`'s `Client.get_executor()`, with `workers` workers.
        It is not closed.
    store : str or Path, optional
        The store (`.duckdb`) or a folder for it; `results/<slug>/` if not given.
    batch : int, optional
        Number of cells that a worker takes at a time and that are committed together; the experiment's by
        default.
    limit : int, optional
        Largest number of cells to compute now.
    retry_failed : bool, optional
        Whether to compute failed cells again.
    wait : float, optional
        Seconds to wait for another run that is writing the store; by default it is refused at once.
    progress : callable, optional
        Called with the numbers of finished and of all distinct cells, at the start and after each batch.
    notice : callable, optional
        Called with a sentence at the start if rows of an earlier code or calibration are stored and not used.

    Returns
    -------
    Sweep
        The table, `.status`, `.failures()`, `.to_pandas()`, `.export(folder)`, `.plot()`.

    Raises
    ------
    InvalidExperiment
        If there are several workers and the measure is not a function of a module; if there are too many
        workers; if another option is out of range; or if the store would be among the experiment's inputs.
    StoreInUse, DamagedStore, CannotWrite, BrokenRun
        If the store is in use, damaged or cannot be written, or the run breaks off; finished batches are
        kept.
    KeyboardInterrupt
        On Ctrl-C, after finished batches have been committed.

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
    >>> found.column("square").tolist(), found.computed, found.reused
    ([0.0, 0.25, 1.0], 3, 0)
    """
    if not isinstance(experiment, Experiment):
        raise InvalidExperiment(
            f"`run` needs an Experiment; got {shown(experiment)}: make one, "
            "`Experiment(slug=..., question=..., "
            "space=..., measure=...)`, or by its name use the command `negotiation run NAME`"
        )
    refuse_while_main_is_imported()
    batch = experiment.batch if batch is None else batch
    _check_numbers(workers, batch, limit, wait)
    _check_workers(experiment, workers, executor)
    path = store_path(experiment, store)
    refuse_store_among(experiment.inputs, path)
    # Inside out: the lock is held from before the store is looked at until it is closed, and workers are gone
    # before it is let go, however the run ends: who comes next finds nobody that might still write.
    with StoreLock(path, wait) as lock:
        setup = setup_of(experiment, compare=workers > 1 and executor is None)
        seat = Seat(workers, executor)
        try:
            if not path.exists():
                # There is something to compute: processes start while the cells are listed.
                seat.warm(prepare, setup)
            with uninterrupted():  # DuckDB makes an error of its own of a Ctrl-C that meets a query
                pending = Pending(experiment, lock, progress, notice)
            try:
                return pending.complete(setup, seat, workers, batch, limit, retry_failed)
            finally:
                pending.store.close()
        except BaseException:  # Ctrl-C among them: no worker is left behind
            seat.close(at_once=True)
            raise


def _check_numbers(workers: int, batch: int, limit: int | None, wait: Any) -> None:
    for name, number in (("workers", workers), ("batch", batch), ("limit", limit)):
        if number is None:
            continue
        if not (is_whole(number) and number >= 1):
            raise InvalidExperiment(f"`{name}` must be a positive whole number; got {shown(number)}")
        if name != "workers" and number > LARGEST_SPACE:
            raise InvalidExperiment(
                f"`{name}` must be at most {LARGEST_SPACE:,}, the most cells of a space; got {shown(number)}"
            )
    if not ((is_whole(wait) or isinstance(wait, (float, np.floating))) and wait >= 0):
        raise InvalidExperiment(f"`wait` must be a number of seconds, 0 or more; got {shown(wait)}")


def _check_workers(experiment: Experiment, workers: int, executor: Executor | None) -> None:
    check_workers(workers, given=executor is not None)
    if (workers > 1 or executor is not None) and not experiment.is_importable():
        name = experiment.function.__qualname__
        raise InvalidExperiment(
            f"other processes cannot find the measure {name!r}: it has to be a function at the top level of "
            "a module or of a file, not of a prompt; with workers=1 any function will do"
        )
