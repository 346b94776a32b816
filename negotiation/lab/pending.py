"""One run on a store: compute what is missing, commit each batch, write the table for readers.

Batches come back from the executor in any order. If a worker dies, all running batches come back unfinished,
and nothing shows which batch is to blame. These batches are then tried one at a time. A batch that is alone
when a worker dies is split into its cells. A cell that is alone `TRIES` times when a worker dies is recorded
as failed.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np

from negotiation.base.interrupts import uninterrupted
from negotiation.base.reading.hashes import ID_LENGTH, file_hash
from negotiation.base.reading.writing import expect_a_file
from negotiation.errors import BrokenRun, CannotWrite
from negotiation.lab.axes import refuse_if_huge
from negotiation.lab.cell import Cell, Value
from negotiation.lab.executors import Seat, is_lost
from negotiation.lab.experiment import Experiment, check_parameters
from negotiation.lab.fingerprint import context_of
from negotiation.lab.frames import Frame, frame_of, write_parquet
from negotiation.lab.inputs import held, new_reads
from negotiation.lab.provenance import provenance
from negotiation.lab.result import Sweep
from negotiation.lab.storing.lock import StoreLock
from negotiation.lab.storing.store import Store, StorePart
from negotiation.lab.worker import Batch, Done, Setup, compute, crashed, prepare

# A snapshot for readers is written every so many seconds, and takes at most this share of the time.
SNAPSHOT_AFTER, SNAPSHOT_SHARE = 10.0, 0.02

SNAPSHOT = "the snapshot of a store"

Progress = Callable[[int, int], None]


class Pending:
    """One run on a store, which it opens and the caller closes.

    `lock`, the lock of the store, is held by the caller. `progress` is called with the number of finished
    cells and the number of all distinct cells. `notice` is called with a clause, before anything is computed,
    if the store has rows that are not used.
    """

    def __init__(
        self,
        experiment: Experiment,
        lock: StoreLock,
        progress: Progress | None,
        notice: Callable[[str], None] | None,
    ) -> None:
        self.experiment, self.lock, self.progress, self.notice = experiment, lock, progress, notice
        self.computed = 0
        self.began = time.perf_counter()
        self.context = context_of(self.experiment)
        self.path = self.lock.store
        expect_a_file(self.path.with_suffix(".parquet"), SNAPSHOT)
        self.store = Store(self.path, self.experiment.slug)
        # What an earlier run left is vouched for at once: readers need not wait for this run's first
        # snapshot.
        self.lock.tell(self.store.snapshot())
        self.name = self.store.identity(self.context, held)
        self.reads = self.store.reads(self.name)
        self.rows = {row.cell_id: row for row in self.store.rows(self.name)}
        refuse_if_huge(self.experiment.n_cells)
        check_parameters(self.experiment)
        # Cells are made as they are looked at: of a million listed ones each is a kilobyte.
        self.total = _distinct(self.experiment)
        self.places = self._places()
        self.reused = len(self.places)
        self.snapshot_at, self.snapshot_took = time.monotonic(), 0.0

    def complete(
        self, setup: Setup, seat: Seat, workers: int, batch: int, limit: int | None, retry: bool
    ) -> Sweep:
        """Compute what is missing, at most `limit` cells, and return all rows."""
        missing: Iterator[Cell] = islice(self._missing(retry), limit)
        if retry:  # what is reused has to be known before it is told
            self.reused -= sum(cell.id in self.rows for cell in islice(self._missing(retry), limit))
        self.origin = provenance(self.experiment, self.context, workers=workers, executor=seat.name)
        # From `begin` on the run is in the store as running; whatever ends it below enters how. A kill leaves
        # it so, with the batches that were committed. Places come first: readers order rows by them.
        with uninterrupted():
            if self.rows:
                self.store.arrange(self.name, self.places)
            self.number = self.store.begin(self.context, self.name, self.origin)
            stale = self.store.stale(self.context, self.name, held)
        if stale and self.notice is not None:
            self.notice(str(stale))
        try:
            self._report()
            Dispatch(setup, seat, self._commit)(batches_of(map(_content, missing), batch))
        except BaseException:  # Ctrl-C among them: no worker is left behind, and the store says how it ended
            seat.close(at_once=True)
            with suppress(CannotWrite):  # what stopped the run is what is told
                self._close("interrupted")
            raise
        seat.close()
        self._close("ended")
        return self._sweep()

    def _places(self) -> dict[str, int]:
        """Return the first position in the space of each stored cell, by the hash of the cell."""
        places: dict[str, int] = {}
        for place, cell in enumerate(self.experiment.each()):
            if len(places) == len(self.rows):
                break
            if cell.id in self.rows:
                places.setdefault(cell.id, place)
        return places

    def _missing(self, retry: bool) -> Iterator[Cell]:
        """Yield each cell to compute once. Cells are hashed on demand, while others are computed."""
        seen, has_twins = set[str](), self.total < self.experiment.n_cells
        for place, cell in enumerate(self.experiment.each()):
            row = self.rows.get(cell.id)
            wanted = row is None or (retry and row.status == "failed")
            if wanted and cell.id not in seen:
                if has_twins:
                    seen.add(cell.id)
                self.places[cell.id] = place
                yield cell

    def _commit(self, batch: Batch, done: Done) -> None:
        rows = done.rows
        again = any(row.cell_id in self.rows for row in rows)
        reads = new_reads(self.reads, done.reads)
        part = StorePart(rows, [self.places[row.cell_id] for row in rows], reads, again)
        # The store and what this process knows of it change together, or a cell would be counted as missing
        # that is there.
        with uninterrupted():
            self.store.commit(self.number, batch.number, self.name, part)
            self.reads |= reads
            self.rows.update((row.cell_id, row) for row in rows)
            self.computed += len(rows)
        self._report()
        since = time.monotonic() - self.snapshot_at
        if since > max(SNAPSHOT_AFTER, self.snapshot_took / SNAPSHOT_SHARE):
            self._snapshot()

    def _report(self) -> None:
        if self.progress is not None:
            self.progress(self.reused + self.computed, self.total)

    def _snapshot(self) -> None:
        began = time.monotonic()
        self.frame = self._frame()
        write_parquet(self.frame, self.path.with_suffix(".parquet"), told=self._tell)
        self.snapshot_at = time.monotonic()
        self.snapshot_took = self.snapshot_at - began

    def _tell(self, part: Path) -> None:
        """Announce the snapshot before it exists: in the lock and, for later, in the store."""
        # The file takes its place after this. A kill in between leaves the old snapshot, which the store no
        # longer knows as its own; nobody writes then, so the store itself is read, and says that the snapshot
        # is older.
        hashed = file_hash(part)
        self.lock.tell(hashed)
        self.store.keep(hashed)

    def _frame(self) -> Frame:
        names: Iterable[str] = sorted(self.places, key=self.places.__getitem__)
        if self.total < self.experiment.n_cells:  # then a row stands in several places
            names = (cell.id for cell in self.experiment.each())
        there = [self.rows[name] for name in names if name in self.rows]
        return frame_of(there, self.experiment.space.names, self.experiment.replications, dict(self.origin))

    def _close(self, status: str) -> None:
        seconds = time.perf_counter() - self.began
        counts = {"computed": self.computed, "reused": self.reused, "cells": self.experiment.n_cells}
        self.origin |= {"wall seconds": round(seconds, 3), **counts, "status": status}
        if self.computed:
            self.origin["cells a second"] = round(self.computed / seconds, 1)
        with uninterrupted():
            self.store.end(self.number, status, self.origin)
            self._snapshot()

    def _sweep(self) -> Sweep:
        with uninterrupted():
            stale = self.store.stale(self.context, self.name, held)
        return Sweep(
            self.experiment,
            self.frame,
            computed=self.computed,
            reused=self.reused,
            failed=self.frame["status"].count("failed"),
            missing=self.experiment.n_cells - len(self.frame),
            stale=str(stale) if stale else "",
            provenance=self.origin,
            store=self.path,
            seconds=time.perf_counter() - self.began,
        )


def _distinct(experiment: Experiment) -> int:
    """Return the number of distinct cells, with replications; cells are hashed only if some look alike."""
    names, count = experiment.space.names, len(experiment.space)
    looks = (hash(tuple([values[name] for name in names])) for values in experiment.space.each())
    if np.unique(np.fromiter(looks, np.int64, count)).size == count:
        return experiment.n_cells
    ids = (Cell(values).id.encode() for values in experiment.space.each())
    return np.unique(np.fromiter(ids, f"S{ID_LENGTH}", count)).size * experiment.replications


def _content(cell: Cell) -> tuple[dict[str, Any], int]:
    return dict(cell.values_by_name), cell.replication


# How often a cell may kill its worker, alone, before it is recorded as failed.
TRIES = 2

# How often in succession a worker may die before it computes anything: more than somebody kills by hand, or
# the system for want of memory, while one starts.
STARTS = 6

Commit = Callable[[Batch, Done], None]


class Dispatch:
    """One pass over batches, which goes on when workers die."""

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
        """Run all batches. After an error or Ctrl-C, commit the finished batches, and raise it again."""
        waiting = iter(batches)
        try:
            while self._launched(waiting):
                done, _ = wait(self.flying, return_when=FIRST_COMPLETED)
                self._take(done)
        except BaseException:  # Ctrl-C among them: what was finished is kept however a run ends
            self._keep_finished()
            raise

    def _launched(self, waiting: Iterator[Batch]) -> bool:
        """Submit batches up to the number that may run at a time; return whether any is running."""
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
        """Check that a worker survives without a cell, before a cell is blamed for its death."""
        # A program that cannot be imported kills each worker, so that few of them say enough.
        for _ in range(STARTS if self.has_lived else 2):
            error = self.seat.submit(prepare, self.setup).exception()
            if error is None:
                self.has_lived = True
                return
            if not is_lost(error):
                raise error
            self.seat.renew(error)
        guard = (
            'A program that calls `run` needs `if __name__ == "__main__":` around the call. If it has that, '
        )
        raise BrokenRun(
            "worker processes die at start, before they compute a cell. Finished cells are kept. "
            f"{'Probably ' if self.has_lived else guard}something kills them, such as the system when memory "
            "is short: give fewer workers. With workers=1, no process is started"
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
        for future, batch in self.flying.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                self.commit(batch, future.result())


def batches_of(cells: Iterable[tuple[Mapping[str, Value], int]], size: int) -> Iterator[Batch]:
    """Yield the cells in batches of a given size, in order."""
    left, numbers = iter(cells), count()
    while part := tuple(islice(left, size)):
        yield Batch(next(numbers), part)
