"""Times payoff sets of stochastic games, warm, in one process.

Run it with `python benchmarks/stochastic.py`. It prints a table and writes
`benchmarks/results/stochastic.csv`: two states with 3x3 actions at several discount factors, growth in the
number of states, and the scenario's own game. Each row states the gap between the certified inner bound and
the outer one, and whether the check, code of its own, held.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np

from negotiation import equilibrium_payoffs, load_scenario, verify
from negotiation.games import StochasticGame
from negotiation.labelled import Table

SEED = 20251030
REPEATS = 5
SLOW = 2.0
"""Seconds above which a game is solved once and not `REPEATS` times."""

RESULTS = Path(__file__).parent / "results" / "stochastic.csv"
COLUMNS = (
    "game",
    "states",
    "profiles",
    "delta",
    "ms",
    "ms with transfers",
    "gap, share of range",
    "status",
    "check holds",
)
THREE = (
    [[16, 3, 0], [21, 10, -1], [9, 5, -5]],
    [[9, 13, 3], [1, 4, 0], [0, -4, -15]],
)


def two_states(delta: float) -> StochasticGame:
    """Return the 3x3 game of Abreu and Sannikov and its mirror image, moved by a coin."""
    stage = np.stack([np.array(part, dtype=float) for part in THREE], axis=-1)
    return StochasticGame([stage, stage[::-1, ::-1]], np.full((2, 3, 3, 2), 0.5), delta)


def random_game(states: int, actions: int, delta: float) -> StochasticGame:
    """Return a random game in which every profile leads to one of two states, or of one."""
    generator = np.random.default_rng(SEED + states)
    shape = (states, actions, actions)
    moves = np.zeros((*shape, states))
    for index in np.ndindex(*shape):
        after = generator.choice(states, min(2, states), replace=False)
        moves[(*index, after)] = 1 / len(after)
    return StochasticGame(generator.random((*shape, 2)), moves, delta)


def games() -> Iterator[tuple[str, StochasticGame]]:
    for delta in (0.3, 0.5, 0.7, 0.9):
        yield "3x3 and its mirror image", two_states(delta)
    for states in (2, 5, 10, 20, 40):
        yield "random 3x3", random_game(states, 3, 0.8)
    scenario = load_scenario("us-china-2025")
    yield "scenario, small", scenario.stochastic_game()
    yield (
        "scenario, small, with a clock",
        scenario.stochastic_game(state=replace(scenario.default_state, clock=3)),
    )


def seconds(game: StochasticGame, transfers: bool) -> float:
    best = np.inf
    for _ in range(REPEATS):
        start = perf_counter()
        equilibrium_payoffs(game, transfers=transfers)
        best = min(best, perf_counter() - start)
        if best > SLOW:
            break
    return best


def measure(name: str, game: StochasticGame) -> tuple[object, ...]:
    found = equilibrium_payoffs(game)
    return (
        name,
        game.n_states,
        game.n_rows // game.n_states,
        round(float(game.discount_factors[0]), 4),
        round(1e3 * seconds(game, transfers=False), 1),
        round(1e3 * seconds(game, transfers=True), 1),
        float(f"{found.gap / found.sets[0].size:.2g}"),
        found.status,
        verify(game, found).holds,
    )


def main() -> None:
    measure("warm", two_states(0.3))
    rows = tuple(measure(name, game) for name, game in games())
    table = Table("payoff sets of stochastic games, warm", COLUMNS, rows)
    print(table)
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
