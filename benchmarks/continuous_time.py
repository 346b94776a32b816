"""Times games in continuous time, as multiples of plain SciPy on the same equations in the same process.

`python benchmarks/continuous_time.py` makes the table of times and of growth; with `large` behind it the one
game of 311,040 states too, which takes some minutes on a busy machine; with `dispute` the table of posture
games of the United States and China in its place. Processor time is measured, so that a busy machine does
not count, and the least of a few calls. Tables go to `benchmarks/results/`.

The games: instruments with levels, in turns of either side, each moved by up to three levels at once; payoffs
with interactions; phases that harsher moves bring on and nature ends. The plain programs: value iteration
after uniformisation and policy iteration, every side's values by a factorisation, dense or sparse. The latter
ends in an equilibrium only where replies to replies settle.
"""

from __future__ import annotations

import csv
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

import negotiation as ng
from negotiation.games import ContinuousTimeGame, OptionRows
from negotiation.labelled import Table

SEED = 20251130
REPEATS = 3
RESULTS = Path(__file__).parent / "results"
SMALL = ((3, 3, 3, 3), 1)
GAMES = (SMALL, ((5, 5, 5, 5), 1), ((6, 8, 8, 8), 1), ((8, 8, 10, 10), 1), ((10, 10, 10, 10), 3))
LARGE = ((16, 18, 18, 20), 3)
MOST_DENSE = 700
MOST_FACTORISED = 4000
COLUMNS = (
    "states",
    "options a state",
    "s",
    "residual, share of unit",
    "warm restart, times faster",
    "transition by one year, s",
    "policy iteration dense, times",
    "policy iteration sparse, times",
    "peak MiB",
)
DISPUTE = (
    ("small", []),
    ("small", None),
    ("core", []),
    ("core", ["stocks"]),
    ("core", None),
    ("full", []),
    ("full", ["stocks"]),
)
DISPUTE_COLUMNS = (
    "size",
    "state moves",
    "states",
    "options",
    "built, s",
    "solved, s",
    "residual, share of unit",
    "warm restart, times faster",
    "verified, s",
    "peak MiB",
)


def posture_game(shape: tuple[int, ...], phases: int, rho: float = 0.1) -> ContinuousTimeGame:
    """Return a game of instruments with levels, and of phases."""
    rng = np.random.default_rng(SEED)
    full = (*shape, phases)
    size = int(np.prod(full))
    states = np.arange(size)
    levels = np.array(np.unravel_index(states, full))
    strides = [int(np.prod(full[a + 1 :])) for a in range(len(full))]
    flows = np.zeros((size, 2))
    for i in (0, 1):
        for a, count in enumerate(shape):
            x = levels[a] / (count - 1)
            other = int(rng.integers(len(shape)))
            flows[:, i] += rng.normal() * x + rng.normal() * x * levels[other] / shape[other]
        flows[:, i] -= 0.3 * levels[-1]
    makers = []
    for i in (0, 1):
        sources, targets, payoffs = [states], [states], [np.zeros(size)]
        for a in range(i, len(shape), 2):
            for step in (-3, -2, -1, 1, 2, 3):
                legal = (levels[a] + step >= 0) & (levels[a] + step < shape[a])
                now = levels[-1][legal]
                later = np.minimum(now + 1, phases - 1) if step > 0 else now
                sources.append(states[legal])
                targets.append(states[legal] + step * strides[a] + later - now)
                payoffs.append(np.full(int(legal.sum()), -0.05 * abs(step)))
        heads = np.concatenate(sources)
        order = np.argsort(heads, kind="stable")
        indptr = np.concatenate([[0], np.cumsum(np.bincount(heads, minlength=size))])
        rows = OptionRows(indptr, np.concatenate(targets)[order], np.concatenate(payoffs)[order])
        makers.append(ng.DecisionMaker(i, 12.0, rows, 2.0))
    waiting = states[levels[-1] > 0]
    calm = (np.full(len(waiting), 0.5), (waiting, waiting - levels[-1][waiting]))
    nature = sparse.csr_array(calm, shape=(size, size)) if phases > 1 else None
    return ContinuousTimeGame(flows, makers, rho, nature)


def plain_policy_iteration(game: ContinuousTimeGame, dense: bool, most: int = 200) -> float:
    """Return the last change of values of policy iteration in plain NumPy and SciPy."""
    size, change = game.n_states, np.inf
    values = np.zeros((size, game.n_players))
    nature = sparse.csr_array(
        (game.nature.rates, (game.nature.sources, game.nature.targets)), shape=(size, size)
    )
    for _ in range(most):
        moves, paid = nature, np.zeros_like(values)
        for m, (rows, owner) in enumerate(zip(game.options, game.owners, strict=True)):
            begins, counts = rows.indptr[:-1], np.diff(rows.indptr)
            worth = rows.payoffs + values[rows.targets, owner]
            top = np.repeat(np.maximum.reduceat(worth, begins), counts)
            weights = np.exp(game.precisions[m] * (worth - top))
            chances = weights / np.repeat(np.add.reduceat(weights, begins), counts)
            flow = np.repeat(game.rates[m], counts) * chances
            moves = moves + sparse.csr_array((flow, (rows.sources, rows.targets)), shape=(size, size))
            paid[:, owner] += np.add.reduceat(
                flow * (rows.payoffs - np.log(chances) / game.precisions[m]), begins
            )
        new = np.empty_like(values)
        leaves = np.asarray(moves.sum(axis=1)).ravel()
        for i, rho in enumerate(game.discount_rates):
            system = sparse.csc_array(sparse.diags_array(rho + leaves) - moves)
            right = game.flows[:, i] + paid[:, i]
            new[:, i] = np.linalg.solve(system.toarray(), right) if dense else splu(system).solve(right)
        change = float(abs(new - values).max())
        values = new
        if change < 1e-10:
            break
    return change


def seconds(call: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the least processor time of a few calls."""
    times = []
    for _ in range(repeats):
        begun = process_time()
        call()
        times.append(process_time() - begun)
    return min(times)


def row(shape: tuple[int, ...], phases: int, repeats: int = REPEATS) -> tuple[object, ...]:
    """Return one row of the table."""
    game, near = posture_game(shape, phases), posture_game(shape, phases, rho=0.101)
    found = ng.markov_perfect_equilibria(game, starts=1)
    e = found[0]
    cold = seconds(lambda: ng.markov_perfect_equilibria(game, starts=1), repeats)
    warm = seconds(lambda: ng.markov_perfect_equilibria(near, starts=1, initial=e), repeats)
    ahead = seconds(lambda: ng.transition_probabilities(game, e, start=game.states[0], years=1.0), 1)
    dense = sparse_time = None
    if game.n_states <= MOST_DENSE:
        dense = seconds(lambda: plain_policy_iteration(game, dense=True), 1) / cold
    if game.n_states <= MOST_FACTORISED:
        sparse_time = seconds(lambda: plain_policy_iteration(game, dense=False), 1) / cold
    return (
        game.n_states,
        sum(rows.n_options for rows in game.options) / game.n_states,
        cold,
        float((e.residuals / game.units).max()),
        cold / warm,
        ahead,
        dense,
        sparse_time,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


def dispute_row(size: str, moving: list[str] | None) -> tuple[object, ...]:
    """Return one row of the table of a dispute's posture games."""
    scenario = ng.load_scenario("us-china-2025")
    yearly = scenario.parameters["discount_factor_annual"]
    near = scenario.with_parameters({"discount_factor_annual": 0.999 * yearly})
    game, other = (one.continuous_game(size, moving=moving) for one in (scenario, near))
    e = ng.markov_perfect_equilibria(game, starts=1)[0]
    repeats = REPEATS if game.n_states <= MOST_FACTORISED else 1
    cold = seconds(lambda: ng.markov_perfect_equilibria(game, starts=1), repeats)
    warm = seconds(lambda: ng.markov_perfect_equilibria(other, starts=1, initial=e), repeats)
    return (
        size,
        "no" if moving == [] else ", ".join(moving or ["all"]),
        game.n_states,
        sum(rows.n_options for rows in game.options),
        seconds(lambda: scenario.continuous_game(size, moving=moving), repeats),
        cold,
        float((e.residuals / game.units).max()),
        cold / warm,
        seconds(lambda: ng.verify(game, e), repeats),
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


def written(name: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Print a table and write it."""
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
    print(Table("games in continuous time", columns, tuple(rows)))


def main(arguments: list[str]) -> None:
    """Make the tables, print them and write them."""
    game = posture_game(*SMALL)  # what is timed is compiled before
    ng.transition_probabilities(
        game, ng.markov_perfect_equilibria(game, starts=1)[0], start=game.states[0], years=1.0
    )
    if "dispute" in arguments:
        rows = [dispute_row(size, moving) for size, moving in DISPUTE]
        written("continuous_time_dispute", DISPUTE_COLUMNS, rows)
        return
    rows = [row(*game) for game in GAMES]
    if "large" in arguments:
        rows.append(row(*LARGE, repeats=1))
    written("continuous_time", COLUMNS, rows)


if __name__ == "__main__":
    main(sys.argv[1:])
