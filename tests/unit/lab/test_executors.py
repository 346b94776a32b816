"""Where batches run: what a seat does with an executor that works, breaks or is closed."""

import multiprocessing
import os
import signal
import threading
import time

import pytest

from negotiation.lab import executors
from negotiation.lab.executors import (
    uninterrupted,
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
