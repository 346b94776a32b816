"""Times payoff sets with unlike discount factors beside the common-factor set of the same game.

Run it with `python benchmarks/unlike_discounting.py`. It prints a table of time by patience, as a multiple of
the time of the set at the common factor 0.99 in the same process, and one of random games: how many policy
iteration certifies, what it fails by in the others, and how many of these the whole operator completes within
a limit of iterations. It writes both to `benchmarks/results/` and the log plot to
`docs/images/unlike-discounting.png`. Processor time is measured, so that a busy machine does not count, and
the median of calls that take turns with those of the common factor. `--plain` also times the whole operator,
as long as that takes seconds. Without it all takes a minute or two.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import thread_time

import numpy as np
from payoff_sets import abreu_sannikov

from negotiation.games import RepeatedGame, StageGame
from negotiation.labelled import Table
from negotiation.numeric import KNIFE_EDGE
from negotiation.solvers.payoff_sets.common.stage import shifted_stage
from negotiation.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.solvers.payoff_sets.numerics import NUMERICS
from negotiation.solvers.payoff_sets.perfect.kernels.orbit_bounds import (
    CERTIFIED,
    CYCLES,
    FLAT,
    NOT_INNER,
    NOT_OUTER,
    orbit_bounds,
)
from negotiation.solvers.payoff_sets.perfect.kernels.orbit_certificates import Rules
from negotiation.solvers.payoff_sets.perfect.numerics import NUMERICS as PERFECT

SEED = 20251030
RESULTS = Path(__file__).parent / "results"
PICTURE = Path(__file__).parents[1] / "docs" / "images" / "unlike-discounting.png"
PATIENCE = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
"""The more patient player's factor; the other's horizon is half as long."""

COMMON = 0.99
PLAIN = 0.95
"""Up to here the whole operator is timed."""

PAIRS = ((0.5, 0.3), (0.7, 0.65), (0.5, 0.9), (0.9, 0.8), (0.95, 0.97), (0.99, 0.98), (0.995, 0.99))
GAMES = 60
"""Random games of each pair of factors: a third each of two, three and four actions."""

LIMIT = 1000
"""Iterations of the whole operator where policy iteration certifies nothing: it is not timed here."""

APART = -1
OUTCOMES = {
    CERTIFIED: "certified",
    CYCLES: "cycle",
    FLAT: "flat",
    NOT_INNER: "inner fails",
    NOT_OUTER: "outer fails",
    APART: "apart",
}


def dilemma() -> np.ndarray:
    return np.array([[[9.0, 9.0], [1.0, 10.0]], [[10.0, 1.0], [3.0, 3.0]]])


def median_times(*runs: tuple[Callable[[], object], int], rounds: int = 25) -> list[float]:
    """Return the median processor time of a call in milliseconds, of each run with its calls a round.

    All are warm, and they take turns; a short one has more calls, so that what the long one left in the cache
    does not count.
    """
    times: list[list[float]] = [[] for _ in runs]
    for run, _ in runs:
        run()
    for _ in range(rounds):
        for (run, calls), found in zip(runs, times, strict=True):
            start = thread_time()
            for _ in range(calls):
                run()
            found.append((thread_time() - start) / calls)
    return [1e3 * float(np.median(found)) for found in times]


def by_patience(plain: bool) -> list[tuple[object, ...]]:
    """Return one row a game and patience: time, its multiple of the common set's, vertices, status, gap."""
    rows: list[tuple[object, ...]] = []
    for name, payoffs in (("Abreu-Sannikov 3x3", abreu_sannikov()), ("prisoner's dilemma", dilemma())):
        stage = StageGame(payoffs)
        alike = RepeatedGame(stage, COMMON)
        for delta in PATIENCE:
            game = RepeatedGame(stage, (delta, 2 * delta - 1 if delta > 0.5 else 0.3))
            found = equilibrium_payoffs(game)
            mine, common = median_times(
                (partial(equilibrium_payoffs, game), 3), (partial(equilibrium_payoffs, alike), 40)
            )
            whole = np.nan
            if plain and delta <= PLAIN:
                run = partial(equilibrium_payoffs, game, method="aps")
                whole = median_times((run, 1), rounds=1)[0]
            rows.append(
                (
                    name, delta, float(game.discount_factors[1]), mine, common, mine / common, whole,
                    len(found.outer), found.status, found.method, found.gap,
                )
            )  # fmt: skip
    return rows


def how_far(game: RepeatedGame) -> tuple[int, float]:
    """Return how far policy iteration alone comes, and its processor time in milliseconds."""
    stage, _ = shifted_stage(np.ascontiguousarray(game.stage.payoffs))
    deltas = np.array([float(delta) for delta in game.discount_factors])
    order = np.argsort(-deltas)
    deltas, payoffs, gains = deltas[order], stage.payoffs[:, order].copy(), stage.gains[:, order].copy()
    needed = np.where(gains > 0.0, (1.0 - deltas) / deltas * gains, -np.inf)
    rules = Rules(payoffs, deltas, needed, (payoffs + gains).min(axis=0), stage.size)
    start = thread_time()
    found = orbit_bounds(rules, KNIFE_EDGE * stage.size, NUMERICS.iterations)
    taken = 1e3 * (thread_time() - start)
    meets = found.how_far != CERTIFIED or found.gap <= PERFECT.meet * stage.size
    return found.how_far if meets else APART, taken


def of_random_games() -> list[tuple[object, ...]]:
    """Return one row a pair of factors: the shares of games by what became of them, and times."""
    rows: list[tuple[object, ...]] = []
    for deltas in PAIRS:
        rng, times, outcomes = np.random.default_rng(SEED), [], []
        rescued = partial_ones = 0
        for k in range(GAMES):
            size = 2 + k % 3
            game = RepeatedGame(StageGame(rng.random((size, size, 2))), deltas)
            outcome, taken = how_far(game)
            outcomes.append(outcome)
            times.append(taken)
            if outcome != CERTIFIED:
                complete = equilibrium_payoffs(game, limit=LIMIT).status == "complete"
                rescued, partial_ones = rescued + complete, partial_ones + (not complete)
        shares = [100.0 * outcomes.count(kind) / GAMES for kind in OUTCOMES]
        rows.append(
            (
                *deltas, *(round(share, 1) for share in shares), round(100.0 * rescued / GAMES, 1),
                round(100.0 * partial_ones / GAMES, 1), float(np.median(times)), max(times),
            )
        )  # fmt: skip
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
        "delta 1", "delta 2", *(f"{name} %" for name in OUTCOMES.values()),
        f"then complete within {LIMIT} %", "partial %", "median ms", "max ms",
    )  # fmt: skip
    print(Table(f"{GAMES} random games each: what policy iteration comes to", columns, tuple(rows)))
    write("unlike_discounting_random.csv", columns, rows)


if __name__ == "__main__":
    main()
