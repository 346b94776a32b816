"""Times the critical discount factor of a profile beside one certified payoff set of the same game.

Run it with `python benchmarks/thresholds.py`. It prints a table and writes it, and a log plot of how both
grow with the number of action profiles, to `benchmarks/results/`. The payoff set is that just above the
threshold, where it is dearest. Both are timed in turns, warm, on one thread, in processor time, which other
work on the machine touches least, and the least time of each counts: the ratio says more than either.

Games: tariffs on a grid from none to those that end trade, and to one and a half times the Nash tariffs,
between two unlike countries, held to free trade, to low tariffs and to high ones; and random payoffs, held to
the profile whose lesser share of the players' ranges is greatest.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np

from negotiation.games import RepeatedGame, StageGame
from negotiation.labelled import Table
from negotiation.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.world.tariff_game import TariffSide

SEED = 20251030
RESULTS = Path(__file__).parent / "results"
SIZES = (3, 5, 8, 13, 21, 36, 61)
SIDES = (TariffSide(gap=12.0, demand_slope=1.0, supply_slope=1.0), TariffSide(10.0, 1.0, 0.8))
ABOVE = 1e-3
"""How far above the threshold the payoff set is found that it is compared with."""


def tariffs(count: int, most: float) -> StageGame:
    """Return the tariff game of two countries, each with so many tariffs up to a multiple of the Nash one."""
    grids = [np.linspace(0.0, min(most * side.nash_tariff(), side.gap), count) for side in SIDES]
    own = [side.own_payoff(grid) for side, grid in zip(SIDES, grids, strict=True)]
    given = [side.given_payoff(grid) for side, grid in zip(SIDES, grids, strict=True)]
    first = own[0][:, None] + given[1][None, :]
    second = given[0][:, None] + own[1][None, :]
    return StageGame(np.stack([first, second], axis=-1))


def random_game(count: int) -> StageGame:
    return StageGame(np.random.default_rng(SEED).random((count, count, 2)))


def fair(stage: StageGame) -> tuple[int, int]:
    """Return the profile whose lesser share of the players' ranges is greatest."""
    low, span = stage.payoffs.min(axis=(0, 1)), np.ptp(stage.payoffs, axis=(0, 1))
    shares = ((stage.payoffs - low) / span).min(axis=2)
    row, column = np.unravel_index(int(shares.argmax()), shares.shape)
    return int(row), int(column)


def workloads(count: int) -> list[tuple[str, StageGame, tuple[int, int]]]:
    found = []
    for name, most in (("tariffs that end trade", 99.0), ("tariffs to 1.5 Nash", 1.5)):
        stage = tariffs(count, most)
        low, high = (count // 7, count // 7), (count // 2, count // 2 - 1)
        found += [(f"{name}, free", stage, (0, 0)), (f"{name}, low", stage, low)]
        found.append((f"{name}, high", stage, high))
    stage = random_game(count)
    return [*found, ("random", stage, fair(stage))]


def in_turns(runs: list[Callable[[], object]], budget: float) -> list[float]:
    """Return the least time of each call, in turns within a budget of seconds; first calls do not count."""
    best = [np.inf] * len(runs)
    for run in runs:
        run()
    begun = process_time()
    while True:
        for k, run in enumerate(runs):
            start = process_time()
            run()
            best[k] = min(best[k], process_time() - start)
        if process_time() - begun > budget:
            return best


def row(name: str, stage: StageGame, profile: tuple[int, int], budget: float) -> tuple[object, ...] | None:
    """Return one line of the table; None where the profile has no threshold."""
    labels = stage.labels(profile)
    found = critical_discount_factor(stage, labels)
    if not found.value:
        return None
    game = RepeatedGame(stage, min(found.upper + ABOVE, 0.999))
    ours, one = in_turns(
        [lambda: critical_discount_factor(stage, labels), lambda: equilibrium_payoffs(game)], budget
    )
    form = "none" if found.exact_value is None else type(found.exact_value).__name__
    count = stage.n_actions[0]
    return name, count, float(found.value), form, found.status, 1e3 * one, 1e3 * ours, ours / one


def plot(rows: list[tuple[object, ...]]) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.8), layout="constrained")
    names = list(dict.fromkeys(line[0] for line in rows))
    for k, name in enumerate(names):
        chosen = [line for line in rows if line[0] == name]
        profiles = [line[1] ** 2 for line in chosen]
        left.loglog(profiles, [line[6] for line in chosen], "-", color=f"C{k}", label=name)
        left.loglog(profiles, [line[5] for line in chosen], ":", color=f"C{k}")
        right.loglog(profiles, [line[7] for line in chosen], "-", color=f"C{k}")
    right.axhline(100.0, color="0.6", linewidth=0.8)
    left.set(xlabel="action profiles", ylabel="milliseconds", title="Threshold (lines), one set (dots)")
    right.set(xlabel="action profiles", ylabel="ratio", title="Threshold to one payoff set")
    left.legend(fontsize="x-small")
    figure.savefig(RESULTS / "thresholds_growth.png", dpi=150)


def main(budget: float = 0.5) -> None:
    """Print the table and write it and the plot."""
    RESULTS.mkdir(exist_ok=True)
    rows = []
    for count in SIZES:
        for name, stage, profile in workloads(count):
            print(f"{name}, {count}x{count} ...", file=sys.stderr)
            line = row(name, stage, profile, budget)
            if line is not None:
                rows.append(line)
    columns = ("game", "actions", "threshold", "closed form", "status", "set ms", "threshold ms", "ratio")
    print(Table("A profile's threshold beside one certified payoff set", columns, tuple(rows)))
    with (RESULTS / "thresholds.csv").open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    plot(rows)


if __name__ == "__main__":
    main()
