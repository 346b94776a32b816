"""Times all equilibria of bimatrix games beside quantecon, nashpy and pygambit, warm, in one process.

`python benchmarks/nash.py`. A peer that is too slow for all games of a batch is timed on the first few; the
column "games" says how many. The column "found" is the number of equilibria in those games as the peer counts
them: peers lose some, and a fast answer that is incomplete shows there.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from time import perf_counter, process_time

import numpy as np
from tables import SEED, Row, benchmark, main, random_payoffs, timed

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.solve import solve
from negotiation.game_theory.solvers.nash.solve_many import solve_many

Solver = Callable[[np.ndarray], int]


def quantecon(method: str) -> Solver:
    def count(games: np.ndarray) -> int:
        import quantecon.game_theory as gt

        return sum(len(getattr(gt, method)(gt.NormalFormGame(game))) for game in games)

    return count


def nashpy(method: str, shift: float) -> Solver:
    def count(games: np.ndarray) -> int:
        from nashpy import Game

        shifted = shift + games
        return sum(len(list(getattr(Game(g[..., 0], g[..., 1]), method)())) for g in shifted)

    return count


def gambit(rational: bool) -> Solver:
    def count(games: np.ndarray) -> int:
        import pygambit as gb

        # Payoffs of nine digits keep pygambit's rationals in range.
        whole = np.rint(games * 1e9).astype(np.int64)
        arrays = [gb.Game.from_arrays(g[..., 0], g[..., 1]) for g in whole]
        return sum(len(gb.nash.enummixed_solve(g, rational=rational).equilibria) for g in arrays)

    return count


SIZES = (3, 4, 8, 12)
# Games of each of these sizes that a solver is timed on.
SOLVERS: dict[str, tuple[Solver, tuple[int, ...]]] = {
    "ours_batch": (lambda games: int(solve_many(games).counts.sum()), (10_000, 10_000, 1, 0)),
    "ours_batch_two_threads": (
        lambda games: int(solve_many(games, threads=2).counts.sum()),
        (10_000, 10_000, 0, 0),
    ),
    "ours_one_by_one": (lambda games: sum(len(solve(StageGame(game))) for game in games), (500, 300, 1, 1)),
    "ours_exact": (
        lambda games: sum(len(solve(StageGame(game), exact=True)) for game in games),
        (500, 300, 1, 1),
    ),
    "quantecon_supports": (quantecon("support_enumeration"), (10_000, 10_000, 1, 0)),
    "quantecon_vertices": (quantecon("vertex_enumeration"), (500, 300, 1, 1)),
    "nashpy_supports": (nashpy("support_enumeration", 0.0), (300, 100, 1, 0)),
    # Right only for positive payoffs, as these are.
    "nashpy_vertices": (nashpy("vertex_enumeration", 1.0), (100, 50, 0, 0)),
    "gambit_doubles": (gambit(rational=False), (1_000, 500, 1, 1)),
    "gambit_exact": (gambit(rational=True), (300, 100, 1, 0)),
}


def measure(size: int, total: int, counts: dict[str, int]) -> Iterator[Row]:
    """Yield one row for each solver: size, name, games, equilibria, time a game and ratio to the first."""
    games = random_payoffs(total, size, size, seed=SEED + size)
    first = 0.0
    for name, count in counts.items():
        solver = SOLVERS[name][0]
        # Compiled and imported before, on games small enough for the slowest peer.
        solver(games[:3] if name.startswith("ours") or size < 8 else games[:3, :3, :3].copy())
        # Processor time would charge two threads twice.
        clock = perf_counter if name.endswith("threads") else process_time
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # peers warn of games that they take for degenerate
            seconds, equilibria = timed(lambda s=solver, n=count: s(games[:n]), clock=clock)
        first = first or seconds / count
        yield f"{size}x{size}", name, count, equilibria, 1e6 * seconds / count, seconds / count / first


@benchmark(
    "All equilibria of random games, one thread unless named otherwise",
    "game", "solver", "games", "found", "microseconds a game", "times the first",
)  # fmt: skip
def equilibria() -> Iterator[Row]:
    for k, size in enumerate(SIZES):
        counts = {name: games[k] for name, (_, games) in SOLVERS.items() if games[k]}
        yield from measure(size, max(counts.values()), counts)


def peers() -> dict[str, Callable[[StageGame], list[object]]]:
    """Return peers' solvers by name, from a game of whole payoffs to the profiles that they print."""
    import nashpy
    import pygambit
    import quantecon.game_theory as gt

    def of_nashpy(method: str) -> Callable[[StageGame], list[object]]:
        return lambda game: list(getattr(nashpy.Game(game.payoffs[..., 0], game.payoffs[..., 1]), method)())

    def of_quantecon(method: str) -> Callable[[StageGame], list[object]]:
        return lambda game: list(getattr(gt, method)(gt.NormalFormGame(game.payoffs.copy())))

    def of_gambit(game: StageGame) -> list[object]:
        whole = game.payoffs.astype(np.int64)
        return list(
            pygambit.nash.enummixed_solve(pygambit.Game.from_arrays(whole[..., 0], whole[..., 1])).equilibria
        )

    return {
        "nashpy supports": of_nashpy("support_enumeration"),
        "nashpy vertices": of_nashpy("vertex_enumeration"),
        "quantecon supports": of_quantecon("support_enumeration"),
        "quantecon vertices": of_quantecon("vertex_enumeration"),
        "gambit exact": of_gambit,
    }


@benchmark(
    "Second opinions: profiles that peers print for 100 games of 3 by 3, judged by `verify`",
    "payoffs", "solver", "profiles", "no equilibrium", "games with fewer than there are", "ended in an error",
)  # fmt: skip
def second_opinions() -> Iterator[Row]:
    rng = np.random.default_rng(SEED)
    for told, most in (("-9999 to 9999", 9999), ("-2 to 2", 2)):
        games = [StageGame(rng.integers(-most, most + 1, size=(3, 3, 2)).astype(float)) for _ in range(100)]
        there = [len(solve(game, exact=True)) for game in games]
        for name, ask in peers().items():
            profiles = wrong = fewer = errors = 0
            for game, extreme in zip(games, there, strict=True):
                labelled = StageGame(game.payoffs, ("1", "2"), (("1", "2", "3"),) * 2)
                try:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        found = ask(game)
                except Exception:  # noqa: BLE001 - a peer's, of whatever kind, is counted
                    errors += 1
                    continue
                profiles += len(found)
                wrong += sum(not verify(labelled, one).holds for one in found)
                fewer += len(found) < extreme
            yield told, name, profiles, wrong, fewer, errors


if __name__ == "__main__":
    main("nash", equilibria, second_opinions)
