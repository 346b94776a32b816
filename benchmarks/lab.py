"""Time a sweep of 100,000 critical discount factors of the small posture game, and the lab's own share of it.

Run it with `python benchmarks/lab.py [CELLS]`. It prints a table and writes `benchmarks/results/lab.csv`. The
sweep runs in processes of its own, with an empty store and the start of the workers counted; the rate is that
between the first batch and the last, without start and end. Memory
(proportional, so that shared pages count once) and CPU seconds are of all processes together: on a machine
that is shared the latter say more than the clock. The last rows are a measure that does nothing: what the lab
costs for each cell.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import numpy as np

from negotiation.lab import Experiment, load_experiment, run, space
from negotiation.labelled import Table

CELLS = 100_000
RESULTS = Path(__file__).parent / "results" / "lab.csv"
EXPERIMENTS = Path(__file__).parents[1] / "experiments"
TARGET_SECONDS, TARGET_MIB = 60.0, 1024.0


def nothing(cells: Sequence[object]) -> list[dict[str, float]]:
    return [{"nothing": 0.0} for _ in cells]


def sweep(cells: int) -> Experiment:
    """Return the experiment over a grid of about so many cells."""
    side = round(float(np.sqrt(cells)))
    experiment = load_experiment("critical_discount_factor", EXPERIMENTS)
    first, second = experiment.space.names
    grid = space.linspace(first, 0.05, 0.8, side) * space.linspace(second, 0.0, 0.2, side)
    return experiment.with_space(grid)


def empty(cells: int) -> Experiment:
    return Experiment(
        slug="nothing",
        question="What does the lab itself cost?",
        space=space.grid({"x": range(cells)}),
        batch_measure=nothing,
        batch=1024,
    )


class Watch:
    """Samples the CPU time and the memory of this process and all that descend from it, on Linux."""

    def __init__(self) -> None:
        self.cpu: dict[int, float] = {}
        self.peak = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(0.5):
            memory = 0.0
            for pid in descendants(os.getpid()):
                try:
                    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
                except OSError:
                    continue  # it has ended meanwhile
                self.cpu[pid] = (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
                memory += next(
                    int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")
                )
            self.peak = max(self.peak, memory / 1024)


def descendants(root: int) -> list[int]:
    """Return a process and all processes that descend from it."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def measured(kind: str, cells: int, workers: int) -> dict[str, float]:
    """Run in this process; return seconds, CPU seconds of all processes, and their peak memory in MiB."""
    experiment = sweep(cells) if kind == "thresholds" else empty(cells)
    seen: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        with Watch() as watch:
            began = perf_counter()
            found = run(
                experiment,
                workers=workers,
                store=folder,
                progress=lambda done, _: seen.append((perf_counter(), done)),
            )
            seconds = perf_counter() - began
        again = perf_counter()
        assert run(experiment, workers=workers, store=folder).computed == 0
        reread = perf_counter() - again
    assert found.status == "complete"
    # The first report is of nothing done yet.
    (began, few), (ended, many) = seen[1], seen[-1]
    return {
        "cells": len(found),
        "seconds": seconds,
        "rate": (many - few) / (ended - began),
        "spent": sum(watch.cpu.values()),
        "peak": watch.peak,
        "reread": reread,
    }


def apart(kind: str, cells: int, workers: int) -> dict[str, float]:
    """Run `measured` in a fresh process: peak memory is of a process's whole life."""
    print(f"{kind}, {workers} workers ...", file=sys.stderr)
    call = [sys.executable, __file__, str(cells), kind, str(workers)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)  # noqa: S603 - this file
    assert done.returncode == 0, done.stderr
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(cells: int) -> None:
    """Print the table and write it."""
    # The first call compiles the kernel into numba's cache.
    run(sweep(4), store=tempfile.mkdtemp())
    columns = (
        "sweep", "workers", "cells", "seconds", "CPU seconds", "CPU microseconds a cell", "times 1 worker",
        "cells a second", "rate, times 1 worker", "peak MiB, all processes", "found again, s",
    )  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for kind in ("thresholds", "nothing"):
        alone = rate = 0.0
        for workers in (1, 2):
            found = apart(kind, cells, workers)
            alone, rate = alone or found["seconds"], rate or found["rate"]
            rows.append(
                (
                    kind,
                    workers,
                    int(found["cells"]),
                    found["seconds"],
                    found["spent"],
                    1e6 * found["spent"] / found["cells"],
                    alone / found["seconds"],
                    found["rate"],
                    found["rate"] / rate,
                    found["peak"],
                    found["reread"],
                )
            )
    title = f"A sweep of {cells:,} cells (target: {TARGET_SECONDS:.0f} s, {TARGET_MIB:.0f} MiB, 2 workers)"
    print(Table(title, columns, tuple(rows)))
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(measured(sys.argv[2], int(sys.argv[1]), int(sys.argv[3]))))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else CELLS)
