"""Experiments for the tests of the lab: run as `python measures.py STORE [WORKERS] [CELLS]`."""

import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path

import duckdb

from negotiation.errors import InvalidExperiment
from negotiation.lab import Experiment, fingerprint, run, space

LOG = "NEGOTIATION_TEST_LOG"
MENDED = "NEGOTIATION_TEST_MENDED"


def own_file():
    """Return what the package's hash is taken of in these tests: somebody may be editing the package."""
    return [Path(fingerprint.__file__)]


if __name__ in ("__main__", "__mp_main__") or multiprocessing.parent_process() is not None:
    fingerprint.package_files = own_file


def logged(cell):
    """Say in a file which cell is computed; the file outlives the process."""
    if LOG in os.environ:
        with Path(os.environ[LOG]).open("a") as log:
            log.write(f"{cell.id} {os.getpid()}\n")
    time.sleep(0.002)
    return {"square": cell["x"] ** 2, "random": float(cell.rng.random()), "even": cell["x"] % 2 == 0}


def plain(cell):
    return {"square": cell["x"] ** 2, "random": float(cell.rng.normal())}


def in_batches(cells):
    return [plain(cell) for cell in cells]


def failing(cell):
    if cell["x"] % 5 == 3 and MENDED not in os.environ:
        raise ValueError(f"no luck with {cell['x']}")
    return {"square": cell["x"] ** 2}


def failing_in_batches(cells):
    return [failing(cell) for cell in cells]


def deadly(cell):
    """Kill the worker at one cell, always; at another one, once."""
    once = Path(os.environ[LOG] + ".once")
    if cell["x"] == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    if cell["x"] == 21 and not once.exists():
        once.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return logged(cell)


def sleeping(cell):
    time.sleep(0.05)
    return {"square": cell["x"] ** 2}


def numbers(count, measure=plain, **fields):
    """Return an experiment over the whole numbers below `count`."""
    kind = "batch_measure" if "batches" in measure.__name__ else "measure"
    return Experiment(
        slug="numbers",
        question="What is a number's square?",
        space=space.grid({"x": range(count)}),
        **{kind: measure, "batch": 8, "seed": 11, **fields},
    )


def edited(path, statement, *values):
    """Change what a store holds, as somebody else would."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(statement, list(values))


def refused(make, *arguments, **named):
    """Return what is said where an experiment, or a part of one, cannot be."""
    import pytest  # workers do without

    with pytest.raises(InvalidExperiment) as caught:
        make(*arguments, **named)
    return str(caught.value)


if __name__ == "__main__":
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    cells = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    measure = globals()[sys.argv[4]] if len(sys.argv) > 4 else logged
    run(numbers(cells, measure), workers=workers, store=sys.argv[1])
