"""Times the lab, the first answer on a machine that has compiled nothing, and the replay of the truces.

`python benchmarks/lab.py [sweep [CELLS]] [first_answer] [replay] [texts [DRAWS]]`.

Sweep: 100,000 critical discount factors of the small posture game, in processes of its own, with an empty
store and the start of the workers counted; the rate is that between the first batch and the last, without
start and end. Memory (proportional, so that shared pages count once) and CPU seconds are of all processes
together: on a machine that is shared the latter say more than the clock. The last rows are a measure that
does nothing: what the lab costs for each cell. Target: 60 s and 1024 MiB with two workers.

First answer: new processes on an empty cache of Numba's, and again on what they left there. Processor time is
measured, of a process and its threads; each step is what it takes after the steps above it. Ratios are to the
first payoff set once all is kept, all above it included.

Replay: of both truces, warm (target: under 5 s), and the start of the command (target: under 0.4 s), by the
clock, as the median of several runs.

Texts: what one more text costs `ng.design` in each draw once the games are made, beside `ng.verdict` of one
text, which makes them. Target: under 30 ms.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from time import perf_counter

import numpy as np
import psutil  # comes with distributed
from tables import ROOT, Row, benchmark, main, timed

import negotiation as ng
from negotiation.lab import Experiment, load_experiment, run, space
from negotiation.text_design.design import bench_of
from negotiation.text_design.texts import agreement_of
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.verdicts.verdict import sampled

CELLS = 100_000
HELP = ("-m", "negotiation", "--help")
STEPS = """
import json
from time import process_time

spent = {}
start = process_time()

def step(name):
    global start
    spent[name] = process_time() - start
    start = process_time()

import numpy as np
import negotiation as ng

THREE = ([[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]])
stage = ng.StageGame.from_matrices(*THREE)
step("import, and a 3x3 game")
ng.solve(stage)
step("its Nash equilibria")
ng.equilibrium_payoffs(ng.RepeatedGame(stage, 0.3))
step("its payoff set")
dilemma = ng.StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]])
signal = ng.PublicSignal([[[0.9, 0.1], [0.2, 0.8]], [[0.2, 0.8], [0.1, 0.9]]])
ng.equilibrium_payoffs(ng.RepeatedGame(dilemma, 0.9, signal))
step("a payoff set under a public signal")
payoffs = np.moveaxis(np.array(THREE, dtype=float), 0, -1)
ng.equilibrium_payoffs(ng.StochasticGame([payoffs, payoffs[::-1, ::-1]], np.full((2, 3, 3, 2), 0.5), 0.7))
step("payoff sets of a stochastic game")
ng.equilibrium_payoffs(ng.RepeatedGame(stage, 0.3))
step("the first payoff set again")
print(json.dumps(spent))
"""


def nothing(cells: Sequence[object]) -> list[dict[str, float]]:
    return [{"nothing": 0.0} for _ in cells]


def thresholds(cells: int) -> Experiment:
    """Return the experiment over a grid of about so many cells."""
    side = round(float(np.sqrt(cells)))
    experiment = load_experiment("critical_discount_factor", ROOT / "experiments")
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
        me = psutil.Process()
        while not self._over.wait(0.5):
            memory = 0
            for process in (me, *me.children(recursive=True)):
                with suppress(psutil.Error):  # it may have ended meanwhile
                    spent = process.cpu_times()
                    self.cpu[process.pid] = spent.user + spent.system
                    memory += process.memory_full_info().pss
            self.peak = max(self.peak, memory / 2**20)


def measured(kind: str, cells: int, workers: int) -> dict[str, float]:
    """Run in this process; return seconds, CPU seconds of all processes, and their peak memory in MiB."""
    experiment = thresholds(cells) if kind == "thresholds" else empty(cells)
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
    code = f"import json, lab; print(json.dumps(lab.measured({kind!r}, {cells}, {workers})))"
    return json.loads(printed("-c", code, PYTHONPATH=os.pathsep.join(sys.path)))


def printed(*arguments: str, **environment: str) -> str:
    """Return what Python prints in a new process."""
    done = subprocess.run(  # noqa: S603 - Python itself, on what stands here
        [sys.executable, *arguments],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@benchmark(
    "A sweep of critical discount factors, and of nothing",
    "sweep", "workers", "cells", "seconds", "CPU seconds", "CPU microseconds a cell", "times 1 worker",
    "cells a second", "rate, times 1 worker", "peak MiB, all processes", "found again, s",
)  # fmt: skip
def sweep(cells: str = str(CELLS)) -> Iterator[Row]:
    # The first call compiles the kernel into numba's cache.
    run(thresholds(4), store=tempfile.mkdtemp())
    for kind in ("thresholds", "nothing"):
        alone = rate = 0.0
        for workers in (1, 2):
            found = apart(kind, int(cells), workers)
            alone, rate = alone or found["seconds"], rate or found["rate"]
            spent = found["seconds"], found["spent"], 1e6 * found["spent"] / found["cells"]
            paces = alone / found["seconds"], found["rate"], found["rate"] / rate
            yield kind, workers, int(found["cells"]), *spent, *paces, found["peak"], found["reread"]


def children() -> float:
    """Return the processor time of processes that were started here and have ended."""
    return os.times().children_user + os.times().children_system


@benchmark("the first answer", "step", "cold s", "kept s", "cold, ratio", "kept, ratio")
def first_answer() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        places = {"NUMBA_CACHE_DIR": folder, "NEGOTIATION_CACHE": "off"}
        cold, kept = (json.loads(printed("-c", STEPS, **places)) for _ in range(2))
        least, _ = timed(lambda: printed(*HELP, **places), repeats=3, budget=np.inf, clock=children)
    # To the first payoff set: the import, the equilibria and the set.
    unit = sum(kept[name] for name in list(kept)[:3])
    rows = [("negotiation --help", least, least), *((name, cold[name], kept[name]) for name in cold)]
    rows.append(("all of these but the first", sum(cold.values()), sum(kept.values())))
    for name, *times in rows:
        yield name, *(round(each, 4) for each in times), *(round(each / unit, 3) for each in times)


@benchmark("the replay of both truces, 256 draws each, and the command", "what", "s", "target, s")
def replay() -> Iterator[Row]:
    def both() -> None:
        for name in ("2025-05-geneva", "2025-10-busan"):
            ng.replay(name)

    both()
    for name, work, target in (("replay, warm", both, 5.0), ("--help", lambda: printed(*HELP), 0.4)):
        times = [timed(work, repeats=1, clock=perf_counter)[0] for _ in range(3)]
        yield name, float(np.median(times)), target


@benchmark(
    "a further text beside `verdict`, over all theories and instruments, ms a draw",
    "draws", "`verdict`", "a further text", "ratio", "target",
)  # fmt: skip
def texts(draws: str = "16") -> Iterator[Row]:
    count, rng = int(draws), np.random.default_rng(0)
    bench, space = bench_of("us-china-2025", "2025-10-30", size="full")
    day = state_of_the_day(bench.batch.agreement, bench.scenario, None)
    games = list(bench.games(sampled(bench.scenario, day, count, rng, None)))
    some = [space.at(space.drawn(rng)) for _ in range(8)]
    asked = [agreement_of(one.terms, 0, bench.scenario, bench.on) for one in some[:2]]
    bench.scores(some, games)  # makes the games, once for all texts
    ng.verdict(asked[0], bench.scenario, draws=1)
    before, _ = timed(lambda: [ng.verdict(one, bench.scenario, draws=count) for one in asked], repeats=2)
    now, _ = timed(lambda: bench.scores(some, games), repeats=2)
    each = 1e3 * before / (len(asked) * count), 1e3 * now / (len(some) * count)
    yield count, *each, each[0] / each[1], 30.0


if __name__ == "__main__":
    main("lab", sweep, first_answer, replay, texts)
