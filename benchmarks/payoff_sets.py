"""Times payoff sets of repeated games, warm, on one thread.

`python benchmarks/payoff_sets.py [perfect] [random] [growth] [unlike [plain]] [unlike_random] [public]
[limits] [shares [3,8,0.9 ...]] [patience]`.

Beside quantecon (perfect, random): ours includes the inner bound and its certificate, which quantecon does
not compute. Quantecon starts its threats at the pure minmax, which makes it 20 to 7000 times faster than by
default; in some games with ties its buffers overflow, and these are not timed. Games are made before the
clock starts.

Unlike discount factors (unlike, unlike_random): time by patience, as a multiple of that of the set at the
common factor 0.99, in turns; with `plain` also that of the whole operator, as long as that takes seconds; and
of random games how many policy iteration certifies, what it fails by in the others, and how many of these the
whole operator completes within a limit of iterations.

Under a public signal (public, limits, shares, patience): games are random, payoffs uniform, signals from a
Dirichlet distribution of parameter 1/2. Times include the inner bound; that it generates itself is checked
apart, outside the clock. Shares: 50 draws for each number of actions, signals and discount factor, or for
those that are named. Of these the share with bounds less than a thousandth of the payoff range apart; the
same among the draws whose set has an interior, since a point is no feat; and how many inner bounds the
independent check confirms. Patience: steps and seconds as the discount factor nears one, next to the steps of
the operator without frozen bases.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import product
from multiprocessing import get_context
from time import process_time
from typing import Any

import numpy as np
from tables import (
    IMAGES,
    RESULTS,
    SEED,
    Row,
    abreu_sannikov,
    benchmark,
    in_turns,
    main,
    plot,
    random_payoffs,
    timed,
)  # fmt: skip

from negotiation.base.labelled import Table
from negotiation.base.numeric import KNIFE_EDGE
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import PublicSignal, RepeatedGame, StageGame
from negotiation.game_theory.solvers.payoff_sets.common.directions import direction_array
from negotiation.game_theory.solvers.payoff_sets.common.program_arrays import HalfPlanes
from negotiation.game_theory.solvers.payoff_sets.common.stage import shifted_stage
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.payoff_sets.numerics import NUMERICS
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_bounds import (
    CERTIFIED,
    CYCLES,
    FLAT,
    NOT_INNER,
    NOT_OUTER,
    orbit_bounds,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_certificates import Rules
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import NUMERICS as PERFECT
from negotiation.game_theory.solvers.payoff_sets.public import outer_bound
from negotiation.game_theory.solvers.payoff_sets.public.constraints import signal_constraints
from negotiation.game_theory.solvers.payoff_sets.public.numerics import NUMERICS as PUBLIC
from negotiation.game_theory.solvers.payoff_sets.public.patient_limit import public_perfect_limit

# Perfect monitoring, beside quantecon.

# Random games in the survey.
GAMES = 10
# Largest quantity, choke price and marginal cost of each duopoly, by what is added to its name.
FORMS = {
    "": (6.0, 6.0, 0.0),
    ", marginal cost a tenth": (9.0, 10.0, 1.0),
    ", half the choke price": (6.0, 12.0, 0.0),
}
DISCOUNT_FACTORS = (0.3, 0.6, 0.9)


def cournot(count: int, form: str = "") -> np.ndarray:
    """Return a duopoly on a grid of quantities, with the price max(choke - Q, 0) less the marginal cost."""
    largest, choke, cost = FORMS[form]
    quantity = np.linspace(0.0, largest, count)
    margin = np.maximum(choke - quantity[:, None] - quantity, 0.0) - cost
    return np.stack([margin * quantity[:, None], margin * quantity], axis=-1)


def workloads() -> list[tuple[str, np.ndarray, float]]:
    games = [("Abreu-Sannikov 3x3", abreu_sannikov(), 0.3)]
    for form in FORMS:
        games += [(f"Cournot {n}x{n}{form}", cournot(n, form), d) for n in (30, 60) for d in (0.3, 0.6)]
    return games + [("random 36x72", random_payoffs(36, 72), delta) for delta in DISCOUNT_FACTORS]


def best_time(run: Callable[[], object], budget: float) -> float:
    """Return the least time of a call within a budget of seconds, after two calls that do not count."""
    run()
    run()
    return timed(run, 1_000_000, budget)[0]


def ours(payoffs: np.ndarray, delta: float) -> Callable[[], object]:
    return partial(equilibrium_payoffs, RepeatedGame(StageGame(payoffs), delta))


def beside_quantecon(
    payoffs: np.ndarray, delta: float, budgets: tuple[float, float] = (2.0, 2.0)
) -> tuple[float, float]:
    """Return our time and quantecon's in seconds, within budgets; NaN where it has no set to give."""
    mine = best_time(ours(payoffs, delta), budgets[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # quantecon warns where it stops at 500 iterations
        try:
            import quantecon.game_theory as gt

            game = gt.RepeatedGame(gt.NormalFormGame(payoffs), delta)
            minmax = np.array([payoffs[..., 0].max(axis=0).min(), payoffs[..., 1].max(axis=1).min()])
            peer = partial(game.equilibrium_payoffs, options={"u_init": minmax})
            return mine, best_time(lambda: peer().vertices, budgets[1])
        except Exception:  # noqa: BLE001 - a peer's failure, of whatever kind, is a result
            return mine, np.nan


def apart(*arguments: Any) -> tuple[float, float]:
    """Return what `beside_quantecon` does, from a process of its own; NaN where quantecon crashes it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(beside_quantecon, *arguments).result()
        except BrokenProcessPool:
            return np.nan, np.nan


@benchmark(
    "Payoff sets, warm, one thread; the gap is relative to the size",
    "game", "delta", "vertices", "status", "gap", "ours ms", "quantecon ms", "ratio",
)  # fmt: skip
def perfect() -> Iterator[Row]:
    ratios: list[tuple[str, float]] = []
    for name, payoffs, delta in workloads():
        found = equilibrium_payoffs(RepeatedGame(StageGame(payoffs), delta))
        mine, peer = apart(payoffs, delta)
        ratios.append((name, peer / mine))
        times = 1e3 * mine, 1e3 * peer, peer / mine
        yield name, delta, len(found.vertices), found.status, found.gap, *times
    # Over games of a form and the random ones, what sums them up.
    for form in FORMS:
        names = [f"Cournot {n}x{n}{form}" for n in (30, 60)] + ["random 36x72"]
        chosen = np.array([ratio for name, ratio in ratios if name in names])
        name = f"Cournot{form} and random 36x72"
        yield f"{name}: geometric mean", *[""] * 6, np.exp(np.nanmean(np.log(chosen)))
        yield f"{name}: least", *[""] * 6, np.nanmin(chosen)


def drawn(kind: str, seed: int) -> np.ndarray:
    if kind == "uniform":
        return random_payoffs(36, 72, seed=seed)
    return np.random.default_rng(seed).normal(size=(36, 72, 2))


@benchmark(
    "Ratio quantecon to ours over random 36x72 games",
    "payoffs", "delta", "games", "with a set by quantecon", "least", "median", "greatest", "geometric mean",
)  # fmt: skip
def random(games: int = GAMES) -> Iterator[Row]:
    for kind, delta in (("uniform", 0.3), ("uniform", 0.6), ("uniform", 0.9), ("normal", 0.9)):
        times = np.array([apart(drawn(kind, seed), delta, (0.3, 0.5)) for seed in range(games)])
        ratios = times[:, 1] / times[:, 0]
        known = ratios[np.isfinite(ratios)]
        middle, mean = float(np.median(known)), np.exp(np.log(known).mean())
        yield kind, delta, games, len(known), known.min(), middle, known.max(), mean


def draw_growth(table: Table) -> None:
    with plot(RESULTS / "payoff_sets_growth.png") as axes:
        for name, style in (("Cournot", "-"), ("random", "--")):
            chosen = [row for row in table.rows if row[0] == name]
            for k, delta in enumerate(DISCOUNT_FACTORS):
                times = [row[2 + k] for row in chosen]
                axes.loglog([row[1] for row in chosen], times, style, color=f"C{k}", label=f"{name}, {delta}")
        axes.set(xlabel="action profiles", ylabel="milliseconds", title="Certified payoff set, one thread")
        axes.legend(fontsize="small")


@benchmark(
    "How time grows with the number of action profiles",
    "game", "profiles", *(f"ms at {delta}" for delta in DISCOUNT_FACTORS),
    after=draw_growth,
)  # fmt: skip
def growth() -> Iterator[Row]:
    for count in (3, 6, 10, 18, 32, 56, 100):
        for name, payoffs in (("Cournot", cournot(count)), ("random", random_payoffs(count, count))):
            times = [1e3 * best_time(ours(payoffs, delta), 0.5) for delta in DISCOUNT_FACTORS]
            yield name, count * count, *times


# Unlike discount factors.

COMMON = 0.99
# The more patient player's factor; the other's horizon is half as long.
UNLIKE = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
# Up to here the whole operator is timed.
PLAIN = 0.95
PAIRS = ((0.5, 0.3), (0.7, 0.65), (0.5, 0.9), (0.9, 0.8), (0.95, 0.97), (0.99, 0.98), (0.995, 0.99))
# Random games of each pair of factors: a third each of two, three and four actions.
OF_A_PAIR = 60
# Iterations of the whole operator where policy iteration certifies nothing: it is not timed here.
LIMIT = 1000
APART = -1
OUTCOMES = {
    CERTIFIED: "certified",
    CYCLES: "cycle",
    FLAT: "flat",
    NOT_INNER: "inner fails",
    NOT_OUTER: "outer fails",
    APART: "apart",
}


def draw_unlike(table: Table) -> None:
    with plot(IMAGES / "unlike-discounting.png") as axes:
        rows: Any = table.rows
        for k, name in enumerate(dict.fromkeys(row[0] for row in rows)):
            chosen = [(1 / (1 - row[1]), row) for row in rows if row[0] == name]
            multiples = [(h, row[5]) for h, row in chosen]
            axes.loglog(*zip(*multiples, strict=True), "o-", color=f"C{k}", label=name)
            # NaN, unlike itself, where the whole operator was not timed.
            whole = [(h, row[6] / row[4]) for h, row in chosen if row[6] == row[6]]
            if whole:
                label = f"{name}, whole operator"
                axes.loglog(*zip(*whole, strict=True), "s--", color=f"C{k}", label=label)
        axes.axhline(50, color="0.6", linewidth=0.8)
        axes.set(
            xlabel=r"horizon $1/(1-\delta_1)$ of the more patient player",
            ylabel="multiples of the common-factor set at 0.99",
            title="Certified payoff sets, the other's horizon half as long",
        )
        axes.legend(fontsize="small")


@benchmark(
    "Unlike discount factors; the gap is a share of the ranges",
    "game", "delta 1", "delta 2", "ms", "common ms", "multiple", "whole operator ms", "vertices", "status",
    "method", "gap",
    after=draw_unlike,
)  # fmt: skip
def unlike(plain: str = "") -> Iterator[Row]:
    dilemma = np.array([[[9.0, 9.0], [1.0, 10.0]], [[10.0, 1.0], [3.0, 3.0]]])
    for name, payoffs in (("Abreu-Sannikov 3x3", abreu_sannikov()), ("prisoner's dilemma", dilemma)):
        stage = StageGame(payoffs)
        alike = RepeatedGame(stage, COMMON)
        for delta in UNLIKE:
            game = RepeatedGame(stage, (delta, 2 * delta - 1 if delta > 0.5 else 0.3))
            found = equilibrium_payoffs(game)
            # The short call runs many times a turn: what the long one left in the cache does not count.
            mine, common = in_turns(
                lambda game=game: [equilibrium_payoffs(game) for _ in range(3)],
                lambda alike=alike: [equilibrium_payoffs(alike) for _ in range(40)],
                rounds=25, budget=np.inf, of=np.median,
            )  # fmt: skip
            mine, common, whole = 1e3 * mine / 3, 1e3 * common / 40, np.nan
            if plain and delta <= PLAIN:
                run = partial(equilibrium_payoffs, game, method="aps")
                whole = 1e3 * in_turns(run, rounds=1, budget=np.inf)[0]
            times = mine, common, mine / common, whole
            kind = len(found.outer), found.status, found.method, found.gap
            yield name, delta, float(game.discount_factors[1]), *times, *kind


def how_far(game: RepeatedGame) -> tuple[int, float]:
    """Return how far policy iteration alone comes, and its processor time in milliseconds."""
    stage, _ = shifted_stage(np.ascontiguousarray(game.stage.payoffs))
    deltas = np.array([float(delta) for delta in game.discount_factors])
    # The kernel takes the more patient player first.
    order = np.argsort(-deltas)
    deltas, payoffs, gains = deltas[order], stage.payoffs[:, order].copy(), stage.gains[:, order].copy()
    needed = np.where(gains > 0.0, (1.0 - deltas) / deltas * gains, -np.inf)
    rules = Rules(payoffs, deltas, needed, (payoffs + gains).min(axis=0), stage.size)
    seconds, found = timed(
        lambda: orbit_bounds(
            rules, KNIFE_EDGE * stage.size, NUMERICS.iterations, np.zeros(1, dtype=np.bool_)
        ),
        repeats=1,
    )
    meets = found.how_far != CERTIFIED or found.gap <= PERFECT.meet * stage.size
    return found.how_far if meets else APART, 1e3 * seconds


@benchmark(
    f"{OF_A_PAIR} random games each: what policy iteration comes to",
    "delta 1", "delta 2", *(f"{name} %" for name in OUTCOMES.values()), f"then complete within {LIMIT} %",
    "partial %", "median ms", "max ms",
)  # fmt: skip
def unlike_random(games: int = OF_A_PAIR) -> Iterator[Row]:
    how_far(RepeatedGame(StageGame(abreu_sannikov()), PAIRS[0]))  # compiled before
    for deltas in PAIRS:
        rng, times, outcomes, rescued = np.random.default_rng(SEED), [], [], []
        for k in range(games):
            size = 2 + k % 3
            game = RepeatedGame(StageGame(rng.random((size, size, 2))), deltas)
            outcome, milliseconds = how_far(game)
            outcomes.append(outcome)
            times.append(milliseconds)
            if outcome != CERTIFIED:
                rescued.append(equilibrium_payoffs(game, limit=LIMIT).status == "complete")
        counts = [*(outcomes.count(kind) for kind in OUTCOMES), rescued.count(True), rescued.count(False)]
        shares = (round(100.0 * count / games, 1) for count in counts)
        yield *deltas, *shares, float(np.median(times)), max(times)


# Public signals.

# Actions of each player, and signals.
SIZES = ((2, 2), (3, 2), (3, 3), (4, 4), (6, 2), (6, 4), (8, 4), (6, 8))
CELLS = tuple(product((2, 3), (2, 4, 8), (0.5, 0.9)))
DRAWS = 50
NEAR = 1e-3
PATIENCE = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
# Steps at which plain iteration is given up: ten seconds or so.
MOST_PLAIN = 20_000


def signal_game(actions: int, signals: int, seed: int) -> tuple[StageGame, PublicSignal]:
    rng = np.random.default_rng((SEED, actions, signals, seed))
    chances = rng.dirichlet(np.full(signals, 0.5), size=(actions, actions))
    return StageGame(rng.random((actions, actions, 2))), PublicSignal(chances)


def noisy_dilemma() -> tuple[StageGame, PublicSignal]:
    stage = StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]])
    return stage, PublicSignal([[[0.9, 0.1], [0.2, 0.8]], [[0.2, 0.8], [0.1, 0.9]]])


def under_signal(stage: StageGame, signal: PublicSignal, delta: float) -> tuple[RepeatedGame, float, Any]:
    """Return the repeated game, the seconds of one solution, and it."""
    game = RepeatedGame(stage, delta, signal)
    return game, *timed(partial(equilibrium_payoffs, game), repeats=1)


@benchmark(
    "payoff sets under a public signal",
    "game", "discount factor", "seconds", "steps", "outer vertices", "inner vertices", "gap", "status",
    "checked",
)  # fmt: skip
def public() -> Iterator[Row]:
    under_signal(*noisy_dilemma(), 0.9)
    games = [("noisy dilemma", noisy_dilemma(), (0.5, 0.9, 0.95, 0.97))]
    for actions, signals in SIZES:
        name = f"random {actions}x{actions}, {signals} signals"
        games.append((name, signal_game(actions, signals, 0), (0.5, 0.9, 0.95)))
    for name, parts, deltas in games:
        for delta in deltas:
            game, seconds, found = under_signal(*parts, delta)
            shape = found.iterations, len(found.outer), len(found.inner), found.gap, found.status
            yield name, delta, seconds, *shape, verify(game, found).holds


@benchmark("bounds at every patience", "game", "seconds", "seconds for 1,000 directions", "vertices")
def limits() -> Iterator[Row]:
    """Yield one row for each size: the time of all prices, and of k at 1,000 directions."""
    public_perfect_limit(*noisy_dilemma())
    angles = np.linspace(0.0, 2.0 * np.pi, 1_000)
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    for actions, signals in SIZES:
        seconds, limit = timed(partial(public_perfect_limit, *signal_game(actions, signals, 0)), repeats=1)
        supports, _ = timed(partial(limit.supports, directions), repeats=1)
        yield f"random {actions}x{actions}, {signals} signals", seconds, supports, len(limit.vertices)


@benchmark(
    f"bounds within {NEAR} of the payoff range",
    "actions", "signals", "discount factor", "draws", "share near", "with an interior", "of these near",
    "confirmed", "largest gap", "median seconds", "most seconds",
)  # fmt: skip
def shares(*cells: str, draws: int = DRAWS) -> Iterator[Row]:
    """Yield one row for each number of actions, of signals, and discount factor, as in "3,8,0.9"."""
    under_signal(*noisy_dilemma(), 0.9)
    for actions, signals, delta in [tuple(map(float, cell.split(","))) for cell in cells] or CELLS:
        size = int(actions), int(signals)
        answers = [under_signal(*signal_game(*size, draw), delta) for draw in range(draws)]
        gaps = np.array([0.0 if found.is_empty else found.gap for _, _, found in answers])
        inside = np.array([len(found.outer) > 2 for _, _, found in answers])
        confirmed = sum(verify(game, found).holds for game, _, found in answers)
        times, near = [seconds for _, seconds, _ in answers], gaps < NEAR
        counts = float(near.mean()), int(inside.sum()), int((near & inside).sum()), confirmed
        spent = float(np.median(times)), max(times)
        yield f"{size[0]}x{size[0]}", size[1], delta, draws, *counts, float(gaps.max()), *spent


def plain_steps(stage: StageGame, signal: PublicSignal, delta: float) -> tuple[int, int, float]:
    """Return the operator's steps at fixed directions without frozen bases and with, and how much faster."""
    from negotiation.game_theory.solvers.payoff_sets.common.kernels.bases import Programs
    from negotiation.game_theory.solvers.payoff_sets.public.kernels.operator import new_reach, sweep

    constraints = signal_constraints(stage, signal, (delta, delta))
    directions = direction_array(PUBLIC.spread)
    levels = outer_bound.first_levels(constraints, directions, True)
    tolerance, steps, change = PUBLIC.fine * PUBLIC.loose * (1.0 - delta), 0, np.inf
    start = process_time()
    none_spared = np.zeros_like(levels)
    programs = Programs(constraints.compiled(), HalfPlanes(directions, levels.copy()), KNIFE_EDGE)
    reach = new_reach(1 - constraints.hopeless, directions, programs)
    while change > tolerance and steps < MOST_PLAIN:
        change, steps = sweep(programs, reach, none_spared), steps + 1
    middle = process_time()
    frozen = Programs(constraints.compiled(), HalfPlanes(directions, levels.copy()), KNIFE_EDGE)
    reach = new_reach(1 - constraints.hopeless, directions, frozen)
    taken, _ = outer_bound.lowered(frozen, reach, tolerance, MOST_PLAIN)
    end = process_time()
    # Both stop where a step lowers no level by more than the tolerance. What plain steps would still lower is
    # a geometric series in delta: frozen bases may end no more than its sum above the plain levels.
    assert (frozen.planes.levels <= programs.planes.levels + tolerance / (1.0 - delta)).all()
    return steps, taken, (middle - start) / (end - middle)


def draw_patience(table: Table) -> None:
    """Draw steps against 1 / (1 - delta) on two logarithmic axes."""
    with plot(RESULTS / "payoff_sets_patience.png") as axes:
        rows: Any = table.rows
        for k, name in enumerate(dict.fromkeys(row[0] for row in rows)):
            chosen = [row for row in rows if row[0] == name]
            lives = [1.0 / (1.0 - row[1]) for row in chosen]
            for column, style, kind in ((6, "o--", "plain"), (7, "s-", "bases frozen")):
                steps = [row[column] for row in chosen]
                axes.loglog(lives, steps, style, color=f"C{k}", label=f"{name}, {kind}")
        axes.set(xlabel="1 / (1 - discount factor)", ylabel="steps of the operator, 32 directions")
        axes.legend()


@benchmark(
    "growth with patience under a public signal",
    "game", "discount factor", "seconds", "steps", "gap", "status", "plain steps, 32 directions",
    "steps with bases frozen", "times faster",
    after=draw_patience,
)  # fmt: skip
def patience() -> Iterator[Row]:
    for name, parts in (("noisy dilemma", noisy_dilemma()), ("random 2x2", signal_game(2, 2, 0))):
        plain_steps(*parts, 0.5)
        for delta in PATIENCE:
            _, seconds, found = under_signal(*parts, delta)
            yield name, delta, seconds, found.iterations, found.gap, found.status, *plain_steps(*parts, delta)


if __name__ == "__main__":
    main("payoff_sets", perfect, random, growth, unlike, unlike_random, public, limits, shares, patience)
