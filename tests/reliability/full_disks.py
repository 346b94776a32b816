"""A run fills a disk, with snapshots as often as possible or as usual. It has to report that it could
not write. Then the disk gets more room, and the run continues.
"""

import os
import resource
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from negotiation.base.labelled import Table
from negotiation.errors import NegotiationError
from negotiation.lab import run
from tests.reliability import _damage
from tests.reliability._numbers import numbers, start, wrong_values

TITLE = "Full disks"
FORBIDDEN = (
    "unexpected error",
    "wrong values shown",
    "unreadable store",
    "wrong or missing values after the resumed run",
)
COLUMNS = ("KiB", "how", "snapshots", "end of the run", "cells stored", *FORBIDDEN)
SIZES = (64, 400, 1_800, 3_200, 5_000)
"""KiB: from less than an empty store to nearly what the run needs."""

CELLS = 1_200


def measure(budget, rng):
    """Return what became of runs on full disks, one row a size."""
    count = budget.count(len(SIZES))
    sizes = sorted(rng.choice(SIZES, count, replace=False).tolist())
    rows = []
    for size in budget.each(sizes, TITLE):
        for words in ((), ("calm",)):
            with _disk(size) as disk:
                rows.append((size, *_filled(*disk, words)))
    return Table(TITLE, COLUMNS, tuple(rows))


def _filled(folder, how, options, enlarge, words):
    """Run until the disk is full, look, give it room, go on."""
    store = folder / "numbers.duckdb"
    process = start(store, CELLS, words=words, **options)
    told = process.communicate(timeout=240)[1].strip().splitlines() or [""]
    named = "CannotWrite" in told[-1]
    other = int(process.returncode != 0 and not named)
    outcome, text = _damage.shown(store, CELLS)
    wrong = int(outcome in ("wrong", "other"))
    unreadable = int(outcome == "refused" and "nothing is stored" not in text)
    enlarge()
    try:
        found = run(numbers(CELLS), store=store)
        cells, missing = found.reused, found.missing + wrong_values(found.frame, CELLS)
    except NegotiationError:
        cells, missing = None, CELLS
    ended = "ended" if process.returncode == 0 else "reported" if named else told[-1]
    return how, "as usual" if words else "often", ended, cells, other, wrong, unreadable, missing


@contextmanager
def _disk(size):
    """Give a folder on a disk of so many KiB, how it was made, options of the process, what gives it room."""
    with TemporaryDirectory() as name:
        mounted = shutil.which("mount") and os.geteuid() == 0 and _mount(name, f"size={size}k")
        if mounted:
            try:
                yield Path(name), "file system", {}, lambda: _mount(name, "remount,size=64m")
            finally:
                subprocess.run(["umount", name], check=True)  # noqa: S607
        else:
            most = size * 1024
            limited = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))}
            yield Path(name), "limit on files", limited, lambda: None


def _mount(folder, options):
    call = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
    return subprocess.run(call, capture_output=True, check=False).returncode == 0
