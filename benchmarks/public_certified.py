"""How many random games with a public signal are bounded tightly, and how the work grows with patience.

`python benchmarks/public_certified.py` makes both tables; with `shares` or `growth` behind it that one alone,
with `shares 3,8,0.9` that cell alone (actions, signals, discount factor).
They go to `benchmarks/results/`, with a log plot of the growth.

Shares: 50 draws for each number of actions, signals and discount factor, payoffs uniform, signals from a
Dirichlet distribution of parameter 1/2. Of these the share with bounds less than a thousandth of the payoff
range apart; the same among the draws whose set has an interior, since a point is no feat; and how many inner
bounds the independent check confirms. Growth: steps and seconds as the discount factor nears one, for two
games of two actions and two signals, next to the steps of the operator without frozen bases.
"""

from __future__ import annotations

import csv
import sys
from itertools import product
from pathlib import Path
from time import process_time
from typing import TypeAlias

import numpy as np
from public_signals import dilemma, game

from negotiation.checks.verify import verify
from negotiation.games import PublicSignal, RepeatedGame, StageGame
from negotiation.labelled import Table
from negotiation.numeric import KNIFE_EDGE
from negotiation.solvers.payoff_sets.common.directions import direction_array
from negotiation.solvers.payoff_sets.common.program_arrays import HalfPlanes
from negotiation.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.solvers.payoff_sets.public import outer_bound
from negotiation.solvers.payoff_sets.public.constraints import signal_constraints
from negotiation.solvers.payoff_sets.public.numerics import NUMERICS

RESULTS = Path(__file__).parent / "results"
Cell: TypeAlias = tuple[int, int, float]
CELLS: tuple[Cell, ...] = tuple(product((2, 3), (2, 4, 8), (0.5, 0.9)))
DRAWS = 50
NEAR = 1e-3
PATIENCE = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
MOST_PLAIN = 20_000
"""Steps at which plain iteration is given up: ten seconds or so."""


def shares(cells: tuple[Cell, ...] = CELLS, draws: int = DRAWS) -> Table:
    """Return one row for each number of actions, of signals, and discount factor."""
    equilibrium_payoffs(RepeatedGame(dilemma()[0], 0.9, dilemma()[1]))
    rows = []
    for actions, signals, delta in cells:
        gaps, interior, confirmed, seconds = [], [], 0, []
        for draw in range(draws):
            stage, signal = game(actions, signals, draw)
            repeated = RepeatedGame(stage, delta, signal)
            start = process_time()
            found = equilibrium_payoffs(repeated)
            seconds.append(process_time() - start)
            gaps.append(0.0 if found.is_empty else found.gap)
            interior.append(len(found.outer) > 2)
            confirmed += verify(repeated, found).holds
        near, inside = np.array(gaps) < NEAR, np.array(interior)
        rows.append(
            (
                f"{actions}x{actions}", signals, delta, float(near.mean()), int(inside.sum()),
                int((near & inside).sum()), confirmed, max(gaps),
                float(np.median(seconds)), max(seconds),
            )
        )  # fmt: skip
        print(rows[-1], flush=True)
    columns = (
        "actions", "signals", "discount factor", "share near", "with an interior", "of these near",
        "confirmed", "largest gap", "median seconds", "most seconds",
    )  # fmt: skip
    return Table(f"bounds within {NEAR} of the payoff range, {draws} draws", columns, tuple(rows))


def plain_steps(stage: StageGame, signal: PublicSignal, delta: float) -> tuple[int, int, float]:
    """Return the operator's steps at fixed directions without frozen bases and with, and how much faster."""
    from negotiation.solvers.payoff_sets.common.kernels.bases import Programs
    from negotiation.solvers.payoff_sets.public.kernels.operator import new_reach, sweep

    constraints = signal_constraints(stage, signal, (delta, delta))
    directions = direction_array(NUMERICS.spread)
    levels = outer_bound.first_levels(constraints, directions, True)
    tolerance, steps, change = NUMERICS.fine * NUMERICS.loose * (1.0 - delta), 0, np.inf
    start = process_time()
    none_spared = np.zeros_like(levels)
    programs = Programs(constraints.compiled(), HalfPlanes(directions, levels.copy()), KNIFE_EDGE)
    reach = new_reach(1 - constraints.hopeless, directions, programs)
    while change > tolerance and steps < MOST_PLAIN:
        change, steps = sweep(programs, reach, none_spared), steps + 1
    middle = process_time()
    frozen = Programs(constraints.compiled(), HalfPlanes(directions, levels.copy()), KNIFE_EDGE)
    reach = new_reach(1 - constraints.hopeless, directions, frozen)
    taken, _ = outer_bound.lowered(frozen, reach, tolerance, MOST_PLAIN)
    end = process_time()
    assert (frozen.planes.levels <= programs.planes.levels + tolerance / (1.0 - delta)).all()
    return steps, taken, (middle - start) / (end - middle)


def growth() -> Table:
    """Return one row for each game and discount factor."""
    rows = []
    for name, (stage, signal) in (("noisy dilemma", dilemma()), ("random 2x2", game(2, 2, 0))):
        plain_steps(stage, signal, 0.5)
        for delta in PATIENCE:
            repeated = RepeatedGame(stage, delta, signal)
            start = process_time()
            found = equilibrium_payoffs(repeated)
            seconds = process_time() - start
            row = (name, delta, seconds, found.iterations, found.gap, found.status)
            rows.append((*row, *plain_steps(stage, signal, delta)))
            print(rows[-1], flush=True)
    columns = ("game", "discount factor", "seconds", "steps", "gap", "status")
    more = ("plain steps, 32 directions", "steps with bases frozen", "times faster")
    return Table("growth with patience", (*columns, *more), tuple(rows))


def draw(table: Table, path: Path) -> None:
    """Draw steps against 1 / (1 - delta) on two logarithmic axes."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 4))
    for name, colour in (("noisy dilemma", "C0"), ("random 2x2", "C1")):
        rows = [row for row in table.rows if row[0] == name]
        lives = [1.0 / (1.0 - float(row[1])) for row in rows]
        axes.loglog(lives, [row[6] for row in rows], "o--", color=colour, label=f"{name}, plain")
        axes.loglog(lives, [row[7] for row in rows], "s-", color=colour, label=f"{name}, bases frozen")
    axes.set_xlabel("1 / (1 - discount factor)")
    axes.set_ylabel("steps of the operator, 32 directions")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def cell_of(text: str) -> Cell:
    """Return the cell that "3,8,0.9" names: three actions, eight signals, the discount factor."""
    actions, signals, delta = text.split(",")
    return int(actions), int(signals), float(delta)


def main(wanted: tuple[str, ...]) -> None:
    RESULTS.mkdir(exist_ok=True)
    cells = tuple(cell_of(each) for each in wanted if "," in each) or CELLS
    for name, table_of in (("shares", lambda: shares(cells)), ("growth", growth)):
        if wanted and name not in wanted:
            continue
        table = table_of()
        print(table)
        with (RESULTS / f"public_{name}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(table.columns)
            writer.writerows(table.rows)
        if name == "growth":
            draw(table, RESULTS / "public_growth.png")


if __name__ == "__main__":
    main(tuple(sys.argv[1:]))
