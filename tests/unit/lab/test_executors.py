"""Where batches run: what a seat does with an executor that works, breaks or is closed."""

import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor

import pytest

from negotiation.errors import BrokenRun, MissingPackage
from negotiation.lab import executors
from negotiation.lab.executors import (
    LOST,
    Inline,
    Seat,
    dask_executor,
    is_lost,
    uninterrupted,
)


class Kept:
    """An executor that keeps what it is given and runs nothing, or fails as it is told."""

    def __init__(self, fails=None):
        self.given, self.shut, self.fails = [], [], fails
        self._processes = {}

    def submit(self, work, *arguments):
        if self.fails is not None:
            raise self.fails
        self.given.append((work, arguments))
        return Future()

    def shutdown(self, **how):
        self.shut.append(how)


class Pool(Kept, ProcessPoolExecutor):
    """One that is taken for a pool of processes."""


@pytest.fixture
def pools(monkeypatch):
    """Give the pools that were made, each with how many processes it was asked for."""
    made = []

    def pool(workers):
        made.append((workers, Pool()))
        return made[-1][1]

    monkeypatch.setattr(executors, "_pool", pool)
    return made


def test_work_in_this_process_is_done_at_once_and_its_error_waits_in_the_future():
    def work(a, b, *, c=0):
        return a - b + c

    assert Inline().submit(work, 5, 2, c=10).result() == 13
    future = Inline().submit(lambda: 1 / 0)
    assert isinstance(future.exception(), ZeroDivisionError)

    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Inline().submit(stop)


def test_a_seat_has_a_pool_only_for_several_workers_of_its_own(pools):
    assert (Seat(1).width, Seat(1).name, pools) == (1, "this process", [])
    seat = Seat(3)
    assert (seat.width, seat.name, pools[0][0], len(pools)) == (8, "Pool", 3, 1)
    given = Kept()
    for workers, width in ((1, 4), (3, 8)):
        assert (Seat(workers, given).width, Seat(workers, given).name) == (width, "Kept")
    assert len(pools) == 1


def test_what_is_handed_to_a_broken_or_closed_executor(pools):
    kept = Kept()
    assert not Seat(2, kept).submit(max, 1, 2).done()
    assert kept.given == [(max, (1, 2))]
    broken = BrokenExecutor("gone")
    assert Seat(2, Kept(broken)).submit(max, 1, 2).exception() is broken
    with pytest.raises(BrokenRun, match=r"takes no work \(shut\); give one that is open"):
        Seat(2, Kept(RuntimeError("shut"))).submit(max, 1, 2)


def test_a_given_executor_is_neither_closed_nor_made_anew(pools):
    kept = Kept()
    seat = Seat(2, kept)
    seat.close()
    seat.close(at_once=True)
    seat.renew(ValueError("dask goes on"))
    with pytest.raises(BrokenRun, match=r"has broken \(gone\).*run again with a new one"):
        seat.renew(BrokenExecutor("gone"))
    assert (kept.shut, pools) == ([], [])


def test_a_worker_is_lost_by_the_names_of_errors_and_their_parents():
    kinds = [type(name, (Exception,), {}) for name in LOST]
    assert set(LOST) == {"KilledWorker", "BrokenProcessPool", "BrokenExecutor", "CommClosedError"}
    assert all(is_lost(kind("x")) and is_lost(type("Mine", (kind,), {})("x")) for kind in kinds)
    assert not any(
        is_lost(error) for error in (RuntimeError("BrokenExecutor"), OSError(), KeyboardInterrupt())
    )


def interrupted_twice(done):
    with uninterrupted():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        done.append("through")


def test_ctrl_c_is_put_off_once_and_what_handled_it_before_does_again():
    done, before = [], signal.getsignal(signal.SIGINT)

    def mine(*_):
        done.append("handled")

    signal.signal(signal.SIGINT, mine)
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted_twice(done)
        assert (done, signal.getsignal(signal.SIGINT)) == (["through"], mine)
        with uninterrupted():
            done.append("nothing came")
        with pytest.raises(ZeroDivisionError), uninterrupted():
            raise ZeroDivisionError
        assert signal.getsignal(signal.SIGINT) is mine
    finally:
        signal.signal(signal.SIGINT, before)
    other = []

    def elsewhere():
        with uninterrupted():  # only the main thread may set handlers
            other.append("through")

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert other == ["through"]


def test_a_worker_takes_the_environment_of_the_run_and_one_thread_a_library(monkeypatch):
    seen = {}
    monkeypatch.setattr(executors.signal, "signal", lambda *what: seen.update(signal=what))
    monkeypatch.setattr(executors.multiprocessing, "parent_process", lambda: None)
    monkeypatch.setattr(executors.os, "environ", {"GONE": "1", "KEPT": "old", "OMP_NUM_THREADS": "9"})
    executors._begin_worker({"KEPT": "new", "MKL_NUM_THREADS": "4"})
    assert executors.os.environ == {
        "KEPT": "new", "MKL_NUM_THREADS": "4", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
    assert seen["signal"] == (signal.SIGINT, signal.SIG_IGN)


def test_a_ctrl_c_while_a_process_is_started_waits_until_the_pool_knows_of_it(monkeypatch):
    seen = []

    def submit(pool, work, *arguments):
        signal.raise_signal(signal.SIGINT)
        seen.append((work, arguments, signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())))

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit)
    with pytest.raises(KeyboardInterrupt):
        executors.ProcessPool(2).submit(max, 1, 2)
    assert seen == [(max, (1, 2), True)]
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_a_process_hears_no_ctrl_c_from_its_beginning_on_and_what_it_starts_may():
    with executors.ProcessPool(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert signal.SIGINT in pool.submit(signal.pthread_sigmask, signal.SIG_BLOCK, ()).result()
    with executors.processes(2) as pool:
        assert signal.SIGINT not in pool.submit(signal.pthread_sigmask, signal.SIG_BLOCK, ()).result()
        assert pool.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN


def test_a_ctrl_c_stops_processes_that_are_at_work():
    began, started = time.monotonic(), []

    def work():
        with executors.processes(2) as pool:
            pool.submit(os.getpid).result()
            started.extend(pool._processes.values())
            for _ in range(4):
                pool.submit(time.sleep, 300)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert time.monotonic() - began < 120
    assert started
    assert not any(process.is_alive() for process in started)


def test_without_dask_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingPackage, match=r"\.\[cluster\]"):
        dask_executor(None, 2)
