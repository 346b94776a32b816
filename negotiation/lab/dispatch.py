"""Hand batches to an executor, take them back in any order, and lose none when a worker dies.

When a worker dies, all that was in flight comes back unfinished, and nobody says which batch did it. So
those batches are tried again one at a time; one that is alone when a worker dies is to blame, and is taken
apart into its cells; a cell that is alone when a worker dies, `TRIES` times, is recorded as failed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import replace
from itertools import count, islice

from negotiation.errors import BrokenRun
from negotiation.lab.cell import Value
from negotiation.lab.executors import Seat, is_lost
from negotiation.lab.worker import Batch, Done, Setup, compute, crashed, prepare

# How often a cell may kill its worker, alone, before it is recorded as failed.
TRIES = 2

# How often in succession a worker may die before it computes anything: more than somebody kills by hand, or
# the system for want of memory, while one starts.
STARTS = 6

Commit = Callable[[Batch, Done], None]


class Dispatch:
    """One pass over batches."""

    def __init__(self, setup: Setup, seat: Seat, commit: Commit) -> None:
        self.setup = setup
        self.seat = seat
        self.commit = commit
        # Batches that were in flight when a worker died. While there are any, one is in flight at a time, so
        # that the next death says whose it is. They come before those that nobody has tried.
        self.suspects: deque[Batch] = deque()
        self.flying: dict[Future[Done], Batch] = {}
        # Whether a worker has been seen to live: then nothing is wrong with the program that they import.
        self.has_lived = False

    def __call__(self, batches: Iterable[Batch]) -> None:
        """Run all batches; Ctrl-C keeps what has been finished, and goes through."""
        waiting = iter(batches)
        try:
            while self._launched(waiting):
                done, _ = wait(self.flying, return_when=FIRST_COMPLETED)
                self._take(done)
        except BaseException:  # Ctrl-C among them: what was finished is kept however a run ends
            self._keep_finished()
            raise

    def _launched(self, waiting: Iterator[Batch]) -> bool:
        """Submit what there is room for; whether anything is in flight."""
        while len(self.flying) < (1 if self.suspects else self.seat.width):
            batch = self.suspects.popleft() if self.suspects else next(waiting, None)
            if batch is None:
                break
            self.flying[self.seat.submit(compute, self.setup, batch)] = batch
        return bool(self.flying)

    def _take(self, done: Iterable[Future[Done]], *, after_a_death: bool = False) -> None:
        # What was in flight with a death is not alone, though it may be told last.
        alone = len(self.flying) == 1 and not after_a_death
        lost: list[Batch] = []
        reason: BaseException | None = None
        for future in done:
            batch = self.flying.pop(future)
            error = future.exception()
            if error is None:
                self.has_lived = True
                self.commit(batch, future.result())
            elif is_lost(error):
                lost.append(batch)
                reason = error
            else:
                # Not a measure's error, which is a row: a worker refuses its files, versions or inputs.
                raise error
        if reason is not None:
            self._recover(lost, reason, alone=alone)

    def _recover(self, lost: list[Batch], reason: BaseException, *, alone: bool) -> None:
        # What else is in flight shares a broken pool: it finishes as broken, or was finished in time.
        rest, _ = wait(self.flying) if self.flying else (set(), set())
        self.seat.renew(reason)
        self._try_to_start()
        # Only then is anybody blamed: a pool whose processes die as they start would fail cell after cell.
        if alone:
            self._blame(lost[0])
        else:
            self.suspects.extend(lost)
        self._take(rest, after_a_death=True)

    def _try_to_start(self) -> None:
        """Make sure that a worker lives without a cell, before a cell is blamed for its death."""
        # A program that cannot be imported kills each worker, so that few of them say enough.
        for _ in range(STARTS if self.has_lived else 2):
            error = self.seat.submit(prepare, self.setup).exception()
            if error is None:
                self.has_lived = True
                return
            if not is_lost(error):
                raise error
            self.seat.renew(error)
        killed = "something kills them, such as the system where memory is short: give fewer workers"
        guard = 'a program that calls `run` needs `if __name__ == "__main__":` around the call; if it has, '
        raise BrokenRun(
            "worker processes die at start, before they have computed a cell; what was finished is kept. "
            f"As it seems, {'' if self.has_lived else guard}{killed}; with workers=1 no process is started"
        )

    def _blame(self, batch: Batch) -> None:
        # Three states: a batch of several is taken apart; a cell alone is tried `TRIES` times, before any
        # other, since its worker may have been killed by the system for its memory; then its row says so.
        if len(batch) > 1:
            self.suspects.extend(replace(batch, cells=(cell,)) for cell in batch.cells)
        elif batch.crashes + 1 >= TRIES:
            self.commit(batch, crashed(batch, TRIES))
        else:
            self.suspects.appendleft(replace(batch, crashes=batch.crashes + 1))

    def _keep_finished(self) -> None:
        # Those that are done by now: of the others nobody knows when they end, and a Ctrl-C does not wait.
        for future in [future for future in self.flying if future.done() and not future.cancelled()]:
            batch = self.flying.pop(future)
            if future.exception() is None:
                self.commit(batch, future.result())


def batches_of(cells: Iterable[tuple[Mapping[str, Value], int]], size: int) -> Iterator[Batch]:
    """Yield the cells in batches of a size, as they come."""
    left, numbers = iter(cells), count()
    while part := tuple(islice(left, size)):
        yield Batch(next(numbers), part)
