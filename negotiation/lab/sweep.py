"""Run an experiment: find what the store has, compute the rest in batches, commit each as it finishes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from os import PathLike
from pathlib import Path
from types import NoneType
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
    """Return the path of an experiment's store, by default `results/<slug>/<slug>.duckdb`.

    A path that ends with ".duckdb" and is not a folder is the store itself. Any other path is the folder in
    which `<slug>.duckdb` lies.

    Examples
    --------
    >>> store_path("gain").as_posix()
    'results/gain/gain.duckdb'
    """
    if not isinstance(experiment, (str, Experiment)):
        raise InvalidExperiment(f"`experiment` must be an Experiment or a name; got {shown(experiment)}")
    if not isinstance(store, (str, PathLike, NoneType)):
        raise InvalidFile(f"`store` must be a path, as a text or a Path; got {shown(store)}")
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
    """Run the part of an experiment that is not yet in the store, and return all its rows.

    A cell is not computed again if the store has it for the same code, calibration, versions, inputs and
    seed. Numbers do not depend on workers, order, executor or batches. If a run stops, for example by Ctrl-C,
    a full disk or a killed process, finished batches are kept, and the same call resumes the run.

    Parameters
    ----------
    experiment : Experiment
        The experiment to run.
    workers : int, default 1
        Number of processes. With 1 the cells are computed in this process, so that a cell that kills its
        process ends the run.
    executor : concurrent.futures.Executor, optional
        Executor that computes the batches, such as `Client.get_executor()` of `dask.distributed`. `workers`
        is its number of workers. `run` does not close the executor.
    store : str or Path, optional
        The store (a ".duckdb" file) or a folder for it; by default the folder `results/<slug>/`.
    batch : int, optional
        Number of cells that a worker takes at a time and that are committed together; by default the
        experiment's.
    limit : int, optional
        Largest number of cells to compute in this call; by default all.
    retry_failed : bool, default False
        Whether to compute failed cells again.
    wait : float, default 0
        Seconds to wait for another run that is writing to the store. With 0 the call fails at once.
    progress : callable, optional
        Called at the start and after each batch with the number of finished cells and the number of all
        distinct cells.
    notice : callable, optional
        Called at the start with a clause if the store has rows from another code, calibration, version or
        input, which are not used.

    Returns
    -------
    Sweep
        One row per cell. See `.status`, `.failures()`, `.to_pandas()`, `.export(folder)` and `.plot()`.

    Raises
    ------
    InvalidExperiment
        If `experiment` is not an Experiment; if other processes cannot import the measure that they are to
        compute; if there are too many workers or cells; if another option cannot be used; if the space
        varies a name that is nearly the name of a parameter, or gives a parameter a value that is not a
        number; or if the store would be among the experiment's inputs.
    UnknownScenario
        If there is no scenario of the name that the experiment gives.
    InvalidFile
        If an input or the scenario's folder cannot be read, if the path cannot be the place of a store, or if
        something other than a file is where a file of the store should be.
    StoreInUse
        If another run is writing to the store, or another process has it open.
    DamagedStore
        If the store cannot be read, or is the store of another experiment.
    MissingPackage
        If the space contains a Saltelli design, and SALib is not installed.
    CannotWrite
        If the store cannot be written.
    BrokenRun
        If worker processes die before they compute anything; if a given executor breaks or is closed; if
        code, versions or inputs change during the run; or if a worker process calls `run` while it imports
        the program. Finished batches are kept.
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
    ...     sweep = run(experiment, store=folder)
    >>> sweep.column("square").tolist(), sweep.computed, sweep.reused
    ([0.0, 0.25, 1.0], 3, 0)
    """
    if not isinstance(experiment, Experiment):
        raise InvalidExperiment(
            f"`run` needs an Experiment; got {shown(experiment)}. Make one with `Experiment(slug=..., "
            "question=..., space=..., measure=...)`, or run it by its name with the command `negotiation run "
            "NAME`"
        )
    refuse_while_main_is_imported()
    batch = experiment.batch if batch is None else batch
    _check_workers(experiment, workers, executor)
    _check_numbers(batch, limit, wait)
    for name, function in (("progress", progress), ("notice", notice)):
        if not (function is None or callable(function)):
            raise InvalidExperiment(f"`{name}` must be a function; got {shown(function)}")
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


def _check_numbers(batch: int, limit: int | None, wait: Any) -> None:
    for name, number in (("batch", batch), ("limit", limit)):
        if number is not None and not (is_whole(number) and 1 <= number <= LARGEST_SPACE):
            raise InvalidExperiment(
                f"`{name}` must be a whole number from 1 to {LARGEST_SPACE:,}, the most cells of a space; "
                f"got {shown(number)}"
            )
    if not ((is_whole(wait) or isinstance(wait, (float, np.floating))) and wait >= 0):
        raise InvalidExperiment(f"`wait` must be a number of seconds, 0 or more; got {shown(wait)}")


def _check_workers(experiment: Experiment, workers: int, executor: Executor | None) -> None:
    check_workers(workers, given=executor is not None)
    if (workers > 1 or executor is not None) and not experiment.is_importable():
        name = experiment.function.__qualname__
        raise InvalidExperiment(
            f"other processes cannot find the measure {name!r}. Define it at the top level of a module or of "
            "a file, not at a prompt; or use workers=1 without an executor, for any function"
        )
