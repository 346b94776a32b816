"""Times all equilibria of bimatrix games beside quantecon, nashpy and pygambit, warm, in one process.

Run it with `python benchmarks/nash.py`. It prints a table and writes `benchmarks/results/nash.csv`. A peer
that is too slow for all games of a batch is timed on the first few; the column "games" says how many. The
column "found" is the number of equilibria in those games as the peer counts them: peers lose some, and a fast
answer that is incomplete shows there.
"""

from __future__ import annotations

import csv
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np

from negotiation.games import StageGame
from negotiation.labelled import Table
from negotiation.solvers.nash.solve import solve
from negotiation.solvers.nash.solve_many import solve_many

SEED = 20251030
RESULTS = Path(__file__).parent / "results" / "nash.csv"
Solver = Callable[[np.ndarray], int]


def ours_batch(games: np.ndarray) -> int:
    return int(solve_many(games).counts.sum())


def ours_batch_two_threads(games: np.ndarray) -> int:
    return int(solve_many(games, threads=2).counts.sum())


def ours_one_by_one(games: np.ndarray) -> int:
    return sum(len(solve(StageGame(game))) for game in games)


def ours_exact(games: np.ndarray) -> int:
    return sum(len(solve(StageGame(game), exact=True)) for game in games)


def quantecon_supports(games: np.ndarray) -> int:
    import quantecon.game_theory as gt

    return sum(len(gt.support_enumeration(gt.NormalFormGame(game))) for game in games)


def quantecon_vertices(games: np.ndarray) -> int:
    import quantecon.game_theory as gt

    return sum(len(gt.vertex_enumeration(gt.NormalFormGame(game))) for game in games)


def nashpy_supports(games: np.ndarray) -> int:
    import nashpy

    return sum(len(list(nashpy.Game(g[..., 0], g[..., 1]).support_enumeration())) for g in games)


def nashpy_vertices(games: np.ndarray) -> int:
    import nashpy

    # Right only for positive payoffs, as these are.
    return sum(len(list(nashpy.Game(1 + g[..., 0], 1 + g[..., 1]).vertex_enumeration())) for g in games)


def gambit_doubles(games: np.ndarray) -> int:
    return _gambit(games, rational=False)


def gambit_exact(games: np.ndarray) -> int:
    return _gambit(games, rational=True)


def _gambit(games: np.ndarray, rational: bool) -> int:
    import pygambit as gb

    # Payoffs of nine digits keep pygambit's rationals in range.
    whole = np.rint(games * 1e9).astype(np.int64)
    arrays = [gb.Game.from_arrays(g[..., 0], g[..., 1]) for g in whole]
    return sum(len(gb.nash.enummixed_solve(g, rational=rational).equilibria) for g in arrays)


# Size, games, and for each solver the number of games that it is timed on.
WORKLOADS: tuple[tuple[int, int, tuple[tuple[Solver, int], ...]], ...] = (
    (
        3,
        10_000,
        (
            (ours_batch, 10_000),
            (ours_batch_two_threads, 10_000),
            (ours_one_by_one, 500),
            (ours_exact, 500),
            (quantecon_supports, 10_000),
            (quantecon_vertices, 500),
            (nashpy_supports, 300),
            (nashpy_vertices, 100),
            (gambit_doubles, 1_000),
            (gambit_exact, 300),
        ),
    ),
    (
        4,
        10_000,
        (
            (ours_batch, 10_000),
            (ours_batch_two_threads, 10_000),
            (ours_one_by_one, 300),
            (ours_exact, 300),
            (quantecon_supports, 10_000),
            (quantecon_vertices, 300),
            (nashpy_supports, 100),
            (nashpy_vertices, 50),
            (gambit_doubles, 500),
            (gambit_exact, 100),
        ),
    ),
    (
        8,
        1,
        (
            (ours_batch, 1),
            (ours_one_by_one, 1),
            (ours_exact, 1),
            (quantecon_supports, 1),
            (quantecon_vertices, 1),
            (nashpy_supports, 1),
            (gambit_doubles, 1),
            (gambit_exact, 1),
        ),
    ),
    (12, 1, ((ours_one_by_one, 1), (ours_exact, 1), (quantecon_vertices, 1), (gambit_doubles, 1))),
)


def measure(size: int, total: int, solvers: tuple[tuple[Solver, int], ...]) -> list[tuple[object, ...]]:
    """Return one row for each solver: size, name, games, equilibria, time a game and ratio to the first."""
    games = np.random.default_rng(SEED + size).random((total, size, size, 2))
    rows: list[tuple[object, ...]] = []
    first = 0.0
    for solver, count in solvers:
        print(f"{size}x{size} {solver.__name__} ...", file=sys.stderr)
        ours = solver.__name__.startswith("ours")
        solver(games[:3] if ours or size < 8 else games[:3, :3, :3].copy())  # warm: compile and import
        best, found = np.inf, 0
        for _ in range(5):
            start = perf_counter()
            found = solver(games[:count])
            last = perf_counter() - start
            best = min(best, last)
            if last > 1.0:
                break
        each = best / count
        first = first or each
        rows.append((f"{size}x{size}", solver.__name__, count, found, each * 1e6, each / first))
    return rows


def main() -> None:
    """Print the table and write it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peers warn of games that they take for degenerate
        rows = [row for workload in WORKLOADS for row in measure(*workload)]
    columns = ("game", "solver", "games", "found", "microseconds a game", "times the first")
    print(Table("All equilibria of random games, one thread unless named otherwise", columns, tuple(rows)))
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


if __name__ == "__main__":
    main()
