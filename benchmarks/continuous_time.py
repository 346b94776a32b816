"""Times games in continuous time, as multiples of plain SciPy on the same equations in the same process.

`python benchmarks/continuous_time.py [growth [large]] [dispute] [records] [gradient]`.

Growth: instruments with levels, in turns of either side, each moved by up to three levels at once; payoffs
with interactions; phases that harsher moves bring on and nature ends. The plain programs: value iteration
after uniformisation and policy iteration, every side's values by a factorisation, dense or sparse. The latter
ends in an equilibrium only where replies to replies settle. With `large` the game of 311,040 states too,
which takes some minutes on a busy machine.

Dispute: posture games of the United States and China. Records: one evaluation of each theory's record, and
the same from nothing, a record that has explained no row: what every row would cost if nothing were kept from
one to the next. Gradient: of the log likelihood of drawn paths, in as many parameters as it says.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu
from tables import Row, benchmark, main, timed

import negotiation as ng
from negotiation.game_theory.games import ContinuousTimeGame, OptionRows
from negotiation.game_theory.solvers.continuous.fitting.arrays import array_derivatives
from negotiation.game_theory.solvers.continuous.fitting.likelihood import Likelihood
from negotiation.game_theory.solvers.continuous.fitting.records import paths_of
from negotiation.truces.estimation.priors import parameters_at
from negotiation.truces.estimation.theory_record import theory_record

SEED = 20251130
SMALL = ((3, 3, 3, 3), 1)
GAMES = (SMALL, ((5, 5, 5, 5), 1), ((6, 8, 8, 8), 1), ((8, 8, 10, 10), 1), ((10, 10, 10, 10), 3))
LARGE = ((16, 18, 18, 20), 3)
MOST_DENSE = 700
MOST_FACTORISED = 4000
DISPUTE: tuple[tuple[str, list[str] | None], ...] = (
    ("small", []),
    ("small", None),
    ("core", []),
    ("core", ["stocks"]),
    ("core", None),
    ("full", []),
    ("full", ["stocks"]),
)
THEORIES = ("each for itself", "moment", "custom in kind", "shadow linkage", "renegotiation")
# Evaluations of a record.
ROWS = 12


def posture_game(shape: tuple[int, ...], phases: int, rho: float = 0.1) -> ContinuousTimeGame:
    """Return a game of instruments with levels, and of phases."""
    rng = np.random.default_rng(SEED)
    full = (*shape, phases)
    size = int(np.prod(full))
    states = np.arange(size)
    levels = np.array(np.unravel_index(states, full))
    strides = [int(np.prod(full[a + 1 :])) for a in range(len(full))]
    flows = np.zeros((size, 2))
    # Flows are linear in each level and in its product with one other level; phases cost both sides.
    for i in (0, 1):
        for a, count in enumerate(shape):
            x = levels[a] / (count - 1)
            other = int(rng.integers(len(shape)))
            flows[:, i] += rng.normal() * x + rng.normal() * x * levels[other] / shape[other]
        flows[:, i] -= 0.3 * levels[-1]
    makers = []
    for i in (0, 1):
        sources, targets, payoffs = [states], [states], [np.zeros(size)]
        # The first option is to stay; then every step within the levels, of own instruments.
        for a in range(i, len(shape), 2):
            for step in (-3, -2, -1, 1, 2, 3):
                legal = (levels[a] + step >= 0) & (levels[a] + step < shape[a])
                now = levels[-1][legal]
                # A harsher move brings on the next phase.
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
            # Logit replies; what a move pays includes the shock it was chosen for, -log(chance) / precision.
            weights = np.exp(game.precisions[m] * (worth - top))
            chances = weights / np.repeat(np.add.reduceat(weights, begins), counts)
            flow = np.repeat(game.rates[m], counts) * chances
            moves = moves + sparse.csr_array((flow, (rows.sources, rows.targets)), shape=(size, size))
            paid[:, owner] += np.add.reduceat(
                flow * (rows.payoffs - np.log(chances) / game.precisions[m]), begins
            )
        new = np.empty_like(values)
        leaves = np.asarray(moves.sum(axis=1)).ravel()
        # Values with all replies held: (rho + rate of leaving - moves) v = flow + what moves pay.
        for i, rho in enumerate(game.discount_rates):
            system = sparse.csc_array(sparse.diags_array(rho + leaves) - moves)
            right = game.flows[:, i] + paid[:, i]
            new[:, i] = np.linalg.solve(system.toarray(), right) if dense else splu(system).solve(right)
        change = float(abs(new - values).max())
        values = new
        if change < 1e-10:
            break
    return change


def peak() -> int:
    """Return the most memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def solve(game: ContinuousTimeGame, initial: Any = None) -> Any:
    return ng.markov_perfect_equilibria(game, starts=1, initial=initial)[0]


def solved(
    game: ContinuousTimeGame, near: ContinuousTimeGame, repeats: int
) -> tuple[Any, float, float, float]:
    """Return an equilibrium, its seconds and residual, and how much faster one nearby is from it."""
    solve(near, solve(game))  # what either compiles does not count
    cold, play = timed(partial(solve, game), repeats)
    warm, _ = timed(partial(solve, near, play), repeats)
    return play, cold, float((play.residuals / game.units).max()), cold / warm


@benchmark(
    "games in continuous time",
    "states", "options a state", "s", "residual, share of unit", "warm restart, times faster",
    "transition by one year, s", "policy iteration dense, times", "policy iteration sparse, times",
    "peak MiB",
)  # fmt: skip
def growth(large: str = "") -> Iterator[Row]:
    game = posture_game(*SMALL)
    ng.transition_probabilities(game, solve(game), start=game.states[0], years=1.0)  # compiled before
    for size in (*GAMES, LARGE) if large else GAMES:
        game, near = posture_game(*size), posture_game(*size, rho=0.101)
        play, cold, *kind = solved(game, near, 1 if size is LARGE else 3)
        ahead = partial(ng.transition_probabilities, game, play, start=game.states[0], years=1.0)
        plain = [
            timed(partial(plain_policy_iteration, game, dense), repeats=1)[0] / cold
            if game.n_states <= most
            else None
            for dense, most in ((True, MOST_DENSE), (False, MOST_FACTORISED))
        ]
        options = sum(rows.n_options for rows in game.options) / game.n_states
        yield game.n_states, options, cold, *kind, timed(ahead, repeats=1)[0], *plain, peak()


@benchmark(
    "posture games of the United States and China",
    "size", "state moves", "states", "options", "built, s", "solved, s", "residual, share of unit",
    "warm restart, times faster", "verified, s", "peak MiB",
)  # fmt: skip
def dispute(*sizes: str) -> Iterator[Row]:
    solve(posture_game(*SMALL))  # compiled before
    scenario = ng.load_scenario("us-china-2025")
    yearly = scenario.parameters["discount_factor_annual"]
    near = scenario.with_parameters({"discount_factor_annual": 0.999 * yearly})
    for size, moving in DISPUTE:
        if sizes and size not in sizes:
            continue
        build = partial(scenario.continuous_game, size, moving=moving)
        game, other = build(), near.continuous_game(size, moving=moving)
        repeats = 3 if game.n_states <= MOST_FACTORISED else 1
        play, *kind = solved(game, other, repeats)
        built, verified = timed(build, repeats)[0], timed(partial(ng.verify, game, play), repeats)[0]
        moves = "no" if moving == [] else ", ".join(moving or ["all"])
        options = sum(rows.n_options for rows in game.options)
        yield size, moves, game.n_states, options, built, *kind, verified, peak()


@benchmark("records of theories", "theory", "s a row", "s a row from nothing", "times as much")
def records(*theories: str) -> Iterator[Row]:
    world = ng.load_scenario("us-china-2025")
    for theory in theories or THEORIES:
        fresh = partial(
            theory_record, world, theory, until=date(2025, 12, 1), since=date(2025, 1, 1), size="core"
        )
        used = fresh()
        draws = np.random.default_rng(SEED).standard_normal((ROWS, len(used.priors)))
        rows = parameters_at(used.priors, draws)
        used.log_densities(rows[:1])
        after, _ = timed(partial(used.log_densities, rows), repeats=1)
        anew, _ = timed(lambda f=fresh, r=rows: [f().log_densities(row[None]) for row in r], repeats=1)
        yield theory, after / ROWS, anew / ROWS, anew / after


def shifted(base: ContinuousTimeGame, ways: np.ndarray, **theta: float) -> ContinuousTimeGame:
    """Return a game with flows moved by parameters."""
    flows = base.flows + np.tensordot([*theta.values()], ways, axes=1)
    return ContinuousTimeGame(flows, base.makers, base.discount_rates, base.nature)


def with_events(game: ContinuousTimeGame) -> ContinuousTimeGame:
    """Return the game with each move seen as what it adds to the position of the state."""
    makers = []
    for maker, rows in zip(game.makers, game.options, strict=True):
        steps, events = np.unique(rows.targets - rows.sources, return_inverse=True)
        names = tuple(f"{maker.player} {step:+d}" for step in steps)
        # To stay is no move, and nobody sees it.
        events = np.where(rows.targets == rows.sources, -1, events)
        seen = OptionRows(rows.indptr, rows.targets, rows.payoffs, events, names)
        makers.append(ng.DecisionMaker(maker.player, maker.rate, seen, maker.precision))
    return ContinuousTimeGame(game.flows, makers, game.discount_rates, game.nature)


@benchmark(
    "gradient of a log likelihood",
    "states", "parameters", "seen", "density, s", "gradient, densities", "factory, densities",
)  # fmt: skip
def gradient() -> Iterator[Row]:
    for shape, count in (((3, 3, 3, 3), 2), ((3, 3, 3, 3), 8), ((5, 5, 5, 5), 8)):
        base, rng = with_events(posture_game(shape, 3)), np.random.default_rng(SEED)
        factory = partial(shifted, base, rng.normal(size=(count, *base.flows.shape)))
        names, theta = [f"p{k}" for k in range(count)], np.full(count, 0.01)
        game = factory(**dict(zip(names, theta, strict=True)))
        play = solve(game)
        path = ng.simulate_moves(game, play, start=game.states[0], years=4.0, rng=SEED)
        # All moves are seen, or the states four times a year alone, between which all is hidden.
        at = np.arange(0.0, 4.0, 0.25)
        last = np.searchsorted(path.times, at, side="right")
        dated = {"years": at, "state": [(game.states[0], *path.states)[k] for k in last]}
        for seen, data in (("moves", path), ("states", dated)):
            likelihood = Likelihood(factory, names, game, paths_of(data))
            here = likelihood.begin(theta, play)
            likelihood.scores(here)
            density, _ = timed(lambda f=likelihood, h=here: f.at(h.theta + 0.05, h), repeats=3)
            slope, _ = timed(lambda f=likelihood, h=here: f.scores(h), repeats=3)
            named = likelihood.named(theta)
            made, _ = timed(lambda f=factory, n=named, g=game: array_derivatives(f, n, g), repeats=3)
            yield game.n_states, count, seen, density, (slope - made) / density, made / density


if __name__ == "__main__":
    main("continuous_time", growth, dispute, records, gradient)
