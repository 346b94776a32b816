"""Which batches are in flight, which are tried again and what is kept, by an executor that obeys."""

from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

import pytest

from negotiation.errors import BrokenRun
from negotiation.lab import pending
from negotiation.lab.pending import Dispatch, batches_of
from negotiation.lab.worker import Done, compute, prepare


class Told:
    """Runs batches at once; at the cells that it is told, a worker dies so often, or an error comes.

    Where a worker dies, all else that is in flight dies with it, as in a pool.
    """

    def __init__(self, width, deaths=None, errors=(), start=()):
        self.width, self.deaths, self.errors, self.start = width, dict(deaths or {}), errors, list(start)
        self.flying, self.log, self.most, self.renewed = [], [], 0, []

    def submit(self, work, setup, *batch):
        assert setup == "setup"
        future = Future()
        if work is prepare:
            error = self.start.pop(0) if self.start else None
            future.set_exception(error) if error else future.set_result(None)
            self.log.append("prepare")
            return future
        assert work is compute
        self.flying = [other for other in self.flying if not other[0].done()]
        self.flying.append((future, batch[0]))
        self.log.append([values["x"] for values, _ in batch[0].cells])
        self.most = max(self.most, len(self.flying))
        return future

    def finish(self):
        """Let the oldest batch in flight end."""
        future, batch = next((f, b) for f, b in self.flying if not f.done())
        xs = [values["x"] for values, _ in batch.cells]
        deadly = next((x for x in xs if self.deaths.get(x)), None)
        if deadly is not None:
            self.deaths[deadly] -= 1
            for other, _ in self.flying:
                if not other.done():
                    other.set_exception(BrokenProcessPool(f"killed by {deadly}"))
        elif set(xs) & set(self.errors):
            future.set_exception(ZeroDivisionError(str(xs)))
        else:
            future.set_result(Done(xs, {}))

    def renew(self, reason):
        self.renewed.append(str(reason))


@pytest.fixture
def waiting(monkeypatch):
    """Let what is waited for end when it is waited for."""

    def given(seat):
        def wait(futures, return_when=None):
            if return_when is None:  # for all of them
                while any(not f.done() for f in futures):
                    seat.finish()
            elif not any(f.done() for f in futures):
                seat.finish()
            done = {f for f in futures if f.done()}
            return done, set(futures) - done

        monkeypatch.setattr(pending, "wait", wait)
        return seat

    return given


def cells(*xs):
    return [({"x": x}, 0) for x in xs]


def committed(seat, xs, size=2):
    """Return what was committed: the cells of a finished batch, or the row of one that was given up."""
    found = []
    Dispatch("setup", seat, lambda batch, done: found.append((len(batch), done.rows)))(
        batches_of(cells(*xs), size)
    )
    return found


def test_what_was_in_flight_with_a_death_is_tried_again_alone_and_nothing_twice(waiting):
    seat = waiting(Told(3, {2: 1}))
    found = committed(seat, range(8))
    assert sorted(x for _, rows in found for x in rows) == list(range(8))
    # In flight with the death: all three but what was finished; each is tried again, one at a time.
    assert seat.log[:3] == [[0, 1], [2, 3], [4, 5]]
    assert len(seat.renewed) == 1
    again = seat.log[seat.log.index("prepare") + 1 :]
    assert sorted(again[:3]) == [[2, 3], [4, 5], [6, 7]]
    assert all(size == 2 for size, _ in found)


class Steps(Told):
    """A pool whose batches end one by one as a list says: with their rows, or broken."""

    def __init__(self, width, broken):
        super().__init__(width)
        self.broken = list(broken)

    def finish(self):
        future, batch = next((f, b) for f, b in self.flying if not f.done())
        if self.broken and self.broken.pop(0):
            future.set_exception(BrokenProcessPool("gone"))
        else:
            future.set_result(Done([values["x"] for values, _ in batch.cells], {}))


def test_a_cell_is_not_blamed_for_a_death_that_it_was_in_flight_with(waiting):
    # One death, of which cell 1 is told last, when it is alone in flight; then one of its own.
    seat = waiting(Steps(2, [True, True, False, True, False]))
    assert committed(seat, range(2), size=1) == [(1, [0]), (1, [1])]
    assert [xs for xs in seat.log if xs != "prepare"] == [[0], [1], [0], [1], [1]]
    # Two of its own are too many.
    twice = committed(waiting(Steps(2, [True, True, False, True, True])), range(2), size=1)
    assert (twice[0], twice[1][1][0].status) == ((1, [0]), "failed")


def test_a_batch_that_is_alone_is_taken_apart_and_a_cell_alone_twice_is_given_up(waiting):
    seat = waiting(Told(1, {3: 99}))
    found = committed(seat, range(6), size=3)
    rows = [row for _, rows in found for row in rows]
    (bad,) = [row for row in rows if not isinstance(row, int)]
    assert sorted(row for row in rows if isinstance(row, int)) == [0, 1, 2, 4, 5]
    assert (bad.status, bad.cell, bad.seconds) == ("failed", '{"x":3}', 0.0)
    assert "died each time this cell was tried (2 times, alone)" in bad.error
    assert [batch for batch in seat.log if batch != "prepare"] == [
        [0, 1, 2], [3, 4, 5], [3], [3], [4], [5],
    ]  # fmt: skip
    assert len(seat.renewed) == 3
    # After a first death alone the same cell comes first, before the others of its batch.
    assert committed(waiting(Told(1, {3: 2})), range(3, 6), size=3) == [(1, [3]), (1, [4]), (1, [5])]


@pytest.mark.parametrize(
    ("error", "times", "kind", "said"),
    [(BrokenProcessPool("x"), 2, BrokenRun, "worker processes die at start"),
     (ZeroDivisionError("mine"), 1, ZeroDivisionError, "mine")],
)  # fmt: skip
def test_before_a_cell_is_blamed_a_worker_has_to_live_without_one(waiting, error, times, kind, said):
    seat = waiting(Told(1, {0: 9}, start=[error] * times))
    with pytest.raises(kind, match=said):
        committed(seat, [0])
    assert seat.log == [[0], *["prepare"] * times]
