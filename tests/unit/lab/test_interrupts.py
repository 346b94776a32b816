"""A Ctrl-C that meets a query of the store stops the program; nobody sees DuckDB's own error of it."""

import signal
import subprocess
import sys
import time

import measures
import pytest

from negotiation.lab import run, stored
from negotiation.lab.storing import opening
from negotiation.lab.storing import stored as reading
from negotiation.lab.storing.store import Store

CELLS = 16
LONG = "SELECT count(*) FROM range(1_000_000) a, range(400) b WHERE a.range % 7 = b.range % 5"
"""Takes seconds, even where nothing else runs: the Ctrl-C comes a tenth of a second after it began."""

PLACES = {
    "the store is opened": ("check", 1),
    "a batch is committed": ("commit", 1),
    "a run ends": ("end", 1),
    "a reader opens the store": ("check to read", 1),
    "a reader reads": ("table", 1),
}
"""Which function asks what takes long, and at which of its calls the Ctrl-C comes."""


def announced(function, connection_of=None):
    """Return a function that says that it was called, and asks what takes long where it has a connection."""

    def slow(first, *more, **named):
        sys.stdout.write("asking\n")
        sys.stdout.flush()
        if connection_of is not None:
            connection_of(first, *more).execute(LONG).fetchall()
        return function(first, *more, **named)

    return slow


def child(place, store):
    """Make the query of one place slow, and run or read."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a process in the background ignores it
    name, _ = PLACES[place]
    if name.startswith("check"):
        opening.strange_content = announced(opening.strange_content)
        opening.CHECK = LONG + " -- {table}"
    elif name == "table":
        reading._table = announced(reading._table, lambda _, connection, *_more: connection)
    else:
        setattr(Store, name, announced(getattr(Store, name), lambda store, *_: store.connection))
    if "reader" in place:
        stored("numbers", store)
    else:
        run(measures.numbers(CELLS), store=store)


@pytest.mark.long
@pytest.mark.parametrize("place", PLACES)
def test_a_ctrl_c_that_meets_a_query_is_a_ctrl_c_and_loses_nothing(place, tmp_path):
    finished = len(run(measures.numbers(CELLS), store=tmp_path, limit=8))
    process = subprocess.Popen(
        [sys.executable, __file__, place, str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    for _ in range(PLACES[place][1]):
        assert process.stdout.readline() == "asking\n", process.stderr.read()
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert said.rstrip().endswith("KeyboardInterrupt"), said
    assert "RuntimeError" not in said
    assert process.returncode == -signal.SIGINT
    again = run(measures.numbers(CELLS), store=tmp_path)
    assert again.reused >= finished
    assert (again.status, len(again)) == ("complete", CELLS)


if __name__ == "__main__":
    child(*sys.argv[1:])
