"""Times stochastic games: payoff sets, Markov perfect equilibria, relational contracts.

`python benchmarks/stochastic.py [times] [growth] [survey] [markov] [relational]`.

Times: two states with 3x3 actions at several discount factors, sparse games of more states, and the
scenario's own game. Each row states the gap between the certified inner bound and the outer one, and whether
the check, code of its own, held.

Growth: random games of 2x2 actions from two to forty states, each of which may follow on each, as multiples
of the set of one state in the same process. Several draws a size, since draws of one size differ. The log
plot goes to `docs/images/stochastic-states.png`.

Survey: fifty games of forty states, in turns from sixteen families. Games are drawn until the set of some
state has an interior, since empty sets and points are no feat. How many are certified with bounds less than a
thousandth of the payoff range apart, and what they take.

Markov: a path is one start: following logit equilibria from the uniform prior, going to the equilibrium on
its support, and certifying it by code of its own. The published homotopy package does not run on the numpy
used here; its published times for one path stand in the last column. They were taken on another machine, so
that the two columns are not a ratio.

Relational: sets with transfers, with and without noise, and negotiation equilibria. Beside some rows stands
what the slow plain versions of the tests take for the same, as a multiple.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from tables import IMAGES, SEED, Row, abreu_sannikov, benchmark, main, plot, timed

import negotiation as ng
from negotiation.base.labelled import Table
from negotiation.game_theory.solvers.relational.seen_states import payoffs_with_seen_states
from negotiation.game_theory.solvers.relational.several_players import payoffs_of_several

# Seconds above which the survey calls a game slow.
SLOW = 2.0
PATIENCE = 0.9
SIZES = (2, 5, 10, 20, 30, 40)
# Games of each size in the table of growth.
DRAWS = 3
SURVEYED = 50
MANY = 40
NEAR = 1e-3
MOVES = ("dense", "sparse", "ring", "absorbing")
FAMILIES = tuple(product(MOVES, (2, 3), ("uniform", "normal")))


def sparse_game(states: int, actions: int, delta: float) -> ng.StochasticGame:
    """Return a random game in which every profile leads to one of two states, or of one."""
    generator = np.random.default_rng(SEED + states)
    shape = (states, actions, actions)
    moves = np.zeros((*shape, states))
    for index in np.ndindex(*shape):
        after = generator.choice(states, min(2, states), replace=False)
        moves[(*index, after)] = 1 / len(after)
    return ng.StochasticGame(generator.random((*shape, 2)), moves, delta)


def dense_game(
    states: int, actions: int, delta: float, rng: np.random.Generator, players: int = 2
) -> tuple[ng.StochasticGame, np.ndarray, np.ndarray]:
    """Return a random game in which every state may follow on every profile; its payoffs and chances too."""
    shape = (states, *(actions,) * players)
    payoffs, moves = rng.random((*shape, players)), rng.dirichlet(np.ones(states), size=shape)
    return ng.StochasticGame(payoffs, moves, delta), payoffs, moves


def successors(moves: str, states: int, state: int, rng: np.random.Generator) -> np.ndarray:
    """Return the states that may follow one profile; with `absorbing` the same or a later one."""
    if moves == "dense":
        return np.arange(states)
    if moves == "sparse":
        return rng.choice(states, min(3, states), replace=False)
    if moves == "ring":
        return np.unique([(state - 1) % states, state, (state + 1) % states])
    return np.unique([state, rng.integers(state, states)])


def drawn_game(moves: str, actions: int, payoffs: str, states: int, *seed: int) -> ng.StochasticGame:
    """Return a game with random payoffs; what follows a profile does so with Dirichlet shares."""
    rng = np.random.default_rng((SEED, states, *seed))
    shape = (states, actions, actions)
    stages = rng.random((*shape, 2)) if payoffs == "uniform" else rng.normal(size=(*shape, 2))
    matrix = np.zeros((*shape, states))
    for index in np.ndindex(*shape):
        after = successors(moves, states, index[0], rng)
        matrix[(*index, after)] = rng.dirichlet(np.ones(len(after)))
    return ng.StochasticGame(stages, matrix, PATIENCE)


def games() -> Iterator[tuple[str, ng.StochasticGame]]:
    stage = abreu_sannikov()
    for delta in (0.3, 0.5, 0.7, 0.9):
        coin = np.full((2, 3, 3, 2), 0.5)
        yield "3x3 and its mirror image", ng.StochasticGame([stage, stage[::-1, ::-1]], coin, delta)
    for states in (2, 5, 10, 20, 40):
        yield "random 3x3", sparse_game(states, 3, 0.8)
    scenario = ng.load_scenario("us-china-2025")
    yield "scenario, small", scenario.stochastic_game()
    timed_state = replace(scenario.default_state, clock=3)
    yield "scenario, small, with a clock", scenario.stochastic_game(state=timed_state)


@benchmark(
    "payoff sets of stochastic games, warm",
    "game", "states", "profiles", "delta", "ms", "ms with transfers", "gap, share of range", "status",
    "check holds",
)  # fmt: skip
def times() -> Iterator[Row]:
    for name, game in games():
        runs = [partial(ng.equilibrium_payoffs, game, transfers=transfers) for transfers in (False, True)]
        for run in runs:
            run()
        (plain, found), (paid, _) = map(timed, runs)
        size = game.n_states, game.n_rows // game.n_states, round(float(game.discount_factors[0]), 4)
        milliseconds = round(1e3 * plain, 1), round(1e3 * paid, 1)
        holds = ng.verify(game, found).holds
        yield name, *size, *milliseconds, float(f"{found.gap:.2g}"), found.status, holds


def with_interior(states: int, count: int) -> Iterator[ng.StochasticGame]:
    """Yield the first dense 2x2 games with uniform payoffs in which the set of some state has an interior."""
    seed = 0
    while count:
        game = drawn_game("dense", 2, "uniform", states, seed)
        seed += 1
        if any(len(part.outer) > 2 for part in ng.equilibrium_payoffs(game).sets):
            count -= 1
            yield game


def draw_growth(table: Table) -> None:
    """Draw multiples against states on two logarithmic axes, and what growth with their square would be."""
    states, multiples = (np.array([row[column] for row in table.rows]) for column in (0, 2))
    sizes = np.unique(states)
    medians = np.array([np.median(multiples[states == size]) for size in sizes])
    with plot(IMAGES / "stochastic-states.png") as axes:
        axes.loglog(states, multiples, "o", color="C0", alpha=0.4, label="a game")
        axes.loglog(sizes, medians, "-", color="C0", label="median of a size")
        square = medians[2] * (sizes / sizes[2]) ** 2
        axes.loglog(sizes, square, ":", color="0.5", label="the square of the states, through ten")
        axes.axvline(24.5, color="0.7", linewidth=0.8)
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
        axes.set(
            xlabel="states (from 25 on sets settle to 1e-9; line)",
            ylabel="multiples of one state's set",
            title=f"Certified payoff sets, dense 2x2 games at {PATIENCE}",
        )
        axes.legend(fontsize="small")


@benchmark(
    f"dense 2x2 games at {PATIENCE}, as multiples of the set of one state",
    "states", "seconds", "multiple", "vertices", "iterations", "gap", "status",
    after=draw_growth,
)  # fmt: skip
def growth(*sizes: str) -> Iterator[Row]:
    """Yield one row a game: processor time beside that of a set of one state, and what was found."""
    ng.equilibrium_payoffs(drawn_game("dense", 2, "uniform", 30, 0))
    solve = ng.equilibrium_payoffs
    one = float(np.median([timed(partial(solve, game), 20)[0] for game in with_interior(1, 5)]))
    for states in map(int, sizes or SIZES):
        for game in with_interior(states, DRAWS):
            seconds, found = timed(partial(solve, game))
            vertices = sum(len(part.outer) for part in found.sets)
            yield states, seconds, seconds / one, vertices, found.iterations, found.gap, found.status


def summary(table: Table) -> None:
    """Print the survey by kind of transitions and number of actions, and in all."""
    rows: list[Row] = []
    for kind in (*product(MOVES, (2, 3)), None):
        chosen: list[Any] = [row for row in table.rows if kind in (None, row[:2])]
        if not chosen:
            continue
        seconds = [float(row[4]) for row in chosen]
        certified = sum(row[5] < NEAR and row[7] for row in chosen)
        complete, gap = sum(row[6] == "complete" for row in chosen), max(row[5] for row in chosen)
        name = "all" if kind is None else f"{kind[0]} {kind[1]}x{kind[1]}"
        spent = float(np.median(seconds)), max(seconds), sum(each > SLOW for each in seconds)
        rows.append((name, len(chosen), certified, complete, gap, *spent))
    columns = (
        "games", "number", f"certified, gap < {NEAR:g}", "complete", "largest gap", "median seconds",
        "most seconds", f"over {SLOW:g} s",
    )  # fmt: skip
    print(Table(table.title, columns, tuple(rows)))


@benchmark(
    f"games of {MANY} states at {PATIENCE}",
    "moves", "actions", "payoffs", "draw", "seconds", "gap", "status", "check holds", "states with interior",
    "empty states", "vertices", "reason",
    after=summary,
)  # fmt: skip
def survey(number: str = str(SURVEYED)) -> Iterator[Row]:
    """Yield one row a game with an interior in some state; `draw` counts those of its family before it."""
    for actions in (2, 3):
        ng.equilibrium_payoffs(drawn_game("sparse", actions, "uniform", 30, 0))
    next_seed = dict.fromkeys(FAMILIES, 0)
    for k in range(int(number)):
        family = FAMILIES[k % len(FAMILIES)]
        inside = 0
        while not inside:
            seed = next_seed[family]
            next_seed[family] += 1
            game = drawn_game(*family, MANY, FAMILIES.index(family), seed)
            seconds, found = timed(partial(ng.equilibrium_payoffs, game), repeats=1)
            # A polygon of more than two vertices has an interior; none is an empty set.
            sizes = [len(part.outer) for part in found.sets]
            inside = sum(size > 2 for size in sizes)
        kind = seconds, found.gap, found.status, ng.verify(game, found).holds
        yield *family, seed, *kind, inside, sizes.count(0), sum(sizes), found.reason


# States, actions of each of two players, and the published seconds for one path.
PATHS = ((2, 2, 0.03), (5, 3, 0.04), (10, 4, 0.17))
FOLLOWED = 20


@benchmark(
    "One path to a Markov perfect equilibrium, one thread",
    "game", "games", "certified", "median ms", "largest ms", "largest regret", "published ms",
)  # fmt: skip
def markov() -> Iterator[Row]:
    for states, actions, published in PATHS:
        rng = np.random.default_rng(SEED + states)
        drawn = [dense_game(states, actions, 0.95, rng)[0] for _ in range(FOLLOWED)]
        # Compiled and imported before.
        ng.markov_perfect_equilibria(drawn[0], starts=1, method="logit")
        spent, regrets = [], []
        for game in drawn:
            path = partial(ng.markov_perfect_equilibria, game, starts=1, method="logit")
            seconds, equilibria = timed(path, repeats=1)
            spent.append(1e3 * seconds)
            regrets += [e.regret for e in equilibria if ng.verify(game, e.strategy).holds]
        milliseconds = float(np.median(spent)), max(spent), max(regrets)
        yield f"{states} states {actions}x{actions}", FOLLOWED, len(regrets), *milliseconds, 1e3 * published


# Games with transfers, their states, and periods of negotiation.
PAID, PAID_STATES = 200, 5
HORIZON = 1000
Solved = tuple[str, Callable[[], Any], Callable[[], object] | None, int]


def with_transfers() -> Iterator[Solved]:
    """Yield names, solutions, and plain versions of them, with how many periods one of these is short of."""
    from tests.properties.test_public_transfers import plain
    from tests.properties.test_transfers_of_several import plain as plain_in_states

    rng = np.random.default_rng(SEED)
    for states, actions, players in ((5, 4, 2), (5, 3, 3), (5, 2, 4)):
        game, payoffs, moves = dense_game(states, actions, 0.8, rng, players)
        name = f"{states} states, {players} players, {actions} actions each, with transfers"
        # Two players have a solver of their own where what is played is seen.
        yield name, partial(payoffs_of_several, game), partial(plain_in_states, payoffs, moves, 0.8), 1
        gap = payoffs_with_seen_states(game).gap
        yield f"the same, states alone seen: gap {gap:.1g}", partial(payoffs_with_seen_states, game), None, 1
    for actions, signals, players in ((2, 3, 2), (4, 4, 2), (8, 6, 2), (2, 3, 3), (3, 4, 3)):
        rng, counts = np.random.default_rng(SEED), (actions,) * players
        chances = rng.dirichlet(np.ones(signals), size=counts)
        payoffs = rng.random((*counts, players))
        noisy = ng.RepeatedGame(ng.StageGame(payoffs), 0.9, ng.PublicSignal(chances))
        slow = partial(plain, noisy.stage.payoffs, noisy.monitoring.probabilities, 0.9)
        name = f"{players} players, {actions} actions each, {signals} signals, with transfers"
        paid = partial(ng.equilibrium_payoffs, noisy, transfers=True)
        yield name, paid, slow if actions**players <= 16 else None, 1


def negotiations() -> Iterator[Solved]:
    from tests.properties.test_negotiation import plain_step

    race: Any = ng.catalogue()["kranz-arms-race"].game()
    zero = ([0] * race.n_states, [[0, 0]] * race.n_states)
    solve = partial(ng.negotiation_equilibrium, horizon=HORIZON)
    step = partial(plain_step, race, zero, 0.65, 0.5)
    raced = partial(solve, race, negotiation_probability=0.65)
    yield f"arms race, 16 states, {HORIZON} periods", raced, step, HORIZON
    entry = ng.catalogue()["kranz-intensifying"]
    game: Any = entry.game(delta=0.25 / 0.3)
    static: Any = entry.parts(delta=0.25 / 0.3) if entry.parts else None
    parted = partial(solve, game, negotiation_probability=0.7, static=static)
    yield f"intensifying, {game.n_states} states, {HORIZON} periods", parted, None, 1
    joined = at_once(game, static or {})
    name = f"the same as one choice, {joined.n_rows:,} profiles, {HORIZON} periods"
    yield name, partial(solve, joined, negotiation_probability=0.7), None, 1


@benchmark("relational contracts", "solved", "seconds", "plain version, multiple", "status")
def relational(paid: str = str(PAID)) -> Iterator[Row]:
    """Yield what was solved, its seconds, the multiple that a plain version takes, and the status."""
    rng = np.random.default_rng(SEED)
    drawn = [dense_game(PAID_STATES, 4, 0.8, rng)[0] for _ in range(int(paid))]
    solve = partial(ng.equilibrium_payoffs, transfers=True)
    solve(drawn[0])
    seconds, answers = timed(lambda: [solve(game) for game in drawn], repeats=1)
    statuses = ", ".join({str(answer.status) for answer in answers})
    yield f"{paid} games of {PAID_STATES} states, 4x4, with transfers", seconds, "", statuses
    for name, run, plain, times in (*with_transfers(), *negotiations()):
        run()
        seconds, answer = timed(run, repeats=1)
        # One period of the plain version stands for all of them: each costs the same.
        multiple = timed(plain, repeats=1)[0] * times / seconds if plain else ""
        yield name, seconds, multiple, str(getattr(answer, "status", "complete"))


def at_once(game: ng.StochasticGame, static: dict[str, ng.StageGame]) -> ng.StochasticGame:
    """Return the game in which static actions and moves are one simultaneous choice."""
    stages: dict[str, ng.StageGame] = {}
    rows: list[dict[int, float]] = []
    for s, (state, moves) in enumerate(zip(game.states, game.stages, strict=True)):
        gifts, counts = static[state], moves.n_actions
        # Axes: the first player's gift and move, the second's gift and move; pairs of them are actions.
        paid = gifts.payoffs[:, None, :, None] + moves.payoffs[None, :, None, :]
        shape = [a * b for a, b in zip(gifts.n_actions, counts, strict=True)]
        stages[state] = ng.StageGame(paid.reshape(*shape, 2))
        following = np.empty(counts, dtype=object)
        for profile in np.ndindex(counts):
            row = int(game.offsets[s]) + int(np.ravel_multi_index(profile, counts))
            targets, chances = game.transitions.row(row)
            following[profile] = dict(zip(targets.tolist(), chances.tolist(), strict=True))
        # What follows depends on the moves alone, whatever is given.
        rows += np.broadcast_to(following[None, :, None, :], paid.shape[:-1]).reshape(-1).tolist()
    moves_on = ng.games.SparseTransitions(rows, game.n_states)
    return ng.StochasticGame.from_stages(stages, moves_on, game.discount_factor)


if __name__ == "__main__":
    main("stochastic", times, growth, survey, markov, relational)
