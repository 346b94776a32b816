"""Executors of batches: this process, a pool of processes, or any `concurrent.futures` executor.

The pool's processes are not forked from this one (they are made by forkserver or spawn), since a fork would
inherit locks of OpenMP and DuckDB. They ignore Ctrl-C, which the run handles, and exit when the run ends,
however it ends. A pool that has lost a worker is replaced.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib import import_module
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from typing import Any, TypeVar

from negotiation.base.interrupts import uninterrupted
from negotiation.errors import BrokenRun, InvalidExperiment, MissingPackage, shown
from negotiation.lab.cell import is_whole

Result = TypeVar("Result")
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# Seconds that a scheduler has to answer.
ANSWER = 10

# Most processes for each core of this machine: more only wait for one another, and fill its memory.
PER_CORE = 8

# Most workers that an executor may be said to have: it decides how many batches are handed out at once.
ELSEWHERE = 100_000

# Names of the exceptions that say that a worker is gone; those of dask are not imported for their names.
LOST = ("KilledWorker", "BrokenProcessPool", "BrokenExecutor", "CommClosedError")


class Inline(Executor):
    """Executor that runs submitted work at once, in this process."""

    def submit(self, fn: Callable[..., Result], /, *arguments: Any, **named: Any) -> Future[Result]:
        """Run the work and return a finished future; Ctrl-C is not caught."""
        future: Future[Result] = Future()
        # What `submit` would do in a pool, but now: the caller finds the future finished. Ctrl-C is no
        # `Exception`, so it is not kept in the future; it ends the run as it would end a pool's.
        try:
            future.set_result(fn(*arguments, **named))
        except Exception as error:  # noqa: BLE001 - a future carries whatever the work raised, as a pool's do
            future.set_exception(error)
        return future


class ProcessPool(ProcessPoolExecutor):
    """Pool of processes that ignore Ctrl-C, also while they start.

    The pool starts a process when work is submitted. Without this class, a Ctrl-C at that moment would end
    the new process with a traceback, or leave it running and unknown to the pool.
    """

    def submit(self, fn: Callable[..., Result], /, *arguments: Any, **named: Any) -> Future[Result]:
        """Submit work; a Ctrl-C is delayed until the work is submitted."""
        # `_unheard` blocks the signal for the processes that are forked off meanwhile; `uninterrupted` keeps
        # this one from being thrown out of `submit` after a process was started and before it was entered
        # among the pool's own: nobody would end that one.
        with uninterrupted(), _unheard():
            return super().submit(fn, *arguments, **named)

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        self.close(at_once=kind is not None)

    def close(self, *, at_once: bool = False) -> None:
        """Wait for running work, or stop it if `at_once`, and cancel all other work."""
        # Taken before the shutdown, which forgets them. Without `terminate` a worker would finish its batch
        # first, and without `join` it would be left as a zombie, or die after its run says that nothing is
        # left of it.
        started = list((self._processes or {}).values()) if at_once else []
        self.shutdown(wait=not at_once, cancel_futures=True)
        for process in started:
            process.terminate()
        for process in started:
            process.join()


def processes(workers: int) -> ProcessPool:
    """Return a pool of local processes. As a context manager, it closes at once on an error or a Ctrl-C."""
    # A forked process would inherit the threads' locks of OpenMP and of DuckDB as they happen to be, and wait
    # for threads that it does not have. A server forks from a clean process, once it has been started.
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    # The server that starts the processes keeps the environment that it found when it began.
    return ProcessPool(workers, mp_context=context, initializer=_begin_worker, initargs=(dict(os.environ),))


class Seat:
    """Executor of a run, with the number of batches that it is given at a time (`width`) and its name."""

    def __init__(self, workers: int, executor: Executor | None = None) -> None:
        self._workers = workers
        self._own = None if executor is not None or workers == 1 else processes(workers)
        self._executor = self._own or executor or Inline()
        inline = isinstance(self._executor, Inline)
        # Batches in flight: one a worker to compute, one a worker to take next without waiting for the store,
        # and two more. Fewer leave workers idle while a batch is committed; more are lost when one dies.
        self.width = 1 if inline else 2 * workers + 2
        self.name = "this process" if inline else type(self._executor).__name__

    def warm(self, work: Callable[..., object], *arguments: Any) -> None:
        """Start the processes of a local pool, each with work whose result is not awaited."""
        for _ in range(self._workers if self._own else 0):
            self._executor.submit(work, *arguments)

    def submit(self, work: Callable[..., Result], *arguments: Any) -> Future[Result]:
        """Submit work; a broken executor gives a future with the error, a closed one raises `BrokenRun`."""
        # A pool is broken from the moment a worker dies, also if nobody has looked at a future yet. Then
        # the batch comes back as lost, like those that were in flight, and `renew` is called for all of them.
        try:
            return self._executor.submit(work, *arguments)
        except BrokenExecutor as error:
            future: Future[Result] = Future()
            future.set_exception(error)
            return future
        except RuntimeError as error:
            raise BrokenRun(
                f"the executor does not accept work ({error}). Finished cells are kept; run again with an "
                "executor that is open"
            ) from None

    def renew(self, error: BaseException) -> None:
        """Replace a local pool that has broken; raise `BrokenRun` for a given executor that has broken.

        A given executor that goes on without a lost worker, as dask's does, is left as it is.
        """
        if not isinstance(error, BrokenExecutor):
            return  # this executor goes on without the worker, as dask's does
        if self._own is None:
            raise BrokenRun(
                f"the given executor has broken ({error}). Finished cells are kept; run again with a new "
                "executor"
            )
        # At once: what the other workers of a broken pool still compute has no future to go to.
        self.close(at_once=True)
        self._executor = self._own = processes(self._workers)

    def close(self, *, at_once: bool = False) -> None:
        """Close the executor unless it was given; `at_once` stops what is running."""
        if self._own is not None:
            self._own.close(at_once=at_once)


@contextmanager
def _unheard() -> Iterator[None]:
    """Make processes that are started in the block, and all that these start, ignore Ctrl-C."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # where it starts later, it lets signals through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def refuse_while_main_is_imported() -> None:
    """Raise `BrokenRun` in a worker process that is importing the program's file."""
    # What multiprocessing itself asks before it lets such a process start others.
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise BrokenRun(
            "`run` was called while a worker process imported the file of the program; put the call under "
            '`if __name__ == "__main__":`, so that only the program itself makes it'
        )


def is_lost(error: BaseException) -> bool:
    """Return whether an error means that a worker died, and not that a measure failed."""
    return any(kind.__name__ in LOST for kind in type(error).__mro__)


def _begin_worker(environment: dict[str, str]) -> None:
    # The server that forked this process may be older than the run: variables that are gone since are
    # removed first, so that a measure sees the environment of now and no other.
    for name in set(os.environ) - set(environment):
        del os.environ[name]
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # what a measure starts may handle a Ctrl-C of its own
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    # A killed run closes no pool. Its end of the sentinel's pipe is closed by the system all the same.
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent.sentinel,), daemon=True).start()


def _leave_with(sentinel: int) -> None:
    """Exit when the run's process is gone, since a killed process cannot notify its workers."""
    wait([sentinel])
    # Not `sys.exit`, which would end this thread alone; and no handlers: there is nobody to tell.
    os._exit(1)


def check_workers(workers: int, *, given: bool) -> None:
    """Raise `InvalidExperiment` if there is no worker, or there are more than can be useful."""
    cores = os.cpu_count() or 1
    most = ELSEWHERE if given else PER_CORE * cores
    if not (is_whole(workers) and 1 <= workers <= most):
        why = "for a given executor" if given else f"on this machine ({PER_CORE} times its cores, {cores})"
        raise InvalidExperiment(
            f"`workers` must be a whole number from 1 to {most:,} {why}; got {shown(workers)}"
        )


def dask_executor(scheduler: str | None, workers: int) -> tuple[Executor, Callable[[], None]]:
    """Return an executor on a dask cluster, by default one on this machine, and a function that closes it."""
    check_workers(workers, given=scheduler is not None)
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise MissingPackage(
            "the dask executor needs dask.distributed, which is not installed. Run `pip install "
            "distributed`, or in a checkout `pip install '.[cluster]'`"
        ) from None
    opened = ExitStack()
    try:
        place = scheduler or opened.enter_context(
            distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
        )
        client = opened.enter_context(distributed.Client(place, timeout=ANSWER))
    except (OSError, ValueError, RuntimeError) as error:
        opened.close()
        if scheduler is not None:
            raise BrokenRun(
                f"the dask scheduler {scheduler!r} cannot be reached: "
                f"{str(error).rstrip('.')}. Check its address"
            ) from None
        raise BrokenRun(
            f"a dask cluster on this machine with workers={workers} does not start: "
            f"{str(error).rstrip('.')}. Give fewer workers, since each needs memory. In a program, put the "
            'call under `if __name__ == "__main__":`'
        ) from None
    return client.get_executor(pure=False), opened.close
