"""Times the critical discount factor of a profile, and bounds of three players' payoffs.

`python benchmarks/thresholds.py [profiles] [three_players]`.

Profiles: beside one certified payoff set of the same game just above the threshold, where it is dearest. Both
are timed in turns, warm: the ratio says more than either. The log plot shows how both grow with the number of
action profiles. Games: tariffs on a grid from none to those that end trade, and to one and a half times the
Nash tariffs, between two unlike countries, held to free trade, to low tariffs and to high ones; and random
payoffs, held to the profile whose lesser share of the players' ranges is greatest.

Three players: the outer bound is compared: a plain version that keeps the definition in view, one HiGHS
program for each step, direction and profile from the last basis, and the compiled one. Both must come to the
same levels. The seconds of the whole result are beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from tables import RESULTS, Row, benchmark, in_turns, main, plot, random_payoffs, timed

from negotiation.base.labelled import Table
from negotiation.base.numeric import FloatArray
from negotiation.disputes.forms.tariff import TariffSide
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.linear_programs import SmallProgram
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.payoff_sets.perfect.bounded_payoffs import (
    bounded_payoffs,
    sphere_directions,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import PROGRAMS
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor

SIZES = (3, 5, 8, 13, 21, 36, 61)
SIDES = (TariffSide(gap=12.0, demand_slope=1.0, supply_slope=1.0), TariffSide(10.0, 1.0, 0.8))
# How far above the threshold the payoff set is found that it is compared with.
ABOVE = 1e-3


def tariffs(count: int, most: float) -> StageGame:
    """Return the tariff game of two countries, each with so many tariffs up to a multiple of the Nash one."""
    grids = [np.linspace(0.0, min(most * side.nash_tariff(), side.gap), count) for side in SIDES]
    own = [side.own_payoff(grid) for side, grid in zip(SIDES, grids, strict=True)]
    given = [side.given_payoff(grid) for side, grid in zip(SIDES, grids, strict=True)]
    first = own[0][:, None] + given[1][None, :]
    second = given[0][:, None] + own[1][None, :]
    return StageGame(np.stack([first, second], axis=-1))


def fair(stage: StageGame) -> tuple[int, int]:
    """Return the profile whose lesser share of the players' ranges is greatest."""
    low, span = stage.payoffs.min(axis=(0, 1)), np.ptp(stage.payoffs, axis=(0, 1))
    shares = ((stage.payoffs - low) / span).min(axis=2)
    row, column = np.unravel_index(int(shares.argmax()), shares.shape)
    return int(row), int(column)


def workloads(count: int) -> Iterator[tuple[str, StageGame, tuple[int, int]]]:
    for name, most in (("tariffs that end trade", 99.0), ("tariffs to 1.5 Nash", 1.5)):
        stage = tariffs(count, most)
        low, high = (count // 7, count // 7), (count // 2, count // 2 - 1)
        for words, profile in (("free", (0, 0)), ("low", low), ("high", high)):
            yield f"{name}, {words}", stage, profile
    stage = StageGame(random_payoffs(count, count))
    yield "random", stage, fair(stage)


def draw_growth(table: Table) -> None:
    rows: Any = table.rows
    with plot(RESULTS / "thresholds_growth.png", panels=2) as (left, right):
        for k, name in enumerate(dict.fromkeys(row[0] for row in rows)):
            chosen = [row for row in rows if row[0] == name]
            profiles = [row[1] ** 2 for row in chosen]
            for axes, column, style in ((left, 6, "-"), (left, 5, ":"), (right, 7, "-")):
                label = name if column == 6 else None
                axes.loglog(profiles, [row[column] for row in chosen], style, color=f"C{k}", label=label)
        right.axhline(100.0, color="0.6", linewidth=0.8)
        left.set(xlabel="action profiles", ylabel="milliseconds", title="Threshold (lines), one set (dots)")
        right.set(xlabel="action profiles", ylabel="ratio", title="Threshold to one payoff set")
        left.legend(fontsize="x-small")


@benchmark(
    "A profile's threshold beside one certified payoff set",
    "game", "actions", "threshold", "closed form", "status", "set ms", "threshold ms", "ratio",
    after=draw_growth,
)  # fmt: skip
def profiles(*sizes: str, budget: float = 0.5) -> Iterator[Row]:
    """Yield one row a game and profile that has a threshold."""
    for count in map(int, sizes or SIZES):
        for name, stage, profile in workloads(count):
            critical = partial(critical_discount_factor, stage, stage.labels(profile))
            found = critical()
            if not found.value:
                continue
            # Just above the threshold the set is dearest.
            game = RepeatedGame(stage, min(found.upper + ABOVE, 0.999))
            runs = critical, partial(equilibrium_payoffs, game)
            ours, one = in_turns(*runs, rounds=1_000_000, budget=budget)
            form = "none" if found.exact_value is None else type(found.exact_value).__name__
            yield name, count, float(found.value), form, found.status, 1e3 * one, 1e3 * ours, ours / one


def three_player_games() -> list[tuple[str, FloatArray]]:
    """Return payoffs with least 0 and greatest 1 for each player: contributions, and random ones."""
    good = np.array([[sum(each) - 2.0 * own for own in each] for each in product((0, 1), repeat=3)])
    games = {
        "contributions": good.reshape(2, 2, 2, 3),
        "random 0": np.random.default_rng((7, 0)).random((2, 2, 2, 3)),
    }
    axes = (0, 1, 2)
    return [(name, (each - each.min(axis=axes)) / np.ptp(each, axis=axes)) for name, each in games.items()]


def plain_levels(payoffs: FloatArray, delta: float) -> tuple[FloatArray, int]:
    """Return the levels and steps of the outer bound by HiGHS."""
    n, normals = payoffs.shape[-1], sphere_directions(payoffs.shape[-1], 1)
    best = [payoffs[..., i].max(axis=i, keepdims=True) for i in range(n)]
    gains = np.stack([best[i] - payoffs[..., i] for i in range(n)], axis=-1).reshape(-1, n)
    stage = payoffs.reshape(-1, n)
    threats, top = (stage + gains).min(axis=0), stage.max(axis=0)
    levels = np.where(normals > 0.0, normals * top, normals * threats).sum(axis=1)
    # Row `down[i]` of the normals points to -e_i: its level is less the least payoff of player i.
    down, active, change, steps = normals.argmin(axis=0), list(range(len(stage))), np.inf, 0
    program = SmallProgram(normals)
    while change > PROGRAMS.iterated and active:
        program.set_rows(np.full(len(levels), -np.inf), levels + PROGRAMS.relaxed)
        highest, feasible = np.full(len(levels), -np.inf), []
        for a in active:
            # A continuation w must be worth the deviation: w >= threat + (1 - delta) / delta * gain.
            program.set_low(threats + (1.0 - delta) / delta * gains[a] - PROGRAMS.relaxed)
            reached = [program.maximum(delta * normal) for normal in normals]
            if all(each is not None for each in reached):
                feasible.append(a)
                values = np.array([each[0] for each in reached if each is not None])
                highest = np.maximum(highest, (1.0 - delta) * normals @ stage[a] + values)
        change, active, steps = float((levels - highest).max()), feasible, steps + 1
        levels = np.minimum(levels, highest)
        threats = np.maximum(threats, -levels[down] - PROGRAMS.relaxed)
    return levels, steps


@benchmark(
    "bounds of three players, two actions each",
    "game", "discount factor", "seconds, both bounds", "seconds, outer by HiGHS", "ratio", "steps",
    "steps by HiGHS", "levels apart", "status", "checked",
)  # fmt: skip
def three_players() -> Iterator[Row]:
    games = three_player_games()
    bounded_payoffs(RepeatedGame(StageGame(games[0][1]), 0.5))
    for (name, payoffs), delta in product(games, (0.3, 0.6, 0.9)):
        game = RepeatedGame(StageGame(payoffs), delta)
        ours, found = timed(partial(bounded_payoffs, game), repeats=1)
        highs, (levels, steps) = timed(partial(plain_levels, payoffs, delta), repeats=1)
        gap = float(np.abs(levels - found.levels).max())
        checked = verify(game, found).holds
        yield name, delta, ours, highs, highs / ours, found.iterations, steps, gap, found.status, checked


if __name__ == "__main__":
    main("thresholds", profiles, three_players)
