"""Where batches run: what a seat does with an executor that works, breaks or is closed."""

import multiprocessing
import os
import signal
import time

import pytest

from negotiation.lab import executors


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
