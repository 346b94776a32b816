"""Speed beside peers, measured by this build, and what each algorithm is and proves.

The benchmarks are those of `benchmarks/`, in processor time of one thread, so that what else the machine does
counts for little; each batch in a process of its own, warm, on the same inputs for both sides. Ratios belong
to the machine that is named with them.
"""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.tables import processor
from negotiation.base.reading.text import file_text
from paper.machinery.faults import PaperFault

MAKES = ("solver_speed", "algorithms")
HEAVY = True  # two minutes of an idle machine
ROOT = Path(__file__).parents[2]
PEERS = ("quantecon", "nashpy")
SUPPORTS, SETS = "quantecon, support enumeration", "quantecon, Abreu-Sannikov"

# Run in processes of their own, so that a crash of the peer ends nothing else; one result a line is printed.
NASH = """
import json, sys
from nash import measure
size, games, few = map(int, sys.argv[1:])
for solver, count in (("quantecon_supports", games), ("nashpy_supports", few)):
    *_, row = measure(size, games, {"ours_batch": games, solver: count})
    print(json.dumps([solver, row[-1]]), flush=True)
"""

SETS_OF = """
import json, sys
from payoff_sets import beside_quantecon, drawn, workloads
first, kind, games = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
if kind in ("uniform", "normal"):
    deltas = (0.3, 0.6, 0.9) if kind == "uniform" else (0.9,)
    loads = [(kind, drawn(kind, seed), delta) for seed in range(games) for delta in deltas]
else:
    loads = [load for load in workloads() if load[0].startswith(kind)]
for name, payoffs, delta in loads[first:]:
    mine, peer = beside_quantecon(payoffs, delta, (0.2, 0.4))
    print(json.dumps([name, peer / mine]), flush=True)
"""

ALGORITHMS = (
    (
        "all Nash equilibria of two players", "vertex enumeration in integers",
        "Avis, Rosenberg, Savani and von Stengel", "regret of each equilibrium",
    ),
    (
        "payoffs of subgame-perfect equilibria", "two points a row and column of the operator",
        "Abreu and Sannikov", "inner bound, profile by profile",
    ),
    (
        "critical discount factor of a profile", "optimal penal codes, exact polynomials",
        "Abreu", "an automaton, in rationals",
    ),
    (
        "perfect public equilibria, patient limit", "one program a profile and direction",
        "Fudenberg, Levine and Maskin", "score of each direction",
    ),
    (
        "readings: perfect Bayesian in public automata", "linear systems, belief polytopes",
        "this paper", "one-shot test at each belief reached",
    ),
    ("least renewal probability", "closed form", "Benoit and Krishna", "backward induction"),
    (
        "Markov perfect equilibria", "paths of logit equilibria", "Eibelshaeuser and Poensgen",
        "Bellman residual and best-reply gain",
    ),
    (
        "bargaining", "a pass over the frontier", "Nash; Kalai and Smorodinsky; Rubinstein",
        "over the inner bound",
    ),
)  # fmt: skip


def compute(budget):
    """Return the ratios and the list of algorithms."""
    algorithms = pd.DataFrame(ALGORITHMS, columns=["problem", "method", "source", "certificate"])
    return {"solver_speed": speed(budget), "algorithms": algorithms}


def speed(budget):
    """Return, for each workload, the least, largest and mean ratio of the peer's time to ours.

    Raises
    ------
    PaperFault
        If a peer is not installed.
    """
    missing = [name for name in PEERS if find_spec(name) is None]
    if missing:
        raise PaperFault(
            f"sources/speed.py: {' and '.join(missing)} not installed, beside which speed is measured; say "
            "`make .venv/.oracles`, or make one table alone with --only"
        )
    for name in ("nash.py", "payoff_sets.py", "tables.py"):
        file_text(ROOT / "benchmarks" / name)  # noted as read: the ratios are another thing if it changes
    rows = []
    for size in (3, 4):
        found = {"quantecon_supports": [], "nashpy_supports": []}
        for _ in range(budget.speed_repeats):
            games = (str(budget.speed_batch), str(max(3, budget.speed_batch // 50)))
            for solver, ratio in run(NASH, (str(size), *games))[0]:
                found[solver].append(ratio)
        rows.append((f"Nash, random {size}x{size}", SUPPORTS, found["quantecon_supports"]))
        rows.append((f"Nash, random {size}x{size}", "nashpy, support enumeration", found["nashpy_supports"]))
    for title, kind in (
        ("payoff set, 3x3", "Abreu"), ("payoff set, Cournot", "Cournot"),
        ("payoff set, uniform 36x72", "uniform"), ("payoff set, normal 36x72", "normal"),
    ):  # fmt: skip
        rows.append((title, SETS, set_ratios(kind, budget.speed_games)))
    table = [
        (name, peer, min(ratios), max(ratios), float(np.exp(np.mean(np.log(ratios)))), len(ratios))
        for name, peer, ratios in rows
    ]
    frame = pd.DataFrame(table, columns=["workload", "peer", "least", "most", "mean", "measured"])
    return frame.assign(machine=processor())


def set_ratios(kind, games):
    """Return the ratios of payoff sets; a game in which the peer crashes or has no answer is passed over."""
    ratios, done = [], 0
    while True:
        found, crashed = run(SETS_OF, (str(done), kind, str(games)))
        ratios += [ratio for _, ratio in found if ratio == ratio]
        done += len(found) + 1
        if not crashed:
            return ratios


def run(code, arguments):
    """Return what a benchmark prints in a process of its own, and whether that process crashed.

    Raises
    ------
    PaperFault
        If it ends with an error.
    """
    places = os.pathsep.join((str(ROOT), str(ROOT / "benchmarks")))
    done = subprocess.run(  # noqa: S603 - a program of the project
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": places},
    )  # fmt: skip
    if done.returncode > 0:
        raise PaperFault(f"benchmarks: {done.stderr.strip().splitlines()[-1]}")
    return [json.loads(line) for line in done.stdout.splitlines()], done.returncode < 0
