"""Times payoff sets of repeated games beside quantecon at its best setting, warm, on one thread.

Run it with `python benchmarks/payoff_sets.py`. It prints three tables and writes them, and a log plot of how
time grows with the number of action profiles, to `benchmarks/results/`. Ours includes the inner bound and
its certificate, which quantecon does not compute. Quantecon starts its threats at the pure minmax, which
makes it 20 to 7000 times faster than by default; in some games with ties its buffers overflow, and these are
not timed. Games are made before the clock starts, for both; neither uses a second thread.
"""

from __future__ import annotations

import csv
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

import numpy as np

from negotiation.games import RepeatedGame, StageGame
from negotiation.labelled import Table
from negotiation.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs

SEED = 20251030
RESULTS = Path(__file__).parent / "results"
GAMES = 10
"""Random games in the survey."""

FORMS = {
    "": (6.0, 6.0, 0.0),
    ", marginal cost a tenth": (9.0, 10.0, 1.0),
    ", half the choke price": (6.0, 12.0, 0.0),
}
"""Largest quantity, choke price and marginal cost of each duopoly, by what is added to its name."""


def abreu_sannikov() -> np.ndarray:
    """Return the 3x3 game of Abreu and Sannikov (2014)."""
    first = np.array([[16.0, 3, 0], [21, 10, -1], [9, 5, -5]])
    second = np.array([[9.0, 1, 0], [13, 4, -4], [3, 0, -15]])
    return np.stack([first, second.T], axis=-1)


def cournot(count: int, form: str = "") -> np.ndarray:
    """Return a duopoly on a grid of quantities, with the price max(choke - Q, 0) less the marginal cost."""
    largest, choke, cost = FORMS[form]
    quantity = np.linspace(0.0, largest, count)
    margin = np.maximum(choke - quantity[:, None] - quantity, 0.0) - cost
    return np.stack([margin * quantity[:, None], margin * quantity], axis=-1)


def random_game(rows: int, columns: int) -> np.ndarray:
    return np.random.default_rng(SEED).random((rows, columns, 2))


def workloads() -> list[tuple[str, np.ndarray, float]]:
    games = [("Abreu-Sannikov 3x3", abreu_sannikov(), 0.3)]
    for form in FORMS:
        games += [(f"Cournot {n}x{n}{form}", cournot(n, form), d) for n in (30, 60) for d in (0.3, 0.6)]
    return games + [("random 36x72", random_game(36, 72), delta) for delta in (0.3, 0.6, 0.9)]


def ours(payoffs: np.ndarray, delta: float) -> Callable[[], int]:
    game = RepeatedGame(StageGame(payoffs), delta)
    return lambda: len(equilibrium_payoffs(game).vertices)


def quantecon(payoffs: np.ndarray, delta: float) -> Callable[[], int]:
    import quantecon.game_theory as gt

    game = gt.RepeatedGame(gt.NormalFormGame(payoffs), delta)
    minmax = np.array([payoffs[..., 0].max(axis=0).min(), payoffs[..., 1].max(axis=1).min()])
    return lambda: len(game.equilibrium_payoffs(options={"u_init": minmax}).vertices)


def best_time(run: Callable[[], int], budget: float = 2.0) -> float:
    """Return the least time of a call within a budget of seconds, after two calls that do not count."""
    run()
    run()
    best, begun = np.inf, perf_counter()
    while perf_counter() - begun < budget:
        start = perf_counter()
        run()
        best = min(best, perf_counter() - start)
    return best


def timed(
    payoffs: np.ndarray, delta: float, budgets: tuple[float, float] = (2.0, 2.0)
) -> tuple[float, float]:
    """Return our time and quantecon's in seconds, within budgets; NaN where it has no set to give."""
    mine = best_time(ours(payoffs, delta), budgets[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # quantecon warns where it stops at 500 iterations
        try:
            return mine, best_time(quantecon(payoffs, delta), budgets[1])
        except Exception:  # noqa: BLE001 - a peer's failure, of whatever kind, is a result
            return mine, np.nan


def apart(*arguments: object) -> tuple[float, float]:
    """Return what `timed` does, from a process of its own: quantecon may crash, and the peer is then NaN."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(timed, *arguments).result()
        except BrokenProcessPool:
            return np.nan, np.nan


def against_quantecon() -> list[tuple[object, ...]]:
    """Return one row a workload: times in milliseconds, the ratio, and what ours certifies."""
    rows: list[tuple[object, ...]] = []
    for name, payoffs, delta in workloads():
        print(f"{name} at {delta} ...", file=sys.stderr)
        found = equilibrium_payoffs(RepeatedGame(StageGame(payoffs), delta))
        mine, peer = apart(payoffs, delta)
        gap = found.gap
        rows.append(
            (name, delta, len(found.vertices), found.status, gap, 1e3 * mine, 1e3 * peer, peer / mine)
        )
    for form in FORMS:
        names = [f"Cournot {n}x{n}{form}" for n in (30, 60)] + ["random 36x72"]
        ratios = np.array([row[-1] for row in rows if row[0] in names], dtype=float)
        name = f"Cournot{form} and random 36x72"
        rows.append((f"{name}: geometric mean", *[""] * 6, np.exp(np.nanmean(np.log(ratios)))))
        rows.append((f"{name}: least", *[""] * 6, np.nanmin(ratios)))
    return rows


def drawn(kind: str, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.random((36, 72, 2)) if kind == "uniform" else rng.normal(size=(36, 72, 2))


def survey() -> list[tuple[object, ...]]:
    """Return how ratios vary over random 36x72 games, each in a process of its own: quantecon may crash."""
    rows: list[tuple[object, ...]] = []
    for kind, delta in (("uniform", 0.3), ("uniform", 0.6), ("uniform", 0.9), ("normal", 0.9)):
        ratios: list[float] = []
        for seed in range(GAMES):
            print(f"{kind} 36x72 at {delta}, game {seed} ...", file=sys.stderr)
            mine, peer = apart(drawn(kind, seed), delta, (0.3, 0.5))
            ratios.append(peer / mine)
        known = np.array([ratio for ratio in ratios if np.isfinite(ratio)])
        middle = float(np.median(known))
        rows.append(
            (kind, delta, GAMES, len(known), known.min(), middle, known.max(), np.exp(np.log(known).mean()))
        )
    return rows


def growth() -> list[tuple[object, ...]]:
    """Return times from 10 to 10,000 profiles, for a Cournot grid and for random games."""
    rows: list[tuple[object, ...]] = []
    for count in (3, 6, 10, 18, 32, 56, 100):
        for name, payoffs in (("Cournot", cournot(count)), ("random", random_game(count, count))):
            print(f"{name} {count}x{count} ...", file=sys.stderr)
            times = [1e3 * best_time(ours(payoffs, delta), 0.5) for delta in (0.3, 0.6, 0.9)]
            rows.append((name, count * count, *times))
    return rows


def plot(rows: list[tuple[object, ...]]) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(5, 3.6), layout="constrained")
    for name, style in (("Cournot", "-"), ("random", "--")):
        chosen = [row for row in rows if row[0] == name]
        for k, delta in enumerate((0.3, 0.6, 0.9)):
            times = [row[2 + k] for row in chosen]
            axes.loglog([row[1] for row in chosen], times, style, color=f"C{k}", label=f"{name}, {delta}")
    axes.set(xlabel="action profiles", ylabel="milliseconds", title="Certified payoff set, one thread")
    axes.legend(fontsize="small")
    figure.savefig(RESULTS / "payoff_sets_growth.png", dpi=150)


def write(name: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with (RESULTS / name).open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def main() -> None:
    """Print the tables and write them and the plot."""
    RESULTS.mkdir(exist_ok=True)
    rows = against_quantecon()
    columns = ("game", "delta", "vertices", "status", "gap", "ours ms", "quantecon ms", "ratio")
    print(Table("Payoff sets, warm, one thread; the gap is relative to the size", columns, tuple(rows)))
    write("payoff_sets.csv", columns, rows)
    rows = survey()
    columns = (
        "payoffs",
        "delta",
        "games",
        "with a set by quantecon",
        "least",
        "median",
        "greatest",
        "geometric mean",
    )
    print(Table("Ratio quantecon to ours over random 36x72 games", columns, tuple(rows)))
    write("payoff_sets_random.csv", columns, rows)
    rows = growth()
    columns = ("game", "profiles", "ms at 0.3", "ms at 0.6", "ms at 0.9")
    print(Table("How time grows with the number of action profiles", columns, tuple(rows)))
    write("payoff_sets_growth.csv", columns, rows)
    plot(rows)


if __name__ == "__main__":
    main()
