"""Times payoff sets with unlike discount factors beside the common-factor set of the same game.

Run it with `python benchmarks/unlike_discounting.py`. It prints a table of time by patience, as a multiple of
the time of the set at the common factor 0.99 in the same process, and one of random games; it writes both to
`benchmarks/results/` and the log plot to `docs/images/unlike-discounting.png`. Processor time is measured, so
that a busy machine does not count, and the least of several calls. `--plain` also times the whole operator,
as long as that takes seconds.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path
from time import thread_time

import numpy as np
from payoff_sets import abreu_sannikov

from negotiation.games import RepeatedGame, StageGame
from negotiation.labelled import Table
from negotiation.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs

SEED = 20251030
RESULTS = Path(__file__).parent / "results"
PICTURE = Path(__file__).parents[1] / "docs" / "images" / "unlike-discounting.png"
PATIENCE = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
"""The more patient player's factor; the other's horizon is half as long."""

COMMON = 0.99
PLAIN = 0.95
"""Up to here the whole operator is timed."""

PAIRS = ((0.9, 0.8), (0.99, 0.98), (0.995, 0.99), (0.5, 0.9))
GAMES = 40


def dilemma() -> np.ndarray:
    return np.array([[[9.0, 9.0], [1.0, 10.0]], [[10.0, 1.0], [3.0, 3.0]]])


def least_time(run: Callable[[], object], calls: int = 20) -> float:
    """Return the least processor time of a call in milliseconds, after one that does not count."""
    run()
    times = []
    for _ in range(calls):
        start = thread_time()
        run()
        times.append(thread_time() - start)
    return 1e3 * min(times)


def by_patience(plain: bool) -> list[tuple[object, ...]]:
    """Return one row a game and patience: time, its multiple of the common set's, vertices, status, gap."""
    rows: list[tuple[object, ...]] = []
    for name, payoffs in (("Abreu-Sannikov 3x3", abreu_sannikov()), ("prisoner's dilemma", dilemma())):
        stage = StageGame(payoffs)
        alike = RepeatedGame(stage, COMMON)
        common = least_time(lambda game=alike: equilibrium_payoffs(game), 200)
        for delta in PATIENCE:
            game = RepeatedGame(stage, (delta, 2 * delta - 1 if delta > 0.5 else 0.3))
            found = equilibrium_payoffs(game)
            mine = least_time(lambda game=game: equilibrium_payoffs(game))
            whole = np.nan
            if plain and delta <= PLAIN:
                whole = least_time(lambda game=game: equilibrium_payoffs(game, method="aps"), 1)
            rows.append(
                (
                    name, delta, float(game.discount_factors[1]), mine, common, mine / common, whole,
                    len(found.outer), found.status, found.method, found.gap,
                )
            )  # fmt: skip
    return rows


def of_random_games() -> list[tuple[object, ...]]:
    """Return one row a pair of factors: how many random 2x2 and 3x3 games are certified, and their times."""
    rows: list[tuple[object, ...]] = []
    for deltas in PAIRS:
        rng, times, counts = np.random.default_rng(SEED), [], {"complete": 0, "policy": 0, "interior": 0}
        for k in range(GAMES):
            size = 2 + k % 2
            game = RepeatedGame(StageGame(rng.random((size, size, 2))), deltas)
            start = thread_time()
            found = equilibrium_payoffs(game)
            times.append(1e3 * (thread_time() - start))
            counts["complete"] += found.status == "complete"
            counts["policy"] += found.method == "policy_iteration"
            counts["interior"] += len(found.outer) > 2
        rows.append((*deltas, GAMES, *counts.values(), float(np.median(times)), max(times)))
    return rows


def plot(rows: list[tuple[object, ...]]) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(5.6, 3.8), layout="constrained")
    for k, name in enumerate(dict.fromkeys(row[0] for row in rows)):
        chosen = [row for row in rows if row[0] == name]
        horizon = [1 / (1 - row[1]) for row in chosen]
        axes.loglog(horizon, [row[5] for row in chosen], "o-", color=f"C{k}", label=name)
        whole = [(h, row[6] / row[4]) for h, row in zip(horizon, chosen, strict=True) if row[6] == row[6]]
        if whole:
            axes.loglog(*zip(*whole, strict=True), "s--", color=f"C{k}", label=f"{name}, whole operator")
    axes.axhline(50, color="0.6", linewidth=0.8)
    axes.set(
        xlabel=r"horizon $1/(1-\delta_1)$ of the more patient player",
        ylabel="multiples of the common-factor set at 0.99",
        title="Certified payoff sets, the other's horizon half as long",
    )
    axes.legend(fontsize="small")
    figure.savefig(PICTURE, dpi=110)


def write(name: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with (RESULTS / name).open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def main() -> None:
    """Print the tables and write them and the plot."""
    RESULTS.mkdir(exist_ok=True)
    rows = by_patience("--plain" in sys.argv)
    columns = (
        "game", "delta 1", "delta 2", "ms", "common ms", "multiple", "whole operator ms", "vertices",
        "status", "method", "gap",
    )  # fmt: skip
    print(Table("Unlike discount factors; the gap is a share of the ranges", columns, tuple(rows)))
    write("unlike_discounting.csv", columns, rows)
    plot(rows)
    rows = of_random_games()
    columns = (
        "delta 1",
        "delta 2",
        "games",
        "complete",
        "by policy iteration",
        "with interior",
        "median ms",
        "max ms",
    )
    print(Table("Random games", columns, tuple(rows)))
    write("unlike_discounting_random.csv", columns, rows)


if __name__ == "__main__":
    main()
