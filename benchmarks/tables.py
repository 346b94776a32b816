"""What the benchmarks share: clocks, the printed and written table, plots, and the command line.

`python benchmarks/FAMILY.py [TABLE [ARGUMENT ...]] ...` makes the tables that are named, or all of the
family; a word that names no table is an argument of the table before it. Each table is printed with the
machine and the versions it was made on, and written to `benchmarks/results/FAMILY_TABLE.csv`; rows go to the
standard error stream as they come.

Times are the least of a few calls, in processor time, so that what else the machine does counts for little.
Kernels here use one thread; a peer that starts more (set OMP_NUM_THREADS=1) is charged for all of them.
"""

from __future__ import annotations

import csv
import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any, TypeAlias, TypeVar

import numpy as np

from negotiation.base.labelled import Table
from negotiation.lab.fingerprint import library_versions

SEED = 20251030
ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
IMAGES = ROOT / "docs" / "images"
T = TypeVar("T")
Row: TypeAlias = tuple[object, ...]

# A benchmark is started as a script, so that only its own folder can be imported from; slow plain versions
# that some are compared with stand in tests/.
sys.path.append(str(ROOT))


@dataclass(frozen=True)
class Benchmark:
    """A table that can be made; `after` gets it, to draw it or to print a summary."""

    title: str
    columns: tuple[str, ...]
    rows: Callable[..., Iterable[Row]]
    after: Callable[[Table], None] | None = None


def benchmark(
    title: str, *columns: str, after: Callable[[Table], None] | None = None
) -> Callable[[Callable[..., Iterable[Row]]], Benchmark]:
    """Return a decorator that makes a benchmark of a function which yields rows."""
    return lambda rows: Benchmark(title, columns, rows, after)


def timed(
    run: Callable[[], T], repeats: int = 5, budget: float = 2.0, clock: Callable[[], float] = process_time
) -> tuple[float, T]:
    """Return the least seconds of some calls, none begun once the budget is spent, and what came back."""
    times: list[float] = []
    while True:
        start = clock()
        value = run()
        times.append(clock() - start)
        if len(times) == repeats or sum(times) > budget:
            return min(times), value


def in_turns(
    *runs: Callable[[], object], rounds: int, budget: float, of: Callable[[list[float]], Any] = min
) -> list[float]:
    """Return the least seconds of each call, or what `of` makes of them; first calls do not count.

    Taking turns, all of them see the machine in the same moods: their ratio says more than the times.
    """
    times: list[list[float]] = [[] for _ in runs]
    for run in runs:
        run()
    while True:
        for run, own in zip(runs, times, strict=True):
            own.append(timed(run, repeats=1)[0])
        if len(times[0]) == rounds or sum(map(sum, times)) > budget:
            return [float(of(own)) for own in times]


def processor() -> str:
    """Return the name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def machine() -> str:
    """Return what times depend on besides the code: the processor, and versions."""
    named = ", ".join(f"{name} {version}" for name, version in library_versions().items())
    return f"{processor()}, {os.cpu_count()} processors; {named}"


@contextmanager
def plot(path: Path, panels: int = 1) -> Iterator[Any]:
    """Give axes to draw on, and write the figure."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.6 if panels == 1 else 4.2 * panels, 3.8), layout="constrained")
    yield figure.subplots(1, panels)
    figure.savefig(path, dpi=110)


def make(name: str, table: Benchmark, arguments: Iterable[str] = ()) -> Table:
    """Make a table; print it and write it."""
    rows = []
    for row in table.rows(*arguments):
        print(*row, sep=", ", file=sys.stderr, flush=True)
        rows.append(row)
    made = Table(table.title, table.columns, tuple(rows))
    print(made)
    print(machine())
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([made.columns, *made.rows])
    if table.after:
        table.after(made)
    return made


def main(family: str, *benchmarks: Benchmark) -> None:
    """Make the tables that the command line names, each by its function's name, or all."""
    tables = {each.rows.__name__: each for each in benchmarks}
    wanted: dict[str, list[str]] = {}
    for word in sys.argv[1:]:
        if word in tables:
            wanted[word] = arguments = []
        elif wanted:
            arguments.append(word)
        else:
            sys.exit(f"no table is called {word}; there are {', '.join(tables)}")
    for name, table in tables.items():
        if not wanted or name in wanted:
            make(f"{family}_{name}", table, wanted.get(name, ()))


def random_payoffs(*counts: int, seed: tuple[int, ...] | int = SEED) -> np.ndarray:
    """Return uniform payoffs of two players with so many actions each."""
    return np.random.default_rng(seed).random((*counts, 2))


def abreu_sannikov() -> np.ndarray:
    """Return the 3x3 game of Abreu and Sannikov (2014)."""
    first = np.array([[16.0, 3, 0], [21, 10, -1], [9, 5, -5]])
    second = np.array([[9.0, 1, 0], [13, 4, -4], [3, 0, -15]])
    return np.stack([first, second.T], axis=-1)
