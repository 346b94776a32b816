"""Times payoff sets and limits under a public signal, warm, on one thread: how they grow with the game.

Run it with `python benchmarks/public_signals.py`. It prints two tables and writes them to
`benchmarks/results/`. The games are random: payoffs uniform, signals from a Dirichlet distribution of
parameter 1/2. Times include the inner bound; that it generates itself is checked apart, outside the clock.
"""

from __future__ import annotations

import csv
from pathlib import Path
from time import perf_counter

import numpy as np

from negotiation.checks.verify import verify
from negotiation.games import PublicSignal, RepeatedGame, StageGame
from negotiation.labelled import Table
from negotiation.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.solvers.payoff_sets.public.patient_limit import public_perfect_limit

RESULTS = Path(__file__).parent / "results"
SEED = 20251030
SIZES = ((2, 2), (3, 2), (3, 3), (4, 4), (6, 2), (6, 4), (8, 4), (6, 8))
"""Actions of each player, and signals."""

DELTAS = (0.5, 0.9, 0.95)


def game(actions: int, signals: int, seed: int) -> tuple[StageGame, PublicSignal]:
    rng = np.random.default_rng((SEED, actions, signals, seed))
    chances = rng.dirichlet(np.full(signals, 0.5), size=(actions, actions))
    return StageGame(rng.random((actions, actions, 2))), PublicSignal(chances)


def dilemma() -> tuple[StageGame, PublicSignal]:
    stage = StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]])
    return stage, PublicSignal([[[0.9, 0.1], [0.2, 0.8]], [[0.2, 0.8], [0.1, 0.9]]])


def set_row(name: str, stage: StageGame, signal: PublicSignal, delta: float) -> tuple[object, ...]:
    repeated = RepeatedGame(stage, delta, signal)
    start = perf_counter()
    found = equilibrium_payoffs(repeated)
    seconds = perf_counter() - start
    return (
        name, delta, seconds, found.iterations, len(found.outer), len(found.inner),
        found.gap, found.status, verify(repeated, found).holds,
    )  # fmt: skip


def sets() -> Table:
    """Return one row for each game and discount factor."""
    equilibrium_payoffs(RepeatedGame(*dilemma()[:1], 0.9, dilemma()[1]))
    rows = [set_row("noisy dilemma", *dilemma(), delta) for delta in (*DELTAS, 0.97)]
    for actions, signals in SIZES:
        name = f"random {actions}x{actions}, {signals} signals"
        rows += [set_row(name, *game(actions, signals, 0), delta) for delta in DELTAS]
    columns = ("game", "discount factor", "seconds", "steps", "outer vertices", "inner vertices")
    return Table("payoff sets under a public signal", (*columns, "gap", "status", "checked"), tuple(rows))


def limits() -> Table:
    """Return one row for each size: the time of all prices, and of k at 1,000 directions."""
    public_perfect_limit(*dilemma())
    angles = np.linspace(0.0, 2.0 * np.pi, 1_000)
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    rows = []
    for actions, signals in SIZES:
        stage, signal = game(actions, signals, 0)
        start = perf_counter()
        limit = public_perfect_limit(stage, signal)
        middle = perf_counter()
        limit.supports(directions)
        end = perf_counter()
        rows.append(
            (
                f"random {actions}x{actions}, {signals} signals",
                middle - start,
                end - middle,
                len(limit.vertices),
            )
        )
    columns = ("game", "seconds", "seconds for 1,000 directions", "vertices")
    return Table("bounds at every patience", columns, tuple(rows))


def main() -> None:
    RESULTS.mkdir(exist_ok=True)
    for name, table in (("public_signals", sets()), ("public_limits", limits())):
        print(table)
        with (RESULTS / f"{name}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(table.columns)
            writer.writerows(table.rows)


if __name__ == "__main__":
    main()
