"""Who is to blame when a worker dies, by an executor that dies when it is told."""

import time
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

import measures
import pytest

from negotiation.lab.dispatch import TRIES, Dispatch
from negotiation.lab.worker import Batch, Done, compute, setup_of


class Seat:
    """Runs one batch at a time; the worker dies at the first calls with a certain cell."""

    width = 1

    def __init__(self, deaths):
        self.deaths = deaths
        self.renewed = 0

    def submit(self, work, _setup, *batch):
        future = Future()
        if work is compute and any(values == {"x": 1} for values, _ in batch[0].cells) and self.deaths:
            self.deaths -= 1
            future.set_exception(BrokenProcessPool("a worker is gone"))
        else:
            future.set_result(Done(["computed"] * len(batch[0]) if batch else [], {}))
        return future

    def renew(self, _reason):
        self.renewed += 1


def outcome(deaths, cells):
    """Return what was committed, and how often workers had to be started anew."""
    committed = []
    seat = Seat(deaths)
    batch = Batch(0, tuple(({"x": x}, 0) for x in cells))
    Dispatch(None, seat, lambda _, done: committed.extend(done.rows))([batch])
    return committed, seat.renewed


@pytest.mark.parametrize("deaths", range(TRIES))
def test_a_cell_may_kill_its_worker_once_alone_without_being_given_up(deaths):
    assert outcome(deaths, [1]) == (["computed"], deaths)


def test_a_cell_that_kills_its_worker_each_time_alone_is_recorded_as_failed():
    (row,), renewed = outcome(TRIES, [1])
    assert (row.status, renewed) == ("failed", TRIES)


def test_a_batch_is_taken_apart_before_one_of_its_cells_is_blamed():
    assert outcome(TRIES, [0, 1, 2]) == (["computed"] * 3, TRIES)
    committed, renewed = outcome(1 + TRIES, [0, 1, 2])
    assert [row if row == "computed" else row.status for row in committed] == [
        "computed",
        "failed",
        "computed",
    ]
    assert renewed == 1 + TRIES


def slow_in_batches(cells):
    """Take a twentieth of a second for all cells of a batch together."""
    time.sleep(0.05)
    return [{"x": cell["x"]} for cell in cells]


def test_the_seconds_of_cells_are_those_of_their_batch_shared_out():
    asked = measures.numbers(200, slow_in_batches)
    batch = Batch(0, tuple((values, 0) for values in asked.space.cells()))
    began = time.perf_counter()
    rows = compute(setup_of(asked), batch).rows
    took = time.perf_counter() - began
    assert len(rows) == 200
    assert 0.05 <= sum(row.seconds for row in rows) <= took
    assert len({row.seconds for row in rows}) == 1
