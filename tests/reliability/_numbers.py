"""The experiment whose numbers are known, and the program that runs it until it is stopped.

    python -m tests.reliability._numbers STORE CELLS WORKERS [calm]

It writes snapshots as often as can be, so that whatever stops it meets them too; `calm`: as usual.
"""

import multiprocessing
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from negotiation.lab import Experiment, fingerprint, pending, run, space

LOG = "NEGOTIATION_RELIABILITY_LOG"
ROOT = Path(__file__).parents[2]


def own_file():
    """Return what the package's hash is taken of here: hashing all of it would cost more than the cells."""
    return [Path(fingerprint.__file__)]


if __name__ == "__main__" or multiprocessing.parent_process() is not None:
    fingerprint.package_files = own_file


@contextmanager
def hash_of_one_file():
    """Take the package's hash of one file for a while, as the processes do that are started here."""
    with mock.patch.object(fingerprint, "package_files", own_file):
        fingerprint.package_hash.cache_clear()
        try:
            yield
        finally:
            fingerprint.package_hash.cache_clear()


def measured(cell):
    """Return what is known of a number, after a while, and say in a file that it was computed."""
    if LOG in os.environ:
        with Path(os.environ[LOG]).open("a", encoding="utf-8") as log:
            log.write(f"{cell.id}\n")
    time.sleep(0.001)
    return truth(cell)


def truth(cell):
    """Return values of each kind."""
    x = cell["x"]
    return {"square": x * x, "half": x / 2, "random": float(cell.rng.random()), "even": x % 2 == 0}


def numbers(cells):
    """Return the experiment over the whole numbers below `cells`."""
    return Experiment(
        slug="numbers",
        question="What is known of a number?",
        space=space.grid({"x": range(cells)}),
        measure=measured,
        batch=8,
        seed=11,
        labels={"square": "its square"},
    )


def wrong_values(found, cells):
    """Return how many values of a table differ from what they are, names and missing ones counted."""
    if not len(found):
        return 0  # an empty table cannot know what was measured
    true = {cell["x"]: truth(cell) for cell in numbers(cells).cells()}
    names = {"x", "square", "half", "random", "even", "status", "error"}
    wrong = len(names ^ set(found.names))
    for row in found.rows():
        told = true.get(row.get("x"))
        if told is None or row.get("status") != "ok":
            wrong += 1
        else:
            wrong += sum(row.get(name) != value for name, value in told.items())
    xs = found["x"] if "x" in found.names else []
    return wrong + len(xs) - len(set(xs))


def start(store, cells, workers=1, log=None, words=(), **options):
    """Start the program in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if log is not None:
        environment[LOG] = str(log)
    words = [str(store), str(cells), str(workers), *words]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.reliability._numbers", *words],
        env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


if __name__ == "__main__":
    from tests.reliability._numbers import numbers as known  # by the name that workers and tests use

    if "calm" not in sys.argv:
        pending.SNAPSHOT_AFTER, pending.SNAPSHOT_SHARE = 0.1, 0.5
    run(known(int(sys.argv[2])), store=sys.argv[1], workers=int(sys.argv[3]))
