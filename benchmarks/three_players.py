"""Times bounds of three players' payoffs, warm, against the same programs solved by HiGHS, in one process.

Run it with `python benchmarks/three_players.py`. The outer bound is compared: a plain version that keeps the
definition in view, one HiGHS program for each step, direction and profile from the last basis, and the
compiled one. Both must come to the same levels. The seconds of the whole result are beside them.
"""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path
from time import process_time

import numpy as np

from negotiation.checks.verify import verify
from negotiation.games import RepeatedGame, StageGame
from negotiation.labelled import Table
from negotiation.linear_programs import SmallProgram
from negotiation.numeric import FloatArray
from negotiation.solvers.payoff_sets.perfect.bounded_payoffs import bounded_payoffs, sphere_directions
from negotiation.solvers.payoff_sets.perfect.numerics import PROGRAMS

RESULTS = Path(__file__).parent / "results"
DELTAS = (0.3, 0.6, 0.9)
DRAWS = 1


def games() -> list[tuple[str, FloatArray]]:
    """Return payoffs with least 0 and greatest 1 for each player: contributions, and random ones."""
    good = np.array([[sum(each) - 2.0 * own for own in each] for each in product((0, 1), repeat=3)])
    found = [("contributions", good.reshape(2, 2, 2, 3))]
    found += [(f"random {k}", np.random.default_rng((7, k)).random((2, 2, 2, 3))) for k in range(DRAWS)]
    return [(name, (each - each.min(axis=(0, 1, 2))) / np.ptp(each, axis=(0, 1, 2))) for name, each in found]


def plain_levels(payoffs: FloatArray, delta: float) -> tuple[FloatArray, int]:
    """Return the levels and steps of the outer bound by HiGHS."""
    n, normals = payoffs.shape[-1], sphere_directions(payoffs.shape[-1], 1)
    best = [payoffs[..., i].max(axis=i, keepdims=True) for i in range(n)]
    gains = np.stack([best[i] - payoffs[..., i] for i in range(n)], axis=-1).reshape(-1, n)
    stage = payoffs.reshape(-1, n)
    threats, top = (stage + gains).min(axis=0), stage.max(axis=0)
    levels = np.where(normals > 0.0, normals * top, normals * threats).sum(axis=1)
    down, active, change, steps = normals.argmin(axis=0), list(range(len(stage))), np.inf, 0
    program = SmallProgram(normals)
    while change > PROGRAMS.iterated and active:
        program.set_rows(np.full(len(levels), -np.inf), levels + PROGRAMS.relaxed)
        found, kept = np.full(len(levels), -np.inf), []
        for a in active:
            program.set_low(threats + (1.0 - delta) / delta * gains[a] - PROGRAMS.relaxed)
            reached = [program.maximum(delta * normal) for normal in normals]
            if all(each is not None for each in reached):
                kept.append(a)
                values = np.array([each[0] for each in reached if each is not None])
                found = np.maximum(found, (1.0 - delta) * normals @ stage[a] + values)
        change, active, steps = float((levels - found).max()), kept, steps + 1
        levels = np.minimum(levels, found)
        threats = np.maximum(threats, -levels[down] - PROGRAMS.relaxed)
    return levels, steps


def table() -> Table:
    """Return one row for each game and discount factor."""
    rows = []
    bounded_payoffs(RepeatedGame(StageGame(games()[0][1]), 0.5))
    for name, payoffs in games():
        for delta in DELTAS:
            repeated = RepeatedGame(StageGame(payoffs), delta)
            start = process_time()
            found = bounded_payoffs(repeated)
            middle = process_time()
            levels, steps = plain_levels(payoffs, delta)
            end = process_time()
            apart = float(np.abs(levels - found.levels).max())
            rows.append(
                (
                    name, delta, middle - start, end - middle, (end - middle) / (middle - start),
                    found.iterations, steps, apart, found.status, verify(repeated, found).holds,
                )
            )  # fmt: skip
    columns = (
        "game", "discount factor", "seconds, both bounds", "seconds, outer by HiGHS", "ratio", "steps",
        "steps by HiGHS", "levels apart", "status", "checked",
    )  # fmt: skip
    return Table("bounds of three players, two actions each", columns, tuple(rows))


def main() -> None:
    RESULTS.mkdir(exist_ok=True)
    found = table()
    print(found)
    with (RESULTS / "three_players.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(found.columns)
        writer.writerows(found.rows)


if __name__ == "__main__":
    main()
