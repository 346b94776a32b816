"""Times Markov perfect equilibria of random games, warm, in one process.

Run it with `python benchmarks/markov.py`. It prints a table and writes `benchmarks/results/markov.csv`. A
path is one start: following logit equilibria from the uniform prior, going to the equilibrium on its support,
and certifying it by code of its own. The published homotopy package does not run on the numpy used here; its
published times for one path stand in the last column. They were taken on another machine, so that the two
columns are not a ratio.
"""

from __future__ import annotations

import csv
from pathlib import Path
from time import perf_counter

import numpy as np

from negotiation.checks.verify import verify
from negotiation.games import StochasticGame
from negotiation.labelled import Table
from negotiation.solvers.markov.equilibria import markov_perfect_equilibria

SEED = 20251030
GAMES = 20
DISCOUNT_FACTOR = 0.95
RESULTS = Path(__file__).parent / "results" / "markov.csv"
SIZES = ((2, 2, 0.03), (5, 3, 0.04), (10, 4, 0.17))
"""States, actions of each of two players, and the published seconds for one path."""


def random_game(states: int, actions: int, generator: np.random.Generator) -> StochasticGame:
    shape = (states, actions, actions)
    payoffs, moves = generator.random((*shape, 2)), generator.dirichlet(np.ones(states), shape)
    return StochasticGame(payoffs, moves, DISCOUNT_FACTOR)


def measure(states: int, actions: int, published: float) -> tuple[object, ...]:
    """Return the row of one size: milliseconds a path (median and largest), certified ones, worst regret."""
    generator = np.random.default_rng(SEED + states)
    games = [random_game(states, actions, generator) for _ in range(GAMES)]
    markov_perfect_equilibria(games[0], starts=1, method="logit")  # warm: compile and import
    times, regrets = [], []
    for game in games:
        start = perf_counter()
        found = markov_perfect_equilibria(game, starts=1, method="logit")
        times.append(perf_counter() - start)
        regrets += [e.regret for e in found if verify(game, e.strategy).holds]
    return (
        f"{states} states {actions}x{actions}",
        GAMES,
        len(regrets),
        1e3 * float(np.median(times)),
        1e3 * max(times),
        max(regrets),
        1e3 * published,
    )


def main() -> None:
    """Print the table and write it."""
    rows = tuple(measure(*size) for size in SIZES)
    columns = ("game", "games", "certified", "median ms", "largest ms", "largest regret", "published ms")
    print(Table("One path to a Markov perfect equilibrium, one thread", columns, rows))
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


if __name__ == "__main__":
    main()
