"""Times the first answer on a machine that has compiled nothing yet, and the same once that is kept.

`python benchmarks/first_answer.py` starts new processes on an empty cache of Numba's, and again on what they
left there. Processor time is measured, of a process and its threads, so that a busy machine counts for less;
each step is what it takes after the steps above it. Ratios are to the first payoff set once all is kept, all
above it included. The table goes to `benchmarks/results/first_answer.csv`.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from negotiation.labelled import Table

RESULTS = Path(__file__).parent / "results"
COLUMNS = ("step", "cold s", "kept s", "cold, ratio", "kept, ratio")
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


def run(folder: str, *arguments: str) -> tuple[str, float]:
    """Return what a new process prints, and its processor time."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": folder, "NEGOTIATION_CACHE": "off"}
    before = os.times()
    done = subprocess.run(  # noqa: S603 - Python itself, on what stands here
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=True
    )
    after = os.times()
    spent = after.children_user - before.children_user + after.children_system - before.children_system
    return done.stdout, spent


def measured() -> Table:
    """Return the table: steps, their seconds on an empty cache and on a full one, and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        cold, kept = (json.loads(run(folder, "-c", STEPS)[0]) for _ in range(2))
        least = min(run(folder, *HELP)[1] for _ in range(3))
    unit = sum(kept[name] for name in list(kept)[:3])
    rows = [("negotiation --help", least, least), *((name, cold[name], kept[name]) for name in cold)]
    rows.append(("all of these but the first", sum(cold.values()), sum(kept.values())))
    return Table(
        "the first answer",
        COLUMNS,
        tuple(
            (name, round(first, 4), round(later, 4), round(first / unit, 3), round(later / unit, 3))
            for name, first, later in rows
        ),
    )


def main() -> None:
    """Measure, print and write the table."""
    table = measured()
    print(table)
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / "first_answer.csv").open("w", newline="") as file:
        csv.writer(file).writerows([table.columns, *table.rows])


if __name__ == "__main__":
    main()
