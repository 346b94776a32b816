"""The command `doctor`: show versions, threads and installed packages, or compile all kernels."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

import negotiation as ng
from negotiation._version import __version__
from negotiation.base.labelled import Table
from negotiation.base.reading.hashes import installed_version
from negotiation.game_theory.solvers.nash.best_reply_polytope import certified_vertices
from negotiation.game_theory.solvers.payoff_sets.perfect.extreme_play import outer_corners
from negotiation.game_theory.solvers.thresholds.many import critical_discount_factors
from negotiation.game_theory.strategies import tit_for_tat
from negotiation.report.commands.declared import DoctorOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.truces.estimation.seen_moves import log_densities_of_moves

# As in pyproject.toml; a test compares them.
REQUIRED = (
    "numpy", "scipy", "numba", "nashpy", "python-flint", "highspy", "pydantic", "pandas", "duckdb",
    "matplotlib", "typer", "rich", "platformdirs", "lazy_loader",
)  # fmt: skip
OPTIONAL = {
    "distributed": "cluster",
    "dask": "cluster",
    "SALib": "sensitivity",
    "pyarrow": "arrow",
    "arviz-base": "estimate",
    "nutpie": "posterior",
    "pettingzoo": "agents",
    "open_spiel": "agents",
    "pytest": "dev",
    "hypothesis": "dev",
    "pygambit": "oracles",
    "quantecon": "oracles",
}


def run_doctor(output: Output, options: DoctorOptions) -> None:
    """Print versions, threads and installed packages, or compile all kernels and print the time."""
    if options.compile_kernels:
        output.document(compile_all(output)._asdict())
        return
    table = doctor_table()
    output.say(sentence(table))
    output.table(table, most_rows=None)
    output.document(table)


def sentence(table: Table) -> str:
    """Return a sentence that says whether all required packages are installed.

    Examples
    --------
    >>> sentence(Table("t", ("part", "what", "state"), (("required", "numpy", "not installed"),)))
    'Required packages that are not installed: numpy.'
    """
    missing = [
        str(what) for part, what, state in table.rows if (part, state) == ("required", "not installed")
    ]
    return (
        f"Required packages that are not installed: {', '.join(missing)}."
        if missing
        else "All required packages are installed."
    )


def doctor_table() -> Table:
    """Return versions, threads and installed packages as a table.

    Examples
    --------
    >>> doctor_table().columns
    ('part', 'what', 'state')
    """
    rows = [
        ("system", "negotiation", __version__),
        ("system", "python", f"{platform.python_version()} ({platform.machine()}, {platform.system()})"),
        ("system", "cores", str(os.cpu_count())),
        ("system", "numba threads", os.environ.get("NUMBA_NUM_THREADS", f"default ({os.cpu_count()})")),
        *(("required", name, installed_version(name)) for name in REQUIRED),
        *((f"optional: {extra}", name, installed_version(name)) for name, extra in OPTIONAL.items()),
    ]
    return Table("negotiation doctor", ("part", "what", "state"), tuple(rows))


SIDE = ([[9, 1], [10, 3]], [[9, 10], [1, 3]])
HALF = 0.5


def _stage() -> ng.StageGame:
    return ng.StageGame.from_matrices(*SIDE)


def _stochastic() -> ng.StochasticGame:
    stage = _stage().payoffs
    return ng.StochasticGame([stage, stage[::-1, ::-1]], np.full((2, 2, 2, 2), HALF), 0.8)


def _nash() -> None:
    ng.solve(_stage())
    certified_vertices([[2, 1], [1, 2]])
    ng.solve_many([_stage().payoffs])


def _unlike() -> None:
    for method in ("auto", "judd_yeltekin_conklin", "aps"):
        ng.equilibrium_payoffs(ng.RepeatedGame(_stage(), (0.6, HALF)), method=method)


def _three_players() -> None:
    payoffs = np.zeros((2, 2, 1, 3))
    payoffs[:, :, 0, 0], payoffs[:, :, 0, 1] = SIDE
    ng.bounded_payoffs(ng.RepeatedGame(ng.StageGame(payoffs), HALF))


def _signals() -> None:
    stage = ng.StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]])
    signal = ng.PublicSignal([[[0.9, 0.1], [0.2, 0.8]], [[0.2, 0.8], [0.1, 0.9]]])
    ng.equilibrium_payoffs(ng.RepeatedGame(stage, 0.9, signal))


def _states() -> None:
    ng.equilibrium_payoffs(_stochastic())
    ng.equilibrium_payoffs(_stochastic(), directions=16)
    ng.equilibrium_payoffs(_stochastic(), transfers=True)
    ng.negotiation_equilibrium(_stochastic(), negotiation_probability=0.5)


def _thresholds() -> None:
    outer_corners(np.array([[[8 / 9, 8 / 9], [0, 1]], [[1, 0], [2 / 9, 2 / 9]]]), HALF)
    critical_discount_factors([_stage().payoffs], (0, 0))
    unit = np.ones(1)
    ng.restraint_many(loss=unit, harm=unit, cost=unit, cover=[1], discount_factors=(HALF * unit, 0.9 * unit))


def _play() -> None:
    stage = ng.StageGame.from_matrices(*SIDE, actions=("CD", "CD"))
    ng.simulate(ng.RepeatedGame(stage, 0.9), tit_for_tat(stage), 2)


def _continuous() -> None:
    options = [[(0, 0), (1, 0, "up")], [(1, 0), (0, 0, "down")]]
    makers = [ng.DecisionMaker(player, 1.0, options, precision=1.0) for player in (0, 1)]
    game = ng.ContinuousTimeGame([[0, 0], [-1, 1]], makers, HALF)
    equilibrium = ng.markov_perfect_equilibria(game)[0]
    ng.logit_response(game, equilibrium)
    staying = ng.logit_response(game, [[0, 0], [0, 0]]).choice_probabilities  # pure play has an order
    log_densities_of_moves(game, staying, [np.array([0]), np.array([1])], [HALF, HALF])
    ng.simulate_moves(game, equilibrium, start="0", years=1.0)
    ng.stationary_distribution(game, equilibrium)

    def worth(gain: float) -> ng.ContinuousTimeGame:
        """Return the game with these gains from being up."""
        return ng.ContinuousTimeGame(np.array([[0.0, 0.0], [-gain, gain]]), makers, HALF)

    # States at dates: the moves between them are unobserved.
    ng.fit(worth, {"years": [0.0, HALF, 1.0], "state": ["0", "1", "1"]}, start={"gain": 1.0})


# What is solved, by the name that is printed.
STEPS: Mapping[str, Callable[[], object]] = MappingProxyType({
    "Nash equilibria": _nash,
    "payoff sets": lambda: ng.equilibrium_payoffs(ng.RepeatedGame(_stage(), 0.75)),
    "payoff sets, unlike discounting": _unlike,
    "payoff bounds of three players": _three_players,
    "payoff sets under public signals": _signals,
    "payoff sets of stochastic games": _states,
    "Markov equilibria": lambda: ng.markov_perfect_equilibria(_stochastic()),
    "critical discount factors": _thresholds,
    "simulated play": _play,
    "games in continuous time": _continuous,
})  # fmt: skip


class Compiled(NamedTuple):
    """Number and compile time of compiled programs, and the folder where they are cached."""

    # Number of programs that were not cached yet.
    programs: int
    seconds: float
    # Empty if nothing can be cached.
    folder: str


def compile_all(output: Output) -> Compiled:
    """Solve small games with every kernel, and print the compile time of kernels that were not cached."""
    from numba.core import event

    from negotiation.game_theory.compiling import Stopwatch, kept_in

    programs, seconds = 0, 0.0
    with Bar("Compiling") as bar:
        for done, (name, solve) in enumerate(STEPS.items()):
            bar(done, len(STEPS))
            watch = Stopwatch()
            with event.install_listener("numba:compile", watch):
                solve()
            if watch.programs:
                output.say(f"{name}: {watch.seconds:.1f} s")
            programs, seconds = programs + watch.programs, seconds + watch.seconds
    folder = os.fspath(kept_in() or "")
    if programs:
        output.path(f"Compiled in {seconds:.0f} s; {f'cached in {folder}' if folder else 'not cached'}.")
    else:
        output.path(f"Nothing had to be compiled: everything is cached in {folder}.")
    return Compiled(programs, seconds, folder)
