"""A run is killed and restarted at random moments. After each kill, committed cells must be in the store and
must not be computed again.
"""

import signal
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from negotiation.base.labelled import Table
from negotiation.errors import NegotiationError
from negotiation.lab import run, stored
from tests.reliability._numbers import numbers, start, wrong_values

TITLE = "Killed runs"
FORBIDDEN = (
    "finished cells lost",
    "finished cells computed again",
    "wrong values",
    "not readable afterwards",
)
COLUMNS = ("workers", "kills", "during the run", "cells at the end", *FORBIDDEN)
KILLS = 60
CELLS = 400
LONGEST = 0.4
"""Seconds after the first cell of a run up to which it is killed."""


def measure(budget, rng):
    """Return what became of runs that were killed, one row for each number of workers."""
    rows = []
    for workers in (1, 2):
        with TemporaryDirectory() as folder:
            kills = budget.each(range(budget.count(KILLS // 2)), f"kills, {workers} worker(s)")
            rows.append((workers, *_killed_again_and_again(Path(folder), workers, kills, rng)))
    return Table(TITLE, COLUMNS, tuple(rows))


def _killed_again_and_again(folder, workers, kills, rng):
    store, log = folder / "numbers.duckdb", folder / "log"
    count = running = lost = again = wrong = unreadable = 0
    there = set()
    for _ in kills:
        before = _computed(log)
        # Each run has more to do than the last, so that there is always one to kill.
        process = start(store, CELLS * (count + 1), workers, log)
        _wait_for(lambda b=before, p=process: _computed(log) != b or p.poll() is not None)
        time.sleep(rng.uniform(0.0, LONGEST))
        running += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        count += 1
        after = _computed(log)
        again += sum(after[cell] > before[cell] for cell in there)
        try:
            found = stored("numbers", store).frame
        except NegotiationError as error:
            # Killed before there was anything.
            unreadable += store.exists() or "nothing is stored" not in str(error)
            continue
        ids = _ids(found)
        lost += len(there - ids)
        wrong += wrong_values(found, CELLS * count)
        there = ids
    finished = run(numbers(CELLS * count), store=store)
    wrong += wrong_values(finished.frame, CELLS * count)
    lost += len(there - _ids(finished.frame)) + finished.missing
    return count, running, len(finished), lost, again, wrong, unreadable


def _ids(found):
    known = numbers(max(found["x"], default=0) + 1).cells() if len(found) else []
    xs = set(found["x"]) if len(found) else set()
    return {cell.id for cell in known if cell["x"] in xs}


def _computed(log):
    return Counter(log.read_text(encoding="utf-8").split()) if log.exists() else Counter()


def _wait_for(condition, seconds=60.0):
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.005)
