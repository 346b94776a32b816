"""Times payoff sets of stochastic games, and surveys their bounds where states are many.

`python benchmarks/stochastic.py` makes all three tables; with `times`, `growth` or `survey` behind it that
one alone. They go to `benchmarks/results/`, the log plot to `docs/images/stochastic-states.png`.

Times: two states with 3x3 actions at several discount factors, sparse games of more states, and the
scenario's own game, on the clock. Each row states the gap between the certified inner bound and the outer
one, and whether the check, code of its own, held.

Growth: random games of 2x2 actions from two to forty states, each of which may follow on each, as multiples
of the set of one state in the same process. Processor time is measured, so that a busy machine does not
count, and the least of a few calls. Several draws a size, since draws of one size differ.

Survey: fifty games of forty states, in turns from sixteen families. Games are drawn until the set of some
state has an interior, since empty sets and points are no feat. How many are certified with bounds less than a
thousandth of the payoff range apart, and what they take.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from negotiation import equilibrium_payoffs, load_scenario, verify
from negotiation.games import StochasticGame
from negotiation.labelled import Table

SEED = 20251030
REPEATS = 5
SLOW = 2.0
"""Seconds above which a game is solved once and not `REPEATS` times, and which the survey calls slow."""

RESULTS = Path(__file__).parent / "results"
PICTURE = Path(__file__).parents[1] / "docs" / "images" / "stochastic-states.png"
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
PATIENCE = 0.9
SIZES = (2, 5, 10, 20, 30, 40)
DRAWS = 3
"""Games of each size in the table of growth."""

SURVEYED = 50
MANY = 40
NEAR = 1e-3
MOVES = ("dense", "sparse", "ring", "absorbing")
PAYOFFS = ("uniform", "normal")
FAMILIES = tuple(product(MOVES, (2, 3), PAYOFFS))


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


def successors(moves: str, states: int, state: int, rng: np.random.Generator) -> np.ndarray:
    """Return the states that may follow one profile; with `absorbing` the same or a later one."""
    if moves == "dense":
        return np.arange(states)
    if moves == "sparse":
        return rng.choice(states, min(3, states), replace=False)
    if moves == "ring":
        return np.unique([(state - 1) % states, state, (state + 1) % states])
    return np.unique([state, rng.integers(state, states)])


def drawn_game(moves: str, actions: int, payoffs: str, states: int, seed: tuple[int, ...]) -> StochasticGame:
    """Return a game with random payoffs; what follows a profile does so with Dirichlet shares."""
    rng = np.random.default_rng((SEED, states, *seed))
    shape = (states, actions, actions)
    stages = rng.random((*shape, 2)) if payoffs == "uniform" else rng.normal(size=(*shape, 2))
    matrix = np.zeros((*shape, states))
    for index in np.ndindex(*shape):
        after = successors(moves, states, index[0], rng)
        matrix[(*index, after)] = rng.dirichlet(np.ones(len(after)))
    return StochasticGame(stages, matrix, PATIENCE)


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


def least_time(run: Callable[[], object], clock: Callable[[], float], calls: int = REPEATS) -> float:
    """Return the least seconds of a few calls, or of fewer where one takes long."""
    best, spent = np.inf, 0.0
    for _ in range(calls):
        start = clock()
        run()
        taken = clock() - start
        best, spent = min(best, taken), spent + taken
        if spent > SLOW:
            break
    return best


def measure(name: str, game: StochasticGame) -> tuple[object, ...]:
    found = equilibrium_payoffs(game)
    plain = least_time(lambda: equilibrium_payoffs(game), perf_counter)
    paid = least_time(lambda: equilibrium_payoffs(game, transfers=True), perf_counter)
    return (
        name,
        game.n_states,
        game.n_rows // game.n_states,
        round(float(game.discount_factors[0]), 4),
        round(1e3 * plain, 1),
        round(1e3 * paid, 1),
        float(f"{found.gap:.2g}"),
        found.status,
        verify(game, found).holds,
    )


def times() -> Table:
    measure("warm", two_states(0.3))
    rows = tuple(measure(name, game) for name, game in games())
    return Table("payoff sets of stochastic games, warm", COLUMNS, rows)


def with_interior(states: int, count: int) -> Iterator[StochasticGame]:
    """Yield the first dense 2x2 games with uniform payoffs in which the set of some state has an interior."""
    seed = 0
    while count:
        game = drawn_game("dense", 2, "uniform", states, (seed,))
        seed += 1
        if any(len(part.outer) > 2 for part in equilibrium_payoffs(game).sets):
            count -= 1
            yield game


def growth() -> Table:
    """Return one row a game: processor time beside that of a set of one state, and what was found."""
    equilibrium_payoffs(drawn_game("dense", 2, "uniform", 30, (0,)))
    ones = [
        least_time(lambda game=game: equilibrium_payoffs(game), process_time, 20)
        for game in with_interior(1, 5)
    ]
    one, rows = float(np.median(ones)), []
    for states in SIZES:
        for game in with_interior(states, DRAWS):
            taken = least_time(lambda game=game: equilibrium_payoffs(game), process_time)
            found = equilibrium_payoffs(game)
            vertices = sum(len(part.outer) for part in found.sets)
            rows.append((states, taken, taken / one, vertices, found.iterations, found.gap, found.status))
            print(rows[-1], file=sys.stderr, flush=True)
    columns = ("states", "seconds", "multiple", "vertices", "iterations", "gap", "status")
    title = f"dense 2x2 games at {PATIENCE}, as multiples of one state's {1e3 * one:.2g} ms"
    return Table(title, columns, tuple(rows))


def plot(table: Table) -> None:
    """Draw multiples against states on two logarithmic axes, and what growth with their square would be."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    states = np.array([row[0] for row in table.rows])
    multiples = np.array([row[2] for row in table.rows])
    medians = np.array([np.median(multiples[states == size]) for size in SIZES])
    figure, axes = plt.subplots(figsize=(5.6, 3.8), layout="constrained")
    axes.loglog(states, multiples, "o", color="C0", alpha=0.4, label="a game")
    axes.loglog(SIZES, medians, "-", color="C0", label="median of a size")
    square = medians[2] * (np.array(SIZES) / SIZES[2]) ** 2
    axes.loglog(SIZES, square, ":", color="0.5", label="the square of the states, through ten")
    axes.axvline(24.5, color="0.7", linewidth=0.8)
    axes.set_xticks(SIZES, [str(size) for size in SIZES])
    axes.minorticks_off()
    axes.set(
        xlabel="states (from 25 on sets settle to 1e-9; line)",
        ylabel="multiples of one state's set",
        title=f"Certified payoff sets, dense 2x2 games at {PATIENCE}",
    )
    axes.legend(fontsize="small")
    figure.savefig(PICTURE, dpi=110)


def surveyed() -> Iterator[tuple[object, ...]]:
    """Yield one row a game with an interior in some state, in turns by family."""
    warm = {actions: drawn_game("sparse", actions, "uniform", 30, (0,)) for actions in (2, 3)}
    for game in warm.values():
        equilibrium_payoffs(game)
    next_seed = dict.fromkeys(FAMILIES, 0)
    for k in range(SURVEYED):
        family = FAMILIES[k % len(FAMILIES)]
        while True:
            seed = next_seed[family]
            next_seed[family] += 1
            game = drawn_game(*family, MANY, (FAMILIES.index(family), seed))
            start = process_time()
            found = equilibrium_payoffs(game)
            taken = process_time() - start
            if any(len(part.outer) > 2 for part in found.sets):
                break
            print((*family, seed, "left out", taken), file=sys.stderr, flush=True)
        row = (
            *family, seed, taken, found.gap, found.status, verify(game, found).holds,
            sum(len(part.outer) > 2 for part in found.sets), sum(not len(part.outer) for part in found.sets),
            sum(len(part.outer) for part in found.sets), found.reason,
        )  # fmt: skip
        print(row, file=sys.stderr, flush=True)
        yield row


def survey() -> Table:
    """Return one row a game; `draw` counts the games of its family, those left out with them."""
    columns = (
        "moves", "actions", "payoffs", "draw", "seconds", "gap", "status", "check holds",
        "states with interior", "empty states", "vertices", "reason",
    )  # fmt: skip
    return Table(f"{SURVEYED} games of {MANY} states at {PATIENCE}", columns, tuple(surveyed()))


def summary(table: Table) -> Table:
    """Return the survey by kind of transitions and number of actions, and in all."""
    rows = []
    kinds = [(moves, actions) for moves in MOVES for actions in (2, 3)]
    for kind in (*kinds, None):
        chosen = [row for row in table.rows if kind in (None, row[:2])]
        seconds = [float(row[4]) for row in chosen]
        rows.append(
            (
                "all" if kind is None else f"{kind[0]} {kind[1]}x{kind[1]}", len(chosen),
                sum(row[5] < NEAR and row[7] for row in chosen), sum(row[6] == "complete" for row in chosen),
                max(row[5] for row in chosen), float(np.median(seconds)), max(seconds),
                sum(taken > SLOW for taken in seconds),
            )
        )  # fmt: skip
    columns = (
        "games", "number", f"certified, gap < {NEAR:g}", "complete", "largest gap", "median seconds",
        "most seconds", f"over {SLOW:g} s",
    )  # fmt: skip
    return Table(table.title, columns, tuple(rows))


def write(name: str, table: Table) -> None:
    with (RESULTS / name).open("w", newline="") as file:
        csv.writer(file).writerows([table.columns, *table.rows])


def main(wanted: tuple[str, ...]) -> None:
    RESULTS.mkdir(exist_ok=True)
    makers = (("times", "stochastic", times), ("growth", "stochastic_growth", growth))
    for word, name, table_of in (*makers, ("survey", "stochastic_survey", survey)):
        if wanted and word not in wanted:
            continue
        table = table_of()
        write(f"{name}.csv", table)
        if word == "growth":
            plot(table)
        print(summary(table) if word == "survey" else table)


if __name__ == "__main__":
    main(tuple(sys.argv[1:]))
